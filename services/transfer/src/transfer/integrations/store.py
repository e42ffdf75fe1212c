"""The copy of the registry's integrations."""

from collections.abc import Iterable
from datetime import date

from pydantic import TypeAdapter

from chassis.documents import Database, Document, Index
from transfer.integrations.domain import Integration

INTEGRATIONS = "integrations"
INDEXES = (Index([("name", 1)]), Index([("institution_id", 1), ("_id", 1)]))
_shape = TypeAdapter(Integration)


def _read(document: Document) -> Integration:
    return _shape.validate_python({"id": document["_id"], **document})


async def named(db: Database, name: str) -> Integration | None:
    """Return the integration of this name; the registry gives a name once."""
    found = await db[INTEGRATIONS].find({"name": name})
    return _read(found[-1]) if found else None


async def of_institutions(db: Database, institution_ids: Iterable[str]) -> list[Integration]:
    """Return the integrations of institutions, the newest last."""
    found = await db[INTEGRATIONS].find({"institution_id": {"$in": sorted(institution_ids)}})
    return [_read(document) for document in found]


async def in_force(db: Database, today: date) -> list[Integration]:
    """Return the integrations that hold on a day."""
    known = [_read(document) for document in await db[INTEGRATIONS].find({"_id": {"$gte": ""}})]
    return [one for one in known if one.name and one.revoked_on is None and today <= one.valid_until]
