"""Attempts to sign in, counted per login.

The login is kept as a hash: people sometimes type their password there.
"""

import hashlib
from datetime import datetime, timedelta

from chassis.documents import Database, Index

ATTEMPTS = "sign_in_attempts"
ATTEMPTS_INDEXES = (Index([("until", 1)], {"expireAfterSeconds": 0}),)

WINDOW = timedelta(minutes=15)


async def count_attempt(db: Database, login: str, now: datetime) -> tuple[int, datetime]:
    """Count one attempt in the window that its first one opened; return how many there are and when it closes."""
    running = {"$gt": ["$until", now]}
    counted = {
        "count": {"$cond": [running, {"$add": ["$count", 1]}, 1]},
        "until": {"$cond": [running, "$until", now + WINDOW]},
    }
    row = await db[ATTEMPTS].find_and_update({"_id": _key(login)}, [{"$set": counted}], upsert=True)
    return (row["count"], row["until"]) if row else (1, now + WINDOW)


async def forget_attempts(db: Database, login: str) -> None:
    """Start counting anew, after a sign-in."""
    await db[ATTEMPTS].delete({"_id": _key(login)})


def _key(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
