"""How many streams one caller keeps open at once, over all replicas."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from chassis.documents import Index
from chassis.mongo import Mongo
from gateway.limits.patience import Patience
from gateway.limits.refusals import too_many_streams

COLLECTION = "streams"
INDEXES: Sequence[Index] = (Index((("until", 1),), {"expireAfterSeconds": 60}),)
_RENEWED_SECONDS, _KEPT_SECONDS = 20, 60
"""A stream whose replica has died is counted for so long yet."""
_ROOM = 32
_ALIVE = {"$filter": {"input": {"$ifNull": ["$open", []]}, "cond": {"$gt": ["$$this.until", "$$NOW"]}}}
_UNTIL = {"$add": ["$$NOW", _KEPT_SECONDS * 1000]}


class Streams:
    """Counts the open streams of each caller; here always, and with the other replicas while the store answers."""

    def __init__(self, mongo: Mongo | None, patience: Patience, *, most: int) -> None:
        self._store = None if mongo is None else mongo.forgettable[COLLECTION]
        self._patience, self._most = patience, most
        self._here: Counter[str] = Counter()

    @asynccontextmanager
    async def open(self, subject: str) -> AsyncIterator[None]:
        """Hold a place while a stream is open. Raises 429 `too-many-streams`."""
        if self._here[subject] >= self._most:
            raise too_many_streams(self._most)
        self._here[subject] += 1
        self._patience.measures.streams += 1
        try:
            async with self._place(subject):
                yield
        finally:
            self._patience.measures.streams -= 1
            self._here[subject] -= 1
            if not self._here[subject]:
                del self._here[subject]

    async def close(self) -> None:
        """Give up what is asked of the store."""
        await self._patience.close()

    @asynccontextmanager
    async def _place(self, subject: str) -> AsyncIterator[None]:
        place = secrets.token_hex(8)
        if not await self._change(subject, _taken(place, self._most), place):
            raise too_many_streams(self._most)
        renewing = asyncio.create_task(self._renew(subject, place))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.shield(asyncio.ensure_future(self._change(subject, _left(place), "")))

    async def _renew(self, subject: str, place: str) -> None:
        while True:
            await asyncio.sleep(_RENEWED_SECONDS)
            await self._change(subject, _renewed(place), "")

    async def _change(self, subject: str, change: Sequence[Mapping[str, Any]], place: str) -> bool:
        """Change the caller's document; tell whether `place` is in it then, True when the store does not say."""
        store = self._store
        if store is None:
            return True

        async def changed() -> list[str]:
            found = await store.find_and_update({"_id": subject}, change, upsert=True) or {}
            return [each["place"] for each in found["open"]]

        task = self._patience.begin(changed, room=_ROOM)
        if task is None or not await self._patience.answered(task):
            return True
        return not place or place in task.result()


def _taken(place: str, most: int) -> list[Mapping[str, Any]]:
    more = {"$concatArrays": ["$open", [{"place": place, "until": _UNTIL}]]}
    taken = {"$cond": [{"$lt": [{"$size": "$open"}, most]}, more, "$open"]}
    return [{"$set": {"open": _ALIVE, "until": _UNTIL}}, {"$set": {"open": taken}}]


def _renewed(place: str) -> list[Mapping[str, Any]]:
    others = {"$filter": {"input": "$open", "cond": {"$ne": ["$$this.place", place]}}}
    again = {"$concatArrays": [others, [{"place": place, "until": _UNTIL}]]}
    return [{"$set": {"open": _ALIVE, "until": _UNTIL}}, {"$set": {"open": again}}]


def _left(place: str) -> list[Mapping[str, Any]]:
    others = {"$filter": {"input": _ALIVE, "cond": {"$ne": ["$$this.place", place]}}}
    return [{"$set": {"open": others, "until": _UNTIL}}]
