"""Read copies of the registry's institutions, offices and statuses."""

from datetime import date

from pydantic import TypeAdapter

from chassis import copies
from chassis.documents import Document, Index
from chassis.work import Work
from reporting.institutions.domain import Institution, InstitutionNotArrived, Office

INSTITUTIONS, OFFICES, STATUSES = "institutions", "offices", "statuses"
INDEXES = {
    INSTITUTIONS: (),
    OFFICES: (Index([("person_id", 1)]), Index([("institution_id", 1)])),
    STATUSES: (Index([("institution_id", 1), ("kind", 1)]),),
}
_OFFICE = TypeAdapter(Office)


async def institution_of(work: Work, institution_id: str) -> Institution:
    """Return an institution. Raises: InstitutionNotArrived, also while only part of its facts has arrived."""
    missing = InstitutionNotArrived(institution_id=institution_id)
    copy = await copies.get(work, INSTITUTIONS, institution_id, missing)
    if "region" not in copy:
        raise missing
    return Institution(id=copy["_id"], **{name: copy[name] for name in ("name", "short_name", "kind", "region")})


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
