"""Read copies in the database; names of the collections stand here only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from chassis.documents import Database, Index
from expertise.references.domain import (
    Consultation,
    Institution,
    InstitutionUnknown,
    Membership,
    Nomination,
    Status,
)

C = TypeVar("C")

INSTITUTIONS = "institution_copies"
STATUSES = "status_copies"
MEMBERSHIPS = "membership_copies"
CONSULTATIONS = "consultation_copies"
NOMINATIONS = "nomination_copies"

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    INSTITUTIONS: (),
    STATUSES: (Index([("institution_id", 1)]), Index([("kind", 1), ("institution_id", 1)])),
    MEMBERSHIPS: (Index([("person_id", 1)]),),
    CONSULTATIONS: (Index([("application_id", 1)]), Index([("consultant_id", 1)])),
    NOMINATIONS: (Index([("practice_id", 1), ("nominated_on", -1)]),),
}

_INSTITUTIONS, _STATUSES = TypeAdapter(Institution), TypeAdapter(list[Status])
_MEMBERSHIPS, _CONSULTATIONS = TypeAdapter(list[Membership]), TypeAdapter(list[Consultation])
_NOMINATIONS = TypeAdapter(list[Nomination])


async def institution(db: Database, institution_id: str) -> Institution:
    """Return the copy of an institution. Raises: InstitutionUnknown."""
    found = await db[INSTITUTIONS].find_one({"_id": institution_id})
    if found is None:
        raise InstitutionUnknown(institution_id=institution_id)
    return _INSTITUTIONS.validate_python({"id": found["_id"], **found})


async def institution_names(db: Database, institution_ids: Iterable[str]) -> dict[str, str]:
    """Return the short names that are known; an institution without a copy is left out."""
    found = await db[INSTITUTIONS].find({"_id": {"$in": sorted(set(institution_ids))}})
    return {row["_id"]: row["short_name"] for row in found if row.get("short_name")}


async def statuses_of(db: Database, institution_ids: Iterable[str]) -> list[Status]:
    """Return all statuses of institutions, in force or not."""
    return await _read(_STATUSES, db, STATUSES, {"institution_id": {"$in": sorted(set(institution_ids))}})


async def statuses_of_kind(db: Database, kind: str) -> list[Status]:
    """Return all statuses of a kind, in force or not."""
    return await _read(_STATUSES, db, STATUSES, {"kind": kind})


async def memberships_of(db: Database, person_ids: Iterable[str]) -> list[Membership]:
    """Return all memberships of persons, in force or not."""
    return await _read(_MEMBERSHIPS, db, MEMBERSHIPS, {"person_id": {"$in": sorted(set(person_ids))}})


async def consultations_on(db: Database, application_ids: Iterable[str]) -> list[Consultation]:
    """Return the consultations about applications."""
    return await _read(_CONSULTATIONS, db, CONSULTATIONS, {"application_id": {"$in": sorted(set(application_ids))}})


async def consultations_by(db: Database, person_id: str) -> list[Consultation]:
    """Return the consultations that a person gave."""
    return await _read(_CONSULTATIONS, db, CONSULTATIONS, {"consultant_id": person_id})


async def latest_nomination(db: Database, practice_id: str) -> Nomination | None:
    """Return the last nomination of a practice, if any has arrived."""
    where, sort = {"practice_id": practice_id}, (("nominated_on", -1), ("_id", -1))
    found = await db[NOMINATIONS].find(where, sort=sort, limit=1)
    nominations = _NOMINATIONS.validate_python([{"id": row["_id"], **row} for row in found])
    return nominations[0] if nominations else None


async def claim_nomination(db: Database, nomination_id: str) -> None:
    """Let only one of two transactions that put a nomination on an agenda commit; the other is tried again."""
    await db[NOMINATIONS].update({"_id": nomination_id}, {"$inc": {"scheduled": 1}})


async def _read(shape: TypeAdapter[list[C]], db: Database, name: str, where: Mapping[str, object]) -> list[C]:
    return shape.validate_python([{"id": row["_id"], **row} for row in await db[name].find(where)])
