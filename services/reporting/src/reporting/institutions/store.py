"""Read copies of the registry's institutions, offices and statuses."""

from dataclasses import replace
from datetime import date

from pydantic import TypeAdapter

from chassis.documents import Document, Index
from chassis.identity import Caller
from chassis.work import Reads, Work
from reporting.institutions.domain import Institution, InstitutionNotArrived, Office

INSTITUTIONS, OFFICES, STATUSES = "institutions", "offices", "statuses"
INDEXES = {
    INSTITUTIONS: (Index([("region", 1)]),),
    OFFICES: (Index([("person_id", 1)]), Index([("institution_id", 1)])),
    STATUSES: (Index([("institution_id", 1), ("kind", 1)]),),
}
_OFFICE = TypeAdapter(Office)


async def institution_of(work: Work, institution_id: str) -> Institution:
    """Return an institution. Raises: InstitutionNotArrived, also while only part of its facts has arrived."""
    copy = await work.db[INSTITUTIONS].find_one({"_id": institution_id}) or {}
    if "region" not in copy:
        raise InstitutionNotArrived(institution_id=institution_id)
    return Institution(id=copy["_id"], **{name: copy[name] for name in ("name", "short_name", "kind", "region")})


async def in_own_regions(within: Reads) -> Caller:
    """Return the caller, an official as a member `official` of every institution of the regions they work in.

    A region's ministry reads and decides on the reports of its own institutions only.
    """
    caller = within.caller
    if "official" not in caller.roles:
        return caller
    institutions = within.db[INSTITUTIONS]
    workplaces = await institutions.find({"_id": {"$in": sorted(caller.memberships)}})
    regions = sorted({row["region"] for row in workplaces if "region" in row})
    memberships = dict(caller.memberships)
    for row in await institutions.find({"region": {"$in": regions}}):
        memberships[row["_id"]] = memberships.get(row["_id"], frozenset()) | {"official"}
    return replace(caller, roles=caller.roles - {"official"}, memberships=memberships)


async def offices_of(work: Work, person_id: str) -> list[Office]:
    """Return every office a person holds or has held."""
    found = await work.db[OFFICES].find({"person_id": person_id})
    return [_office(document) for document in found]


async def theme_of(work: Work, institution_id: str, year: int) -> str | None:
    """Return the theme of the resource centre's status in a year (C01)."""
    where = {"institution_id": institution_id, "kind": "resource_centre"}
    for status in await work.db[STATUSES].find(where):
        until = status.get("valid_until")
        ended = until is not None and date.fromisoformat(until).year < year
        if status.get("valid_from") and date.fromisoformat(status["valid_from"]).year <= year and not ended:
            theme: str | None = status.get("theme")
            return theme
    return None


def _office(document: Document) -> Office:
    return _OFFICE.validate_python({"id": document["_id"], **document})
