"""The quarantine in the database: one entry per message, however often it comes, bounded per partner."""

from dataclasses import replace
from datetime import datetime, timedelta

from prometheus_client import Counter

from chassis.aggregates import Aggregates
from chassis.documents import Database, Document, Index
from transfer.quarantine.domain import MOST_ENTRIES, SETTLED, Entry, MessageUnknown

DROPPED = Counter("quarantine_dropped_total", "Entries that made room for newer ones", ["partner"])
DROPS = "quarantine_drops"
"""When entries of a partner made room the last time: every process tells of it, not only the one that did it."""
_BY_TIME = [("last_at", -1), ("_id", -1)]
_CLAIM = timedelta(minutes=1)

QUARANTINE = Aggregates(
    Entry,
    collection="quarantine",
    missing=lambda entry_id: MessageUnknown(entry_id=entry_id),
    indexes=[
        Index(_BY_TIME),
        *(Index([(field, 1), *_BY_TIME]) for field in ("institution_id", "integration_id", "state", "reason.code")),
        Index([("integration_id", 1), ("state", 1), ("last_at", 1), ("_id", 1)], {"name": "oldest"}),
        Index([("next_at", 1)], {"partialFilterExpression": {"state": "waiting"}, "name": "due"}),
    ],
)


async def set_aside(db: Database, entry: Entry, *, again: bool) -> Entry:
    """Keep an entry before its message is acknowledged; a message that came before is the same entry.

    `again` tells that the platform tried it again: it did not come once more. What an operator has discarded stays so,
    with who and why, however often it comes. Returns the entry as it is kept: what would wait is refused at once when
    too many of its partner wait already, for nothing that waits is ever dropped.
    """
    discarded: Document = {"_id": entry.id, "state": "discarded"}
    seen: Document = {"$set": {"last_at": entry.last_at}, "$inc": {"version": 1, "times": 0 if again else 1}}
    if await db[QUARANTINE.collection].update(discarded, seen):
        return replace(entry, state="discarded", next_at=None)
    if entry.state == "waiting" and not again and await _too_many_wait(db, entry):
        entry = replace(entry, state="quarantined", next_at=None)
    fields = QUARANTINE.write(entry)
    first = {name: fields.pop(name) for name in ("_id", "version", "times", "received_at")}
    change = {
        "$set": fields,
        "$inc": {"version": 1, "times": 0 if again else 1},
        "$setOnInsert": {"received_at": first["received_at"]},
    }
    await db[QUARANTINE.collection].update({"_id": entry.id}, change, upsert=True)
    await _make_room(db, entry)
    return entry


async def _too_many_wait(db: Database, entry: Entry) -> bool:
    others = {"integration_id": entry.integration_id, "state": "waiting", "_id": {"$ne": entry.id}}
    return await db[QUARANTINE.collection].count(others) >= MOST_ENTRIES


async def _make_room(db: Database, entry: Entry) -> None:
    entries = db[QUARANTINE.collection]
    settled: Document = {"integration_id": entry.integration_id, "state": {"$in": list(SETTLED)}}
    if (excess := await entries.count(settled) - MOST_ENTRIES) > 0:
        oldest = await entries.find(settled, sort=[("last_at", 1), ("_id", 1)], limit=excess)
        which: Document = {"_id": {"$in": [document["_id"] for document in oldest]}, "state": {"$in": list(SETTLED)}}
        gone, partner = await entries.delete(which), entry.partner or "unknown"
        DROPPED.labels(partner).inc(gone)
        await db[DROPS].update({"_id": partner}, {"$set": {"last_at": entry.last_at}}, upsert=True)


async def claim_due(db: Database, now: datetime) -> Entry | None:
    """Return a waiting entry whose time has come; nobody else gets it for a minute.

    That an attempt begins is counted apart: whoever dies of it does not count afterwards, and one that the database
    interrupts costs the message none of its attempts.
    """
    change = {"$set": {"next_at": now + _CLAIM}, "$inc": {"begun": 1}}
    due = {"state": "waiting", "next_at": {"$lte": now}}
    found = await db[QUARANTINE.collection].find_and_update(due, change, sort=[("next_at", 1)])
    return QUARANTINE.read(found) if found else None


async def forget(db: Database, entry_id: str) -> None:
    """Remove the entry of a message that has been taken in."""
    await db[QUARANTINE.collection].delete({"_id": entry_id})
