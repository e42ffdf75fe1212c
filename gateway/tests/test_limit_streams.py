"""How many streams a caller keeps open, over several replicas."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from chassis.mongo import Mongo
from chassis.problem import Problem
from gateway.limits.measures import Measures
from gateway.limits.patience import Patience
from gateway.limits.streams import COLLECTION, Streams
from testkit import eventually


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    opened = Mongo(mongo_url)
    await opened.ping()
    yield opened
    await opened.close()


async def opened(stack: AsyncExitStack, streams: Streams, subject: str = "anna") -> bool:
    try:
        await stack.enter_async_context(streams.open(subject))
    except Problem:
        return False
    return True


async def test_replicas_together_open_as_many_streams_of_a_caller_as_allowed(mongo: Mongo):
    replicas = [Streams(mongo, Patience(Measures(), seconds=5), most=4) for _ in range(3)]
    async with AsyncExitStack() as stack:
        tries = await asyncio.gather(*(opened(stack, replicas[number % 3]) for number in range(12)))
        assert sum(tries) == 4
        assert await opened(stack, replicas[0], "boris")


async def test_a_closed_stream_makes_room_at_another_replica(mongo: Mongo):
    first, second = (
        Streams(mongo, Patience(Measures(), seconds=5), most=1),
        Streams(mongo, Patience(Measures()), most=1),
    )
    async with AsyncExitStack() as other:
        async with first.open("anna"):
            assert not await opened(other, second)
        assert await opened(other, second)


async def test_the_streams_of_a_replica_that_died_are_forgotten_with_their_term(mongo: Mongo):
    dead, alive = Streams(mongo, Patience(Measures(), seconds=5), most=1), Streams(mongo, Patience(Measures()), most=1)
    async with AsyncExitStack() as stack:
        assert await opened(stack, dead)
        assert not await opened(stack, alive)
        past = {"$set": {"open": {"$map": {"input": "$open", "in": {"place": "$$this.place", "until": "$$NOW"}}}}}
        await mongo.plain[COLLECTION].update({"_id": "anna"}, [past])
        assert await opened(stack, alive)


async def test_a_cancelled_stream_gives_its_place_back(mongo: Mongo):
    streams = Streams(mongo, Patience(Measures(), seconds=5), most=1)
    held = asyncio.Event()

    async def stream() -> None:
        async with streams.open("anna"):
            held.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stream())
    await held.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with AsyncExitStack() as stack:
        await eventually(lambda: opened(stack, Streams(mongo, Patience(Measures(), seconds=5), most=1)), 5)


async def test_without_a_store_a_replica_counts_its_own_streams():
    streams = Streams(None, Patience(Measures(), seconds=5), most=2)
    async with AsyncExitStack() as stack:
        assert [await opened(stack, streams) for _ in range(3)] == [True, True, False]
        with pytest.raises(Problem, match="too-many-streams") as refused:
            await stack.enter_async_context(streams.open("anna"))
        assert refused.value.status == 429
    async with AsyncExitStack() as stack:
        assert await opened(stack, streams)
    assert not streams._here
