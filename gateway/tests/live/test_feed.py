"""The one reader of a process and the seats before it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from chassis.mongo import Mongo
from gateway.live import journal
from gateway.live.audiences import member
from gateway.live.feed import Feed, Seat
from gateway.live.journal import Entry
from testkit import eventually

MINE = {member("mine")}
Following = Callable[[Feed], AbstractAsyncContextManager[Feed]]


@pytest.fixture
def following() -> Following:
    """Return a context manager in which a feed runs."""

    @asynccontextmanager
    async def run(feed: Feed) -> AsyncIterator[Feed]:
        running = asyncio.create_task(feed.run())
        try:
            yield feed
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return run


def numbers(entries: list[Entry] | None) -> list[int]:
    assert entries is not None
    return [entry.number for entry in entries]


@pytest.mark.parametrize("known", [True, False], ids=["from memory", "from the database"])
async def test_what_was_missed_ends_where_what_is_put_before_the_seat_begins(
    following, tell, mongo: Mongo, known: bool
):
    feed = Feed(mongo)
    async with following(feed):
        assert await feed.reached(0, seconds=5)
        if not known:
            feed = Feed(mongo)
        for _ in range(3):
            await tell()
        async with following(feed):
            assert await feed.reached(3, seconds=5)
            seat = feed.take_seat(MINE)
            for _ in range(3):
                await tell()
            assert await feed.reached(6, seconds=5)
            assert numbers(await feed.missed(seat, 1)) == [2, 3]
            assert numbers(await feed.missed(seat, 3)) == []
            assert numbers(seat.taken()) == [4, 5, 6]


async def test_a_seat_that_was_given_up_gets_nothing_more(following, tell, mongo: Mongo):
    async with following(Feed(mongo)) as feed:
        assert await feed.reached(0, seconds=5)
        seat, other = feed.take_seat(MINE), feed.take_seat(MINE)
        feed.leave(seat)
        await tell()
        assert await feed.reached(1, seconds=5)
        assert (numbers(seat.taken()), numbers(other.taken())) == ([], [1])


@pytest.mark.parametrize("turns", range(5))
async def test_who_waits_is_called_off_even_at_the_moment_when_something_comes(turns: int):
    seat = Seat(frozenset(MINE), 0)
    waiting = asyncio.create_task(seat.wait(5))
    await asyncio.sleep(0)
    seat.end("slow")
    for _ in range(turns):
        await asyncio.sleep(0)
    came_first = waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled() is not came_first


async def test_a_database_put_back_to_an_earlier_state_is_noticed_when_it_answers_again(following, tell, mongo: Mongo):
    feed = Feed(mongo)
    async with following(feed):
        for _ in range(3):
            await tell()
        assert await feed.reached(3, seconds=5)
        seat = feed.take_seat(MINE)
    await mongo.plain[journal.UPDATES].delete({"_id": {"$gt": 1}})
    await mongo.plain[journal.COUNTERS].update({"_id": journal.UPDATES}, {"$set": {"last": 1}})
    async with following(feed):
        await eventually(lambda: seat.lost)
        assert feed.position == 1
        for _ in range(2):
            await tell()
        assert await feed.reached(3, seconds=5)
        assert numbers(await feed.missed(feed.take_seat(MINE), 1)) == [2, 3], (
            "what never came to be is told from memory"
        )


async def test_a_reader_that_begins_again_where_it_stood_takes_nothing_from_anybody(following, tell, mongo: Mongo):
    feed = Feed(mongo)
    async with following(feed):
        await tell()
        assert await feed.reached(1, seconds=5)
        seat = feed.take_seat(MINE)
    async with following(feed):
        await tell()
        assert await feed.reached(2, seconds=5)
        assert (seat.lost, numbers(seat.taken())) == (False, [2])


async def test_memory_is_asked_only_for_what_lies_in_it_whole_and_only_for_whom_it_is(following, tell, mongo: Mongo):
    for _ in range(2):
        await tell()
    async with following(Feed(mongo)) as feed:
        assert await feed.reached(2, seconds=5)
        await tell()
        assert await feed.reached(3, seconds=5)
        mine, of_another = feed.take_seat(MINE), feed.take_seat({member("another")})
        assert numbers(await feed.missed(mine, 2)) == [3]
        assert numbers(await feed.missed(mine, 1)) == [2, 3]
        assert numbers(await feed.missed(of_another, 2)) == []


async def test_a_feed_that_never_reached_the_database_says_so_in_time(mongo: Mongo):
    with pytest.raises(TimeoutError):
        await Feed(mongo).reached(0, seconds=0.05)


def test_seats_are_counted_and_all_of_them_can_be_ended(mongo: Mongo):
    feed = Feed(mongo)
    seats = [feed.take_seat(MINE), feed.take_seat({member("another"), *MINE})]
    assert feed.seated == 2
    feed.end_all("leaving")
    assert [seat.ended for seat in seats] == ["leaving"] * 2
    for seat in seats:
        feed.leave(seat)
    assert feed.seated == 0


async def test_a_number_that_nobody_has_given_is_not_waited_for(following, mongo: Mongo):
    async with following(Feed(mongo)) as feed:
        assert not await feed.reached(7, seconds=5)


UPDATE = journal.Update(type="t", resource="r", subject="s", version=1, occurred_at=datetime(2026, 3, 1, tzinfo=UTC))
ENTRY = Entry(1, UPDATE, frozenset(MINE))


def test_a_seat_holds_a_thousand_updates_and_ends_with_the_next():
    seat = Seat(frozenset(MINE), 0)
    for _ in range(1000):
        seat.put(ENTRY)
    assert seat.ended == ""
    seat.put(ENTRY)
    assert seat.ended == "slow"


@pytest.mark.parametrize(
    "happening",
    [lambda seat: seat.put(ENTRY), Seat.lose, lambda seat: seat.end("leaving")],
    ids=["an update", "a loss", "an end"],
)
async def test_a_seat_that_waits_is_woken_by_whatever_happens_to_it(happening: Callable[[Seat], None]):
    seat = Seat(frozenset(MINE), 0)
    waiting = asyncio.create_task(seat.wait(600))
    await asyncio.sleep(0)
    assert not waiting.done()
    happening(seat)
    async with asyncio.timeout(5):
        await waiting


async def test_a_seat_from_which_everything_was_taken_waits_again():
    seat = Seat(frozenset(MINE), 0)
    seat.put(ENTRY)
    assert numbers(seat.taken()) == [1]
    assert seat.taken() == []
    waiting = asyncio.create_task(seat.wait(600))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})


def test_a_seat_that_lost_updates_keeps_none_from_before_the_gap():
    seat = Seat(frozenset(MINE), 0)
    seat.put(ENTRY)
    seat.lose()
    assert (seat.lost, seat.taken()) == (True, [])


def test_the_first_reason_for_which_a_stream_ends_is_the_one_that_is_told():
    seat = Seat(frozenset(MINE), 0)
    seat.end("slow")
    seat.end("leaving")
    assert seat.ended == "slow"
