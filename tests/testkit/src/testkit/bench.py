"""What tests do with the sample service inside their own process: run its loops, perform its use cases, look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from chassis import outbox, parked
from chassis.app import Service
from chassis.consumer import Consumer, inbox
from chassis.documents import Database, Document
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.relay import Outlet, Relay
from chassis.work import Cause, Change, Work
from testkit import samples
from testkit.waiting import eventually

C = TypeVar("C")
T = TypeVar("T")


@asynccontextmanager
async def running(*tasks: Coroutine[None, None, None]) -> AsyncIterator[None]:
    started = [asyncio.create_task(task) for task in tasks]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def consumer(service: Service, mongo: Mongo) -> Consumer:
    return Consumer(inbox(mongo, service.settings, service.name, service.known))


def relay(service: Service, mongo: Mongo) -> Relay:
    return Relay(mongo, service.settings, Outlet(url=service.settings.amqp(f"{service.name}-relay")))


async def perform(mongo: Mongo, handler: Callable[[C, Work], Awaitable[T]], command: C) -> T:
    async def body(db: Database) -> T:
        caller = Caller(subject="operator-1", roles=frozenset({"operator"}))
        work = Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause("correlation-1"))
        result = await handler(command, work)
        await outbox.write(work, source="registry")
        return result

    return await mongo.transact(body)


async def rows(mongo: Mongo) -> list[Document]:
    return await mongo.plain["outbox"].find({"aggregate_id": {"$gte": ""}}, sort=[("aggregate_id", 1), ("sequence", 1)])


async def the_parked(mongo: Mongo) -> Document:
    found = await parked.listing(mongo.plain)
    assert len(found) == 1
    return found[0]


async def sums(mongo: Mongo) -> dict[str, int]:
    return {row["_id"]: row["raises"] for row in await mongo.plain["sums"].find({"_id": {"$gte": ""}})}


async def quiet(mongo: Mongo) -> None:
    async def nothing_waits() -> None:
        assert not [row for row in await rows(mongo) if row["state"] == "new"]

    await eventually(nothing_waits)


async def raised_counters(mongo: Mongo, *, count: int, raises: int) -> dict[str, int]:
    expected = {}
    for number in range(count):
        counter = await perform(mongo, samples.open_counter, samples.OpenCounter(name=f"c{number}"))
        for _ in range(raises):
            await perform(mongo, samples.raise_counter, Change(counter.id, None, samples.Nothing()))
        expected[counter.id] = raises
    return expected
