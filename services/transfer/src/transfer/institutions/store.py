"""The copy of the registry's institutions: their names and where they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from chassis.documents import Database
from chassis.errors import RuleBroken, Words
from chassis.work import Work

INSTITUTIONS = "institutions"


@dataclass(eq=False, kw_only=True)
class InstitutionNotKnown(RuleBroken):
    """The registry has not announced this institution, or not yet."""

    code: ClassVar = "institution-not-known"
    title: ClassVar = Words("Учреждение не известно", "The institution is not known")
    detail: ClassVar = Words(
        "Учреждения {institution_id} нет в копии реестра. Если оно внесено только что, повторите чуть позже.",
        "Institution {institution_id} is not in the copy of the registry. If it is new, repeat in a few seconds.",
    )
    institution_id: str


async def institutions_are_known(work: Work, *institution_ids: str | None) -> None:
    """Refuse a reference to an institution that the registry has not announced; None is no reference.

    Raises: InstitutionNotKnown.
    """
    for institution_id in filter(None, institution_ids):
        if await work.db[INSTITUTIONS].find_one({"_id": institution_id}) is None:
            raise InstitutionNotKnown(institution_id=institution_id)


async def names(db: Database, institution_ids: Iterable[str]) -> dict[str, str]:
    """Return institution id → short name, for those known."""
    found = await db[INSTITUTIONS].find({"_id": {"$in": sorted(set(institution_ids))}})
    return {document["_id"]: document.get("short_name", "") for document in found}


async def municipalities(db: Database, institution_ids: Iterable[str]) -> dict[str, str]:
    """Return institution id → municipality, for those known."""
    found = await db[INSTITUTIONS].find({"_id": {"$in": sorted(set(institution_ids))}})
    return {document["_id"]: document.get("municipality", "") for document in found}
