"""People in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from registry.people.domain import Person, PersonUnknown
from registry.wording import beginnings

PEOPLE = Aggregates(
    Person,
    collection="people",
    missing=lambda person_id: PersonUnknown(person_id=person_id),
    indexes=[Index([("beginnings", 1)])],
    # The full name is not searchable: a search would tell it letter by letter to those who may not read it.
    derive=lambda person: {"short_name": person.short_name, "beginnings": beginnings(person.short_name)},
)


async def claim_person(work: Work, person_id: str) -> Person:
    """Return a person and let one change about them through at a time, as `claim_institution` does.

    Raises: PersonUnknown.
    """
    await work.db[PEOPLE.collection].update({"_id": person_id}, {"$inc": {"claims": 1}})
    return await PEOPLE.get(work, person_id)
