"""The feed in the database: rows of the form of the chassis's outbox, which a relay publishes and nothing removes.

A row comes unnumbered, with its event's reaction. One numberer gives it the next position, and only then it can be
read: the order of the feed is the order of numbering, so a reader behind a position has missed nothing before it.
"""

from collections.abc import Collection
from datetime import datetime

from chassis import outbox
from chassis.documents import Database, Document, Index
from contracts.envelope import Envelope
from reporting.feed.domain import BEGINNING, EventNotInFeed, Place

FEED = "feed"
_NUMBERED = {"partialFilterExpression": {"position": {"$gt": 0}}}
INDEXES = (
    *outbox.RELAYED,
    Index([("time", 1), ("_id", 1)], {"partialFilterExpression": {"position": 0}, "name": "unnumbered"}),
    Index([("created_at", 1)], {"partialFilterExpression": {"position": 0}, "name": "unnumbered_age"}),
    # Unique: a numberer that lost its lease without noticing collides instead of numbering twice.
    Index([("position", 1)], {**_NUMBERED, "unique": True}),
    Index([("type", 1), ("position", 1)], _NUMBERED),
    Index([("numbered_at", 1), ("position", 1)]),
)
_BATCH = 500


def row(envelope: Envelope, body: bytes, *, at: datetime) -> Document:
    """Return a public event as it waits for its number; `at` is when the feed took it."""
    waiting = {"state": "unnumbered", "position": 0, "time": envelope.time}
    return outbox.row(envelope, body, at=at) | waiting


async def append(db: Database, event: Document) -> None:
    """Take an event into the feed; one that is there already stays as it is."""
    fields = {name: value for name, value in event.items() if name != "_id"}
    await db[FEED].update({"_id": event["_id"]}, {"$setOnInsert": fields}, upsert=True)


async def number(db: Database) -> int:
    """Give waiting rows, the earliest first, the next positions; return how many. Needs a transaction."""
    first: list[Document] = [
        {"$match": {"position": 0}},
        {"$sort": {"time": 1, "_id": 1}},
        {"$limit": _BATCH},
        {"$project": {"_id": 1}},
    ]
    ids = [found["_id"] for found in await db[FEED].aggregate(first)]
    if not ids:
        return 0
    last = await _last(db)
    position, earliest = (last["position"], last["numbered_at"]) if last else (0, None)
    numbered = {
        "position": {"$add": [position + 1, {"$indexOfArray": [ids, "$_id"]}]},
        # $max: on another primary the clock may be behind, the order of the feed never is.
        "numbered_at": {"$max": ["$$NOW", earliest]},
        "state": "new",
    }
    return await db[FEED].update({"_id": {"$in": ids}, "position": 0}, [{"$set": numbered}])


async def head(db: Database) -> Place:
    """Return the place behind the newest event that can be read."""
    last = await _last(db)
    return Place(last["position"], last["_id"]) if last else BEGINNING


async def between(db: Database, after: int, until: int, types: Collection[str] | None, limit: int) -> list[Document]:
    """Return events behind a position up to another one that has been reached, of these types; of all for None."""
    where: Document = {"position": {"$gt": after, "$lte": until}}
    if types is not None:
        where["type"] = {"$in": sorted(types)}
    return await db[FEED].find(where, sort=[("position", 1)], limit=limit)


async def stands(db: Database, place: Place) -> bool:
    """Tell whether a place is one of this feed's history."""
    if place == BEGINNING:
        return True
    found = await db[FEED].find({"position": place.position}, sort=[("position", 1)], limit=1)
    return bool(found) and found[0]["_id"] == place.event_id


async def place_of(db: Database, event_id: str) -> Place:
    """Return the place behind an event. Raises EventNotInFeed."""
    found = await db[FEED].find_one({"_id": event_id})
    if found is None or not found["position"]:
        raise EventNotInFeed(event_id=event_id)
    return Place(found["position"], event_id)


async def place_before(db: Database, moment: datetime, newest: Place) -> Place:
    """Return the place before the first event that was numbered at a moment or later."""
    where = {"numbered_at": {"$gte": moment}}
    found = await db[FEED].find(where, sort=[("numbered_at", 1), ("position", 1)], limit=1)
    return Place(found[0]["position"] - 1) if found else newest


async def unnumbered(db: Database) -> tuple[int, datetime | None]:
    """Return how many events wait for their number, and since when the first of them does."""
    waiting = {"position": 0, "created_at": {"$type": "date"}}
    oldest = await db[FEED].find(waiting, sort=[("created_at", 1)], limit=1)
    return await db[FEED].count(waiting), oldest[0]["created_at"] if oldest else None


async def _last(db: Database) -> Document | None:
    found = await db[FEED].find({"position": {"$gt": 0}}, sort=[("position", -1)], limit=1)
    return found[0] if found else None
