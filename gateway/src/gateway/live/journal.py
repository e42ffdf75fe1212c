"""The journal of updates: numbered in the order of their commits, without gaps, kept for some days.

The number comes from a counter document that is raised in the transaction that writes the update. Two such transactions
collide on the counter, so the one with the higher number commits later: whoever has read up to a number has read
everything below it. Ids and clocks do not have this property, see docs/decisions/0003.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.documents import Database, Document, Index

UPDATES, COUNTERS = "updates", "counters"
COLLECTIONS: dict[str, Sequence[Index]] = {
    UPDATES: (Index([("audience", 1), ("_id", 1)]), Index([("expire_at", 1)], {"expireAfterSeconds": 0})),
    COUNTERS: (),
}
_COUNTER = {"_id": UPDATES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """That a record changed: what clients are told. Nothing of the content, and nobody's name."""

    type: str
    resource: str
    subject: str
    version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An update with its number and everyone it is for."""

    number: int
    update: Update
    audience: frozenset[str]


async def append(db: Database, update: Update, audience: Iterable[str], *, now: datetime, days: float) -> int:
    """Write an update in the caller's transaction; return its number.

    The end of its term never goes back: updates expire in the order of their numbers, whoever's clock wrote them.
    """
    raised = {"$inc": {"last": 1}, "$max": {"expire_at": now + timedelta(days=days)}}
    counter = await db[COUNTERS].find_and_update(_COUNTER, raised, upsert=True)
    assert counter is not None  # noqa: S101 an upsert always finds
    told = {name: getattr(update, name) for name in Update.__slots__}
    row = {"_id": counter["last"], **told, "audience": sorted(audience), "expire_at": counter["expire_at"]}
    await db[UPDATES].insert(row)
    return int(row["_id"])


async def last(db: Database) -> int:
    """Return the number of the newest update, 0 before the first."""
    counter = await db[COUNTERS].find_one(_COUNTER)
    return counter["last"] if counter else 0


async def following(db: Database, number: int, *, limit: int) -> list[Entry]:
    """Return the updates after a number, for whomever they are."""
    return [_entry(row) for row in await db[UPDATES].find({"_id": {"$gt": number}}, limit=limit)]


async def missed(db: Database, audience: Iterable[str], *, after: int, until: int, limit: int) -> list[Entry] | None:
    """Return the updates for an audience after a number, `until` included; None when some of them have expired."""
    wanted = {"audience": {"$in": sorted(audience)}, "_id": {"$gt": after, "$lte": until}}
    rows = await db[UPDATES].find(wanted, limit=limit)
    # Looked for afterwards: what expires between the two reads is noticed, never passed over.
    kept = await db[UPDATES].find_one({"_id": after + 1})
    return [_entry(row) for row in rows] if kept else None


def _entry(row: Document) -> Entry:
    update = Update(**{name: row[name] for name in Update.__slots__})
    return Entry(row["_id"], update, frozenset(row["audience"]))
