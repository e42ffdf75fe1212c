"""The outbox: facts wait in the transaction's own database until the relay has a broker's confirm."""

import uuid_utils

from chassis.documents import Database, Document, Index
from chassis.work import Recorded, Work
from contracts.envelope import SCHEMA_ROOT, Envelope

COLLECTION = "outbox"
_KEEP_SENT_SECONDS = 30 * 24 * 3600

INDEXES = (
    Index([("aggregate_id", 1), ("sequence", 1), ("ordinal", 1)], {"unique": True}),
    Index([("next_at", 1), ("_id", 1)], {"partialFilterExpression": {"state": "new"}, "name": "due"}),
    Index([("aggregate_id", 1), ("sequence", 1)], {"partialFilterExpression": {"state": "new"}, "name": "chain"}),
    # Only sent rows carry sent_at, so an unsent row can never expire.
    Index([("sent_at", 1)], {"expireAfterSeconds": _KEEP_SENT_SECONDS}),
)


async def write(work: Work, *, source: str) -> None:
    """Store what the use case recorded; the body is encoded once, so that every re-publication is byte-identical."""
    if work.recorded:
        rows = [_row(work, item, ordinal, source) for ordinal, item in enumerate(work.recorded)]
        await work.db[COLLECTION].insert(*rows)


def _row(work: Work, item: Recorded, ordinal: int, source: str) -> Document:
    envelope = Envelope(
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
    return {
        "_id": envelope.id,
        "aggregate_id": item.aggregate_id,
        "sequence": item.aggregate_version,
        "ordinal": ordinal,
        "type": envelope.type,
        "headers": envelope.headers(),
        "body": item.fact.model_dump_json().encode(),
        "state": "new",
        "attempts": 0,
        "created_at": work.now,
        "next_at": work.now,
    }


async def lag(db: Database) -> tuple[int, Document | None]:
    """Return how many rows wait and the oldest of them."""
    waiting = db[COLLECTION]
    oldest = await waiting.find({"state": "new"}, sort=[("next_at", 1), ("_id", 1)], limit=1)
    return await waiting.count({"state": "new", "next_at": {"$type": "date"}}), oldest[0] if oldest else None
