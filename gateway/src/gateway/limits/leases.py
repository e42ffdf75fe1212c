"""Leases of tokens from the one document that all replicas share, in the gateway's own database."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.documents import Document, Index
from chassis.errors import AlreadyExists
from chassis.mongo import Mongo
from gateway.limits.policies import Policy
from gateway.limits.windows import SHARES, Lease

COLLECTION = "limits"
INDEXES: Sequence[Index] = (Index((("until", 1),), {"expireAfterSeconds": 60}),)
_CURRENT = {"$gt": ["$until", "$$NOW"]}
_LEFT = {"$max": [0, {"$subtract": ["$limit", "$taken"]}]}


class LeaseStore:
    """Counts what replicas take. By the store's clock alone, so theirs need not agree.

    A lost count costs nobody anything but a few requests, so a write is answered before it is on a majority.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._leases = mongo.forgettable[COLLECTION]

    async def take(self, key: str, policy: Policy, wanted: int) -> Lease:
        """Take a share of what is left of the key's window, or of the next one. Raises what the store does."""
        change = _change(policy, wanted)
        try:
            found = await self._leases.find_and_update({"_id": key}, change, upsert=True)
        except AlreadyExists:  # two replicas began the key's first window at once
            found = await self._leases.find_and_update({"_id": key}, change, upsert=True)
        return _lease(found or {})


def _change(policy: Policy, wanted: int) -> list[Mapping[str, Any]]:
    window = {
        "limit": policy.limit,
        "taken": {"$cond": [_CURRENT, "$taken", 0]},
        "until": {"$cond": [_CURRENT, "$until", {"$add": ["$$NOW", policy.seconds * 1000]}]},
        "at": "$$NOW",
    }
    granted = {"$min": [_LEFT, {"$max": [wanted, {"$ceil": {"$divide": [_LEFT, SHARES]}}]}]}
    return [{"$set": window}, {"$set": {"granted": granted}}, {"$set": {"taken": {"$add": ["$taken", "$granted"]}}}]


def _lease(found: Document) -> Lease:
    return Lease(
        window=found["until"],
        seconds=(found["until"] - found["at"]).total_seconds(),
        granted=int(found["granted"]),
        left=max(0, int(found["limit"] - found["taken"])),
    )
