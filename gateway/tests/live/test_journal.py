"""Numbers of updates are the order of their commits, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chassis import parked
from chassis.app import Service
from chassis.documents import Database
from chassis.mongo import Mongo
from chassis.receive import Receiver
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from gateway.live import journal
from gateway.live.audiences import BY_TYPE
from gateway.live.journal import Update
from testkit import eventually

NOW = datetime(2126, 3, 1, 12, tzinfo=UTC)
"""Far ahead: what expires by the database's own clock would be gone in the midst of a test."""


def update(subject: str = "1") -> Update:
    return Update(type="a.b.c.v1", resource="/v1/b/1", subject=subject, version=1, occurred_at=NOW)


async def appended(db: Database, subject: str = "1", *, now: datetime = NOW, days: float = 7) -> int:
    return await journal.append(db, update(subject), {"member:1"}, now=now, days=days)


@pytest.fixture
def receiver(worker: Service, mongo: Mongo) -> Receiver:
    return Receiver(mongo, worker.settings, worker.name, worker.known)


def message(event_type: str, number: int = 1) -> tuple[dict[str, str], bytes]:
    model = CATALOGUE[event_type]
    envelope = Envelope(
        id=f"{event_type}-{number}"[-64:], source="/test", type=event_type, subject="s", time=NOW, sequence=number
    )
    return envelope.headers(), model.model_validate(model.example()).model_dump_json().encode()


async def test_a_reader_that_goes_on_from_the_last_number_meets_every_update_of_many_concurrent_writers(mongo: Mongo):
    writers, each, seen = 8, 12, list[int]()

    async def write(writer: int) -> None:
        for number in range(each):

            async def body(db: Database, number: int = number) -> None:
                await appended(db, f"{writer}-{number}")
                await db[journal.UPDATES].find_one({"_id": 1})  # stays open a little longer than the number is known

            await mongo.transact(body, seconds=30)

    async def read() -> None:
        while len(seen) < writers * each:
            seen.extend(entry.number for entry in await journal.following(mongo.plain, max(seen, default=0), limit=7))

    await appended(mongo.plain)
    await asyncio.wait_for(asyncio.gather(read(), *(write(writer) for writer in range(writers))), 60)
    assert seen[: writers * each] == list(range(1, writers * each + 1))
    assert await journal.last(mongo.plain) == writers * each + 1


async def test_a_later_number_waits_for_the_commit_of_an_earlier_one(mongo: Mongo):
    await appended(mongo.plain)
    taken, may_commit = asyncio.Event(), asyncio.Event()

    async def slow(db: Database) -> int:
        number = await appended(db)
        taken.set()
        await may_commit.wait()
        return number

    tries = 0

    async def quick(db: Database) -> int:
        nonlocal tries
        tries += 1
        return await appended(db)

    first = asyncio.create_task(mongo.transact(slow))
    await taken.wait()
    second = asyncio.create_task(mongo.transact(quick, seconds=20))
    await eventually(lambda: tries > 2)
    assert not second.done()
    assert [entry.number for entry in await journal.following(mongo.plain, 0, limit=9)] == [1]
    may_commit.set()
    assert (await first, await second) == (2, 3)


async def test_a_number_given_back_by_a_transaction_that_failed_is_used_again(mongo: Mongo):
    async def fails(db: Database) -> None:
        await appended(db)
        raise LookupError

    await appended(mongo.plain)
    with pytest.raises(LookupError):
        await mongo.transact(fails)
    assert await appended(mongo.plain) == 2


async def test_updates_expire_in_the_order_of_their_numbers_whatever_the_clocks_say(mongo: Mongo):
    for hours in (5, 0, 7):
        await appended(mongo.plain, now=NOW + timedelta(hours=hours))
    ends = [row["expire_at"] for row in await mongo.plain[journal.UPDATES].find({"_id": {"$gt": 0}})]
    assert ends == [NOW + timedelta(days=7, hours=hours) for hours in (5, 5, 7)]


async def test_what_has_expired_is_reported_and_never_passed_over(mongo: Mongo):
    for _ in range(4):
        await appended(mongo.plain)
    await mongo.plain[journal.UPDATES].delete({"_id": {"$lte": 2}})

    async def missed(after: int) -> list[int] | None:
        found = await journal.missed(mongo.plain, {"member:1"}, after=after, until=4, limit=9)
        return None if found is None else [entry.number for entry in found]

    assert [await missed(after) for after in (1, 2, 3)] == [None, [3, 4], [4]]


async def test_a_fact_delivered_twice_becomes_one_update(receiver: Receiver, mongo: Mongo):
    headers, body = message("registry.status.granted.v1")
    assert [await receiver.receive(headers, body) for _ in range(2)] == ["applied", "duplicate"]
    assert await journal.last(mongo.plain) == 1


async def test_every_published_example_becomes_an_update_that_names_nobody_and_tells_no_content(
    receiver: Receiver, mongo: Mongo
):
    for number, event_type in enumerate(sorted(BY_TYPE), start=1):
        assert await receiver.receive(*message(event_type, number)) == "applied", event_type
    rows = await mongo.plain[journal.UPDATES].find({"_id": {"$gt": 0}})
    assert [row["type"] for row in rows] == sorted(BY_TYPE)
    assert [row["version"] for row in rows] == list(range(1, len(BY_TYPE) + 1))
    fields = {"_id", "type", "resource", "subject", "version", "occurred_at", "audience", "expire_at"}
    assert all(row.keys() == fields for row in rows)
    assert not await parked.listing(mongo.plain)


async def test_a_silent_fact_is_not_even_asked_for(worker: Service):
    assert worker.known.keys() == BY_TYPE.keys()
