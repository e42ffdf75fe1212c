"""Schema changes: ordered, idempotent, run once by one process before a rollout."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from chassis.documents import Database
from chassis.lease import Lease
from chassis.mongo import Mongo

COLLECTION = "migrations"
log = structlog.get_logger("migrations")


class Migration(NamedTuple):
    """A named step; it may be interrupted and started again, so it finds out itself what is left to do."""

    name: str
    apply: Callable[[Database], Awaitable[None]]


async def migrate(mongo: Mongo, migrations: Sequence[Migration]) -> None:
    """Apply what has not been applied yet, in order. Waits for another process that migrates."""
    lease = Lease(mongo, "migrations", seconds=60)
    while not await lease.hold():  # noqa: ASYNC110 another process holds it, no event tells its end
        await asyncio.sleep(0.5)
    try:
        done = {row["_id"] for row in await mongo.plain[COLLECTION].find({"_id": {"$gte": ""}})}
        for migration in migrations:
            if migration.name not in done:
                await migration.apply(mongo.plain)
                await mongo.plain[COLLECTION].insert({"_id": migration.name, "at": datetime.now(UTC)})
                log.info("migration applied", name=migration.name)
    finally:
        await lease.release()
