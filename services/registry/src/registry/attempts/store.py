"""Guesses, counted in the database, so that several processes count together.

What is counted is kept as a hash: people sometimes type their password where the login belongs.
"""

import hashlib
from datetime import datetime

from chassis.documents import Database, Index
from registry.attempts.domain import WINDOW

ATTEMPTS = "sign_in_attempts"
ATTEMPTS_INDEXES = (Index([("until", 1)], {"expireAfterSeconds": 0}),)


async def count_attempt(db: Database, counter: str, now: datetime) -> tuple[int, datetime]:
    """Count one attempt in the window that its first one opened; return how many there are and when it closes."""
    running = {"$gt": ["$until", now]}
    counted = {
        "count": {"$cond": [running, {"$add": ["$count", 1]}, 1]},
        "until": {"$cond": [running, "$until", now + WINDOW]},
    }
    row = await db[ATTEMPTS].find_and_update({"_id": _key(counter)}, [{"$set": counted}], upsert=True)
    return (row["count"], row["until"]) if row else (1, now + WINDOW)


async def uncount_attempt(db: Database, counter: str) -> None:
    """Take one attempt back: it was no wrong guess."""
    await db[ATTEMPTS].update({"_id": _key(counter), "count": {"$gt": 0}}, {"$inc": {"count": -1}})


async def forget_attempts(db: Database, counter: str) -> None:
    """Start counting anew."""
    await db[ATTEMPTS].delete({"_id": _key(counter)})


def _key(counter: str) -> str:
    return hashlib.sha256(counter.encode()).hexdigest()
