"""Webhooks in the database, the copies of their integrations, and how far each has come in the feed."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from chassis.aggregates import Aggregates
from chassis.documents import Database, Document, Index
from chassis.work import Reads, Work
from reporting.webhooks.domain import Integration, Webhook
from reporting.webhooks.errors import WebhookUnknown

WEBHOOKS = Aggregates(
    Webhook,
    collection="webhooks",
    missing=lambda webhook_id: WebhookUnknown(webhook_id=webhook_id),
    indexes=[
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("integration_id", 1), ("state", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
)
INTEGRATIONS = "integrations"
CURSORS = "webhook_cursors"
"""What the delivering process moves, apart from the record that people change: position, row of failures, waking."""
INDEXES = {
    WEBHOOKS.collection: WEBHOOKS.indexes,
    INTEGRATIONS: (Index([("institution_id", 1), ("_id", 1)]),),
    CURSORS: (),
}
_INTEGRATION = TypeAdapter(Integration)


def integration_in(document: Document | None) -> Integration | None:
    """Return the integration that a copy holds; None while its grant has not arrived."""
    if document is None or "valid_until" not in document:
        return None
    return _INTEGRATION.validate_python({"id": document["_id"], **document})


async def integration(db: Database, integration_id: str) -> Integration | None:
    """Return a copy of an integration."""
    return integration_in(await db[INTEGRATIONS].find_one({"_id": integration_id}))


async def integrations_of(within: Reads, institution_ids: Iterable[str]) -> list[Integration]:
    """Return the integrations of some institutions."""
    found = await within.db[INTEGRATIONS].find({"institution_id": {"$in": sorted(institution_ids)}})
    return [one for document in found if (one := integration_in(document))]


async def begin(work: Work, webhook: Webhook, position: int) -> None:
    """Let a webhook begin behind a position of the feed."""
    await work.db[CURSORS].insert({"_id": webhook.id, "position": position, **UNTROUBLED})


async def wake(work: Work, webhook_id: str, **fields: Any) -> None:
    """Let everything that waits be tried at once, with all its tries."""
    change = {"$set": {**UNTROUBLED, "wake": True, **fields}}
    await work.db[CURSORS].update({"_id": webhook_id}, change, upsert=True)


UNTROUBLED: Document = {"failures": 0, "failing_since": None}
