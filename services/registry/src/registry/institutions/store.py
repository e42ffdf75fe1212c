"""Institutions in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from registry.institutions.domain import Institution, InstitutionUnknown, in_reach_of
from registry.wording import beginnings

INSTITUTIONS = Aggregates(
    Institution,
    collection="institutions",
    missing=lambda institution_id: InstitutionUnknown(institution_id=institution_id),
    indexes=[
        Index([("inn", 1)], {"unique": True}),
        Index([("ogrn", 1)], {"unique": True}),
        Index([("kind", 1), ("_id", 1)]),
        Index([("beginnings", 1)]),
        Index([("municipality", 1), ("_id", 1)]),
        Index([("region", 1), ("municipality", 1), ("oktmo", 1)]),
        Index([("name", "text"), ("short_name", "text"), ("municipality", "text")], {"default_language": "russian"}),
    ],
    derive=lambda institution: {"beginnings": beginnings(institution.short_name, institution.name)},
)


async def institution_in_reach(work: Work, institution_id: str) -> Institution:
    """Return an institution that the caller may decide about. Raises: InstitutionUnknown, OtherRegion."""
    found = await INSTITUTIONS.get(work, institution_id)
    workplaces = await INSTITUTIONS.find(work, {"_id": {"$in": sorted(work.caller.memberships)}})
    in_reach_of(work.caller.roles, found, workplaces)
    return found


async def claim_institution(work: Work, institution_id: str) -> None:
    """Check that an institution exists and let one change about it through at a time.

    Two transactions that claim the same institution collide and the later one starts again: what it then reads of
    the institution's records is what the earlier one left. Raises: InstitutionUnknown.
    """
    if not await work.db[INSTITUTIONS.collection].update({"_id": institution_id}, {"$inc": {"claims": 1}}):
        raise InstitutionUnknown(institution_id=institution_id)
