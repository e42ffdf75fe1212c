"""Webhooks in the database, and how far each has come in the feed."""

from typing import Any

from chassis.aggregates import Aggregates
from chassis.documents import Document, Index
from chassis.work import Work
from reporting.webhooks.domain import Webhook
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
CURSORS = "webhook_cursors"
"""What the delivering process moves, apart from the record that people change: position, row of failures, waking."""
INDEXES = {
    WEBHOOKS.collection: WEBHOOKS.indexes,
    CURSORS: (),
}


async def begin(work: Work, webhook: Webhook, position: int) -> None:
    """Let a webhook begin behind a position of the feed."""
    await work.db[CURSORS].insert({"_id": webhook.id, "position": position, **UNTROUBLED})


async def wake(work: Work, webhook_id: str, **fields: Any) -> None:
    """Let everything that waits be tried at once, with all its tries."""
    change = {"$set": {**UNTROUBLED, "wake": True, **fields}}
    await work.db[CURSORS].update({"_id": webhook_id}, change, upsert=True)


UNTROUBLED: Document = {"failures": 0, "failing_since": None}
