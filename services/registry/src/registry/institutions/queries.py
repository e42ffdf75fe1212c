"""What clients see of institutions. The registry of institutions is open to everyone signed in."""

import re
from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.registry import InstitutionKind, Ownership
from registry.institutions.domain import InstitutionUnknown
from registry.institutions.store import INSTITUTIONS, normalised


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

    kind: InstitutionKind | None = None
    starts_with: str | None = Field(default=None, max_length=100, description="Начало краткого наименования")
    text: str | None = Field(default=None, max_length=200, description="Слова из наименования, в любой форме")


async def institution(reads: Reads, institution_id: str) -> InstitutionView:
    """Return one institution. Raises: InstitutionUnknown."""
    found = await reads.db[INSTITUTIONS.collection].find_one({"_id": institution_id})
    if found is None:
        raise InstitutionUnknown(institution_id=institution_id)
    return InstitutionView.model_validate(found)


async def institutions(reads: Reads, search: InstitutionSearch) -> Page[InstitutionView]:
    """Return institutions in the order of registration."""
    where: dict[str, Any] = {"kind": search.kind} if search.kind else {}
    if search.starts_with:
        where["short_name_norm"] = {"$regex": f"^{re.escape(normalised(search.starts_with))}"}
    if search.text:
        where["$text"] = {"$search": search.text}
    return await page(reads.db[INSTITUTIONS.collection], where, search, InstitutionView.model_validate)
