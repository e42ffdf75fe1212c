"""Deliveries in the database: one document per event and webhook, kept for 90 days after its end."""

import uuid
from typing import Any

from pydantic import TypeAdapter

from chassis.aggregates import bson
from chassis.documents import Database, Document, Index
from reporting.deliveries.domain import Answer, Delivery, Kind, again

COLLECTION = "deliveries"
_KEEP_SECONDS = 90 * 24 * 3600
INDEXES = (
    Index([("webhook_id", 1), ("created_at", 1), ("_id", 1)]),
    Index([("webhook_id", 1), ("state", 1), ("created_at", 1), ("_id", 1)]),
    Index([("webhook_id", 1), ("position", 1)], {"partialFilterExpression": {"state": "waiting"}, "name": "waiting"}),
    Index([("next_at", 1), ("webhook_id", 1)], {"partialFilterExpression": {"state": "waiting"}, "name": "due"}),
    Index([("webhook_id", 1), ("subject", 1), ("position", 1)], {"partialFilterExpression": {"state": "waiting"}}),
    # Only what is done carries done_at as a date, so what waits can never expire.
    Index([("done_at", 1)], {"expireAfterSeconds": _KEEP_SECONDS}),
)
_SHAPE = TypeAdapter(Delivery)


def delivery_id(webhook_id: str, event_id: str) -> str:
    """Return the id of an event's delivery to a webhook: the same whoever works it out."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{webhook_id}/{event_id}"))


def read(document: Document) -> Delivery:
    """Return what a document says of a delivery."""
    return _SHAPE.validate_python({"id": document["_id"], **document})


def fields(delivery: Delivery) -> Document:
    """Return what is written of a delivery."""
    written: Document = bson(_SHAPE.dump_python(delivery))
    written.pop("id")
    return written


def row(event: Document, webhook: Document, now: Any, *, kind: Kind = "event") -> Document:
    """Return the document of an event that is to be delivered."""
    found = Delivery(id=delivery_id(webhook["_id"], event["_id"]), next_at=now)
    return {
        "_id": found.id,
        "version": 1,
        "kind": kind,
        "webhook_id": webhook["_id"],
        "institution_id": webhook["institution_id"],
        "event_id": event["_id"],
        "type": event["type"],
        "subject": event["aggregate_id"],
        "position": event["position"],
        "created_at": now,
        "answer": None,
        **fields(found),
    }


async def put(db: Database, rows: list[Document], now: Any) -> None:
    """Let events wait for their delivery; one that was delivered before waits once more."""
    ids = [one["_id"] for one in rows]
    known = {one["_id"]: one for one in await db[COLLECTION].find({"_id": {"$in": ids}})}
    for document in known.values():
        await change(db, again(read(document), now))
    if fresh := [one for one in rows if one["_id"] not in known]:
        await db[COLLECTION].insert(*fresh)


async def change(
    db: Database, delivery: Delivery, answer: Answer | None = None, *, at: Any = None, version: int | None = None
) -> bool:
    """Write what has become of a delivery; `answer` is the last one, of the moment `at`.

    With a `version`, only while it is still that one: tell whether it was.
    """
    told: Document = fields(delivery)
    if answer is not None:
        told["answer"] = {"at": at, "status": answer.status, "text": answer.text}
    where: Document = {"_id": delivery.id} | ({} if version is None else {"version": version})
    return bool(await db[COLLECTION].update(where, {"$set": told, "$inc": {"version": 1}}))
