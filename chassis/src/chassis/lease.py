"""A lease in the database, by the database's own clock: one holder at a time, taken over when it falls silent."""

import os
import secrets
from contextlib import suppress

from chassis.errors import AlreadyExists
from chassis.mongo import Mongo

COLLECTION = "leases"


class Lease:
    """A named right that one process holds while it renews it."""

    def __init__(self, mongo: Mongo, name: str, *, seconds: float) -> None:
        self._leases, self._name, self._milliseconds = mongo.plain[COLLECTION], name, int(seconds * 1000)
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"

    async def hold(self) -> bool:
        """Take or renew the lease; False while another process holds it."""
        free_or_mine = {"$or": [{"$eq": ["$owner", self._owner]}, {"$lt": ["$until", "$$NOW"]}]}
        taken = {
            "owner": {"$cond": [free_or_mine, self._owner, "$owner"]},
            "until": {"$cond": [free_or_mine, {"$add": ["$$NOW", self._milliseconds]}, "$until"]},
        }
        with suppress(AlreadyExists):
            held = await self._leases.find_and_update({"_id": self._name}, [{"$set": taken}], upsert=True)
            return held is not None and held["owner"] == self._owner
        return False

    async def release(self) -> None:
        """Give the lease up, so that the next process need not wait for its end."""
        await self._leases.delete({"_id": self._name, "owner": self._owner})
