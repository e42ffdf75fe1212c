"""What the copies and the applications say of people's interests."""

from collections.abc import Iterable
from datetime import date

from chassis.documents import Database
from expertise.applications.store import APPLICATIONS
from expertise.conflicts.domain import ConflictKind, Matter, Ties, conflicts_of
from expertise.references.domain import membership_in_force
from expertise.references.store import consultations_by, consultations_on, memberships_of


async def ties_of(db: Database, person_ids: Iterable[str], matters: Iterable[Matter]) -> Ties:
    """Return the workplaces of people and the advice given on matters."""
    application_ids = [matter.application_id for matter in matters if matter.application_id]
    return Ties(
        memberships=tuple(await memberships_of(db, person_ids)),
        consultations=tuple(await consultations_on(db, application_ids)),
    )


async def detect(db: Database, person_id: str, matter: Matter, on: date) -> tuple[ConflictKind, ...]:
    """Return why a person may not judge a matter on a day; nothing when they may."""
    return conflicts_of(person_id, matter, await ties_of(db, [person_id], [matter]), on=on)


async def barred_applications(db: Database, person_id: str, on: date) -> list[str]:
    """Return the applications in which a person has an interest; the same kinds as `conflicts_of`, looked up."""
    memberships = await memberships_of(db, [person_id])
    workplaces = [item.institution_id for item in memberships if membership_in_force(item, on)]
    interests = [
        {"institution_id": {"$in": workplaces}},
        {"team.member_ids": person_id},
        {"team.lead_id": person_id},
        {"team.supervisor_id": person_id},
        {"scientific_supervisor_id": person_id},
    ]
    found = await db[APPLICATIONS.collection].find({"$or": interests})
    advised = [item.application_id for item in await consultations_by(db, person_id) if item.application_id]
    return sorted({row["_id"] for row in found} | set(advised))
