"""The one seam to the MongoDB driver (Motor): the client and its transactions.

Nothing else imports Motor or PyMongo, so that a move to another driver is a change of this file.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from chassis.documents import Database, Document
from chassis.errors import OutcomeUnknown, StoreUnavailable

T = TypeVar("T")
_COMMIT_MS = 4000


class Mongo:
    """A service's own database."""

    def __init__(self, url: str) -> None:
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url, tz_aware=True, w="majority", journal=True, readConcernLevel="majority", maxPoolSize=64,
            serverSelectionTimeoutMS=4000, connectTimeoutMS=2000, socketTimeoutMS=12000, waitQueueTimeoutMS=2000,
        )  # fmt: skip
        self.motor = client.get_default_database()
        self._running: set[asyncio.Future[Any]] = set()

    @property
    def plain(self) -> Database:
        """The collections outside any transaction."""
        return Database(self.motor)

    @property
    def forgettable(self) -> Database:
        """The collections for what a crash may take away: a write is answered once the primary has it in memory."""
        return Database(self.motor.with_options(write_concern=WriteConcern(w=1, j=False)))

    async def ping(self) -> None:
        """Ask the primary; raise `StoreUnavailable` without an answer."""
        try:
            await self.motor.command("ping")
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def __aenter__(self) -> Self:
        """Be open within the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Wait for running transactions, then disconnect."""
        await asyncio.gather(*self._running, return_exceptions=True)
        self.motor.client.close()

    async def transact(self, body: Callable[[Database], Awaitable[T]], *, seconds: float = 5) -> T:
        """Run `body` in one transaction, again from the start when it collides with another, for `seconds` at most.

        `body` may run several times: it has no effect but through the database it is given. Shielded, because a
        cancelled Motor commit may still commit: the caller goes, the transaction ends properly.

        Raises: AlreadyExists, StoreUnavailable (nothing changed), OutcomeUnknown (commit sent, answer lost).
        """
        task = asyncio.ensure_future(self._attempts(body, time.monotonic() + seconds))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _attempts(self, body: Callable[[Database], Awaitable[T]], deadline: float) -> T:
        attempt = 0
        while True:
            try:
                async with await self.motor.client.start_session() as session:
                    session.start_transaction(
                        ReadConcern("snapshot"), WriteConcern("majority", j=True), max_commit_time_ms=_COMMIT_MS
                    )
                    result = await body(Database(self.motor, session))
                    await _commit(session, deadline)
                    return result
            except PyMongoError as error:
                attempt += 1
                if not error.has_error_label("TransientTransactionError") and not isinstance(error, ConnectionFailure):
                    raise
                if time.monotonic() >= deadline:
                    raise StoreUnavailable from error
            await asyncio.sleep(random.uniform(0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 jitter, not a secret

    async def wake(self, woken: asyncio.Event, collection: str) -> None:
        """Set an event when documents are inserted or become `new`; a hint, not the truth: it may miss, and may end."""
        pipeline: list[Document] = [
            {"$match": {"$or": [{"operationType": "insert"}, {"updateDescription.updatedFields.state": "new"}]}},
            {"$project": {"_id": 1}},
        ]
        async with self.motor[collection].watch(pipeline, max_await_time_ms=1000) as stream:
            async for _ in stream:
                woken.set()


async def _commit(session: AsyncIOMotorClientSession, deadline: float) -> None:
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult"):
                raise
            if time.monotonic() >= deadline:
                raise OutcomeUnknown from error
            await asyncio.sleep(0.05)
        else:
            return
