"""The copy of the registry's integrations."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from chassis.documents import Database, Document, Index
from chassis.work import Reads
from reporting.integrations.domain import Integration

INTEGRATIONS = "integrations"
INDEXES = {INTEGRATIONS: (Index([("institution_id", 1), ("_id", 1)]),)}
_SHAPE = TypeAdapter(Integration)


def integration_in(document: Document | None) -> Integration | None:
    """Return the integration that a copy holds; None while its grant has not arrived."""
    if document is None or "valid_until" not in document:
        return None
    return _SHAPE.validate_python({"id": document["_id"], **document})


async def integration(db: Database, integration_id: str) -> Integration | None:
    """Return a copy of an integration."""
    return integration_in(await db[INTEGRATIONS].find_one({"_id": integration_id}))


async def integrations_of(within: Reads, institution_ids: Iterable[str]) -> list[Integration]:
    """Return the integrations of some institutions."""
    found = await within.db[INTEGRATIONS].find({"institution_id": {"$in": sorted(institution_ids)}})
    return [one for document in found if (one := integration_in(document))]
