"""What clients see of practices. Cards are open to everyone signed in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.transfer import PracticeKind, TargetGroup
from transfer.fields import IdFilter
from transfer.practices.store import PRACTICES


class PracticeView(View):
    """Карточка практики."""

    institution_id: str
    kind: PracticeKind
    title: str
    target_groups: tuple[TargetGroup, ...]
    summary: str
    project_id: str | None
    derived_from: str | None
    differences: tuple[str, ...]
    described_on: date


class PracticeSearch(PageRequest):
    """Какие карточки показать."""

    institution_id: IdFilter = None
    kind: PracticeKind | None = None
    target_group: TargetGroup | None = None
    derived_from: IdFilter = None
    project_id: IdFilter = Field(default=None, description="Выросли из этого проекта")
    text: str | None = Field(default=None, max_length=200, description="Слова из карточки, в любой форме")


async def practice(reads: Reads, practice_id: str) -> PracticeView:
    """Return one card. Raises: PracticeUnknown."""
    return PracticeView.model_validate(await PRACTICES.document(reads, practice_id))


async def practice_titles(reads: Reads, practice_ids: Iterable[str]) -> dict[str, str]:
    """Return practice id → title, for those known."""
    found = await reads.db[PRACTICES.collection].find({"_id": {"$in": sorted(set(practice_ids))}})
    return {document["_id"]: document["title"] for document in found}


async def practices(reads: Reads, search: PracticeSearch) -> Page[PracticeView]:
    """Return cards in the order in which they were entered."""
    asked = {
        "institution_id": search.institution_id,
        "kind": search.kind,
        "target_groups": search.target_group,
        "derived_from": search.derived_from,
        "project_id": search.project_id,
    }
    where: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if search.text:
        where["$text"] = {"$search": search.text}
    return await page(reads.db[PRACTICES.collection], where, search, PracticeView.model_validate)
