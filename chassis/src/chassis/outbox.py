"""The outbox: facts wait in the transaction's own database until the relay has a broker's confirm."""

from datetime import datetime

import uuid_utils

from chassis.documents import Database, Document, Index
from chassis.work import Recorded, Work
from contracts.envelope import SCHEMA_ROOT, Envelope

COLLECTION = "outbox"
_KEEP_SENT_SECONDS = 30 * 24 * 3600

RELAYED = (
    Index([("next_at", 1), ("_id", 1)], {"partialFilterExpression": {"state": "new"}, "name": "due"}),
    Index([("aggregate_id", 1), ("sequence", 1)], {"partialFilterExpression": {"state": "new"}, "name": "chain"}),
)
"""What `chassis.relay` needs of the collection that it empties."""
INDEXES = (
    Index([("aggregate_id", 1), ("sequence", 1), ("ordinal", 1)], {"unique": True}),
    *RELAYED,
    # Only sent rows carry sent_at, so an unsent row can never expire.
    Index([("sent_at", 1)], {"expireAfterSeconds": _KEEP_SENT_SECONDS}),
)


async def write(work: Work, *, source: str) -> None:
    """Store what the use case recorded; the body is encoded once, so that every re-publication is byte-identical."""
    if work.recorded:
        await work.db[COLLECTION].insert(
            *(
                row(_envelope(work, item, source), item.fact.model_dump_json().encode(), at=work.now, ordinal=ordinal)
                for ordinal, item in enumerate(work.recorded)
            )
        )


def row(envelope: Envelope, body: bytes, *, at: datetime, ordinal: int = 0) -> Document:
    """Return a fact as it waits for a relay; of facts about one version of a subject the lower ordinal goes first."""
    return {
        "_id": envelope.id,
        "aggregate_id": envelope.subject,
        "sequence": envelope.sequence,
        "ordinal": ordinal,
        "type": envelope.type,
        "headers": envelope.headers(),
        "body": body,
        "state": "new",
        "attempts": 0,
        "created_at": at,
        "next_at": at,
    }


def _envelope(work: Work, item: Recorded, source: str) -> Envelope:
    return Envelope(
        id=str(uuid_utils.uuid7()),
        source=f"/{source}",
        type=item.fact.type,
        subject=item.aggregate_id,
        time=work.now,
        dataschema=f"{SCHEMA_ROOT}{item.fact.type}",
        sequence=item.aggregate_version,
        actor=work.caller.subject,
        correlationid=work.cause.correlation_id,
        causationid=work.cause.causation_id,
        traceparent=work.cause.traceparent,
    )


async def lag(db: Database, collection: str = COLLECTION) -> tuple[int, Document | None]:
    """Return how many rows wait for a relay and the oldest of them."""
    oldest = await db[collection].find({"state": "new"}, sort=[("next_at", 1), ("_id", 1)], limit=1)
    return await db[collection].count({"state": "new", "next_at": {"$type": "date"}}), oldest[0] if oldest else None
