"""What clients see of institutions. The registry of institutions is open to everyone signed in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.registry import InstitutionKind, Ownership
from registry.institutions.domain import InstitutionUnknown
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


async def institution(reads: Reads, institution_id: str) -> InstitutionView:
    """Return one institution. Raises: InstitutionUnknown."""
    found = await reads.db[INSTITUTIONS.collection].find_one({"_id": institution_id})
    if found is None:
        raise InstitutionUnknown(institution_id=institution_id)
    return InstitutionView.model_validate(found)


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
