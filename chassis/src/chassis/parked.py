"""Messages that could not be applied: those waiting for another try, and those parked until an operator decides."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

import structlog

from chassis.documents import Database, Document, Index
from chassis.errors import DomainError

log = structlog.get_logger("parked")
Disposition = Literal["applied", "duplicate", "waiting", "parked"]
"""What became of a message."""

COLLECTION = "parked"
INDEXES = (Index([("state", 1), ("next_at", 1), ("_id", 1)]),)
_CLAIM_SECONDS = 60


class Message(NamedTuple):
    """A message as it came, and what the broker says of it."""

    headers: Mapping[str, Any]
    body: bytes
    user_id: str | None = None
    """Who sent it, if the sender says so: the broker takes no other name than the sender's own."""
    routing_key: str | None = None
    content_type: str | None = None


class Failure(NamedTuple):
    """Why a message was not applied; `delay` None parks it."""

    reason: str
    error: str
    attempts: int
    delay: float | None
    refusal: DomainError | None = None


async def keep(db: Database, message: Message, event_id: str, failure: Failure) -> Disposition:
    """Store a message, with those headers that are text, and why it failed, before it is acknowledged."""
    log.error("message kept", **failure._asdict(), event_id=event_id, exc_info=failure.reason == "failed")
    now = datetime.now(UTC)
    fields = {
        "state": "parked" if failure.delay is None else "waiting",
        "next_at": now + timedelta(seconds=failure.delay or 0),
        "reason": failure.reason,
        "error": failure.error,
        "attempts": failure.attempts,
        "claims": 0,
        "headers": {name: value for name, value in message.headers.items() if isinstance(value, str)},
        "body": message.body,
        "last_at": now,
    }
    await db[COLLECTION].update({"_id": event_id}, {"$set": fields, "$setOnInsert": {"first_at": now}}, upsert=True)
    return "parked" if failure.delay is None else "waiting"


async def claim_due(db: Database) -> Document | None:
    """Return a message whose time has come; nobody else gets it for a minute.

    Its `claims` count the tries that began and of which nothing came, neither an effect nor a reason: consumers died.
    """
    now = datetime.now(UTC)
    return await db[COLLECTION].find_and_update(
        {"state": "waiting", "next_at": {"$lte": now}},
        {"$set": {"next_at": now + timedelta(seconds=_CLAIM_SECONDS)}, "$inc": {"claims": 1}},
        sort=[("next_at", 1)],
    )


async def listing(db: Database, *, limit: int = 100) -> Sequence[Document]:
    """Return parked and waiting messages, the oldest first."""
    return await db[COLLECTION].find({"state": {"$in": ["parked", "waiting"]}}, limit=limit)


async def replay(db: Database, event_id: str) -> bool:
    """Let a message be tried again at once, with all its tries."""
    change = {"$set": {"state": "waiting", "next_at": datetime.now(UTC), "attempts": 0, "claims": 0}}
    return bool(await db[COLLECTION].update({"_id": event_id}, change))


async def discard(db: Database, event_id: str, *, why: str) -> bool:
    """Set a message aside for good; it stays readable with the operator's reason."""
    change = {"$set": {"state": "discarded", "discarded_because": why, "last_at": datetime.now(UTC)}}
    return bool(await db[COLLECTION].update({"_id": event_id, "state": {"$ne": "discarded"}}, change))


async def forget(db: Database, event_id: str) -> None:
    """Remove a message that has been applied."""
    await db[COLLECTION].delete({"_id": event_id})
