"""What clients see of institutions. The registry of institutions is open to everyone signed in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.registry import InstitutionKind, Ownership
from registry.institutions.store import INSTITUTIONS
from registry.wording import starting_with


class InstitutionView(View):
    """Учреждение технопарка."""

    name: str
    short_name: str
    kind: InstitutionKind
    ownership: Ownership
    inn: str
    ogrn: str
    oktmo: str
    municipality: str
    region: str
    member_since: date


class InstitutionSearch(PageRequest):
    """Какие учреждения показать."""

    kind: InstitutionKind | None = Field(default=None, description="Вид учреждения")
    region: str | None = Field(default=None, pattern=r"^RU-[A-Z]{2,3}$", description="Код региона ISO 3166-2")
    municipality: str | None = Field(default=None, max_length=200, description="Муниципальное образование, целиком")
    starts_with: str | None = Field(
        default=None, max_length=100, description="Начало любого слова наименования; ё и е равны"
    )
    text: str | None = Field(default=None, max_length=200, description="Слова из наименования, в любой форме")


class MunicipalityCoverage(BaseModel):
    """Сколько учреждений в муниципальном образовании."""

    municipality: str = Field(examples=["Ангарский городской округ"])
    oktmo: str = Field(examples=["25703000"])
    institutions: int = Field(examples=[3])


class CoverageSearch(BaseModel):
    """Какой регион показать."""

    model_config = ConfigDict(extra="forbid")

    region: str = Field(pattern=r"^RU-[A-Z]{2,3}$", examples=["RU-IRK"], description="Код региона ISO 3166-2")


class Coverage(BaseModel):
    """Муниципальные образования региона, в которых есть учреждения технопарка."""

    municipalities: list[MunicipalityCoverage]


async def institution(reads: Reads, institution_id: str) -> InstitutionView:
    """Return one institution. Raises: InstitutionUnknown."""
    return InstitutionView.model_validate(await INSTITUTIONS.document(reads, institution_id))


async def institutions(reads: Reads, search: InstitutionSearch) -> Page[InstitutionView]:
    """Return institutions in the order of registration."""
    exact = {"kind": search.kind, "region": search.region, "municipality": search.municipality}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    if search.starts_with:
        where["beginnings"] = starting_with(search.starts_with)
    if search.text:
        where["$text"] = {"$search": search.text}
    return await page(reads.db[INSTITUTIONS.collection], where, search, InstitutionView.model_validate)


async def institution_names(reads: Reads, institution_ids: Iterable[str]) -> dict[str, str]:
    """Return institution id → short name."""
    found = await reads.db[INSTITUTIONS.collection].find({"_id": {"$in": sorted(set(institution_ids))}})
    return {document["_id"]: document["short_name"] for document in found}


async def coverage(reads: Reads, search: CoverageSearch) -> Coverage:
    """Return the municipalities of a region that have members (A02), by name."""
    place = {"municipality": "$municipality", "oktmo": "$oktmo"}
    rows = await reads.db[INSTITUTIONS.collection].aggregate(
        [
            {"$match": {"region": search.region}},
            {"$group": {"_id": place, "institutions": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
        ]
    )
    return Coverage(
        municipalities=[MunicipalityCoverage(**row["_id"], institutions=row["institutions"]) for row in rows]
    )
