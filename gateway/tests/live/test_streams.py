"""Streams of updates, through a real gateway before a real database."""

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.live import journal
from gateway.live.audiences import OVERSEERS, ROWS, member, overseer, person
from gateway.live.feed import READS
from gateway.live.stream import ENDED
from testkit import eventually

OF_MINE = "/v1/institutions/mine/updates"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_member_is_told_what_changed_where_to_read_it_and_nothing_else(gateways, tell):
    async with gateways() as gateway, gateway.listening(OF_MINE) as client:
        await client.ready()
        number = await tell(member("mine"), kind="registry.status.granted.v1")
        told = await client.update()
    assert client.answer.content_type == "text/event-stream"
    assert client.answer.headers["Cache-Control"] == "no-store"
    assert client.blocks[0] == {"retry": "2000"}
    assert told == {
        "id": str(number),
        "event": "registry.status.granted.v1",
        "data": {
            "type": "registry.status.granted.v1",
            "resource": "/v1/b/1",
            "subject": "1",
            "version": 3,
            "occurred_at": "2026-03-01T12:00:00Z",
        },
    }


@pytest.mark.parametrize(
    "asking", [{"after": 2}, {"query": "?last_event_id=2"}, {"after": 2, "query": "?last_event_id=1"}]
)
async def test_a_client_that_comes_back_is_told_what_it_missed_and_nothing_twice(gateways, tell, asking):
    for _ in range(4):
        await tell()
    async with gateways() as gateway, gateway.listening(**asking) as client:
        assert await client.updates(2) == [3, 4]
        await tell()
        assert await client.updates(1) == [5]


async def test_a_client_without_a_number_is_told_only_what_comes_and_where_it_stands(gateways, tell):
    await tell()
    async with gateways() as gateway, gateway.listening() as client:
        await client.ready()
        assert client.last_id == "1"
        await tell()
        assert await client.updates(1) == [2]


async def test_while_updates_are_written_every_client_that_catches_up_meets_each_one_once(gateways, tell):
    total, mine = 240, [number for number in range(1, 241) if number % 3]

    async def write() -> None:
        for number in range(1, total + 1):
            await tell(member("mine" if number % 3 else "others"))

    async def follow(gateway: Any, after: int) -> Any:
        expected = [number for number in mine if number > after]
        async with gateway.listening(after=after) as client:
            return await client.updates(len(expected))

    async with gateways() as old:
        writing = asyncio.create_task(write())
        clients = []
        async with gateways() as young:  # knows nothing of what was before it, so it reads for its clients
            for after in range(0, 200, 8):
                await old_enough(old, after)
                clients += [asyncio.create_task(follow(gateway, after)) for gateway in (old, young)]
            got = await asyncio.gather(*clients)
        await writing
    for place, numbers in enumerate(got):
        assert numbers == [number for number in mine if number > place // 2 * 8]


async def old_enough(gateway, number: int) -> None:
    """Wait until a number has been given."""
    async with gateway.listening() as client:
        while int(client.last_id or 0) < number:
            await client.block()


async def test_a_stranger_is_told_of_no_type_at_all_and_a_member_of_every_type_of_its_institution(gateways, tell):
    for row in ROWS:
        fact = row.model.model_validate({**row.model.example(), **dict.fromkeys(row.institutions, "mine")})
        await tell(*row.audience(fact), kind=row.model.type)
    of_mine = [number for number, row in enumerate(ROWS, start=1) if row.institutions]
    marker = await tell(person("stranger"), person("member"))
    async with (
        gateways() as gateway,
        gateway.listening(after=0, subject="stranger", memberships={"others": ["head"]}) as stranger,
        gateway.listening(after=0, subject="member") as one_of_mine,
    ):
        assert await stranger.updates(1) == [marker]
        assert await one_of_mine.updates(len(of_mine) + 1) == [*of_mine, marker]


async def test_a_role_is_told_of_an_institution_only_what_its_services_let_it_read(gateways, tell):
    for row in ROWS:
        fact = row.model.model_validate({**row.model.example(), **dict.fromkeys(row.institutions, "mine")})
        await tell(*row.audience(fact), kind=row.model.type)
    marker = await tell(*(overseer(role, "mine") for role in OVERSEERS))
    async with gateways() as gateway:
        for role in OVERSEERS:
            allowed = [n for n, row in enumerate(ROWS, start=1) if row.institutions and role in row.overseers]
            async with gateway.listening(OF_MINE, after=0, roles=[role], memberships={}) as client:
                assert await client.updates(len(allowed) + 1) == [*allowed, marker]


@pytest.mark.parametrize(
    "claims",
    [
        {"memberships": {"others": ["head"]}},
        {"memberships": {"mine": ["official"]}},
        {"roles": ["expert", "secretary", "supervisor"]},
        {},
    ],
)
async def test_whoever_is_not_of_an_institution_cannot_tell_it_from_one_that_is_not_there(gateways, claims):
    async with gateways() as gateway, gateway.asked(OF_MINE, **claims) as refused:
        assert (refused.status, (await refused.json())["type"]) == (404, "urn:technopark:problem:updates-unknown")


async def test_one_stream_tells_a_person_their_own_and_all_their_institutions(gateways, tell):
    async with gateways() as gateway:
        mine = {"mine": ["head"], "second": ["specialist"], "ministry": ["official"]}
        async with gateway.listening(subject="me", memberships=mine) as client:
            await client.ready()
            for key in (person("me"), person("you"), member("mine"), member("others"), member("ministry")):
                await tell(key)
            await tell(member("second"), member("mine"), person("me"))
            assert await client.updates(3) == [1, 3, 6]


async def test_a_silent_stream_shows_it_is_alive_and_keeps_the_number_to_come_back_with(gateways, tell):
    async with gateways() as gateway, gateway.listening() as client:
        await client.ready()
        await tell(member("others"))

        async def beat_tells_the_new_number() -> None:
            beat = await client.block()
            assert beat is not None
            assert beat.keys() == {":", "id"}
            assert beat["id"] == "1"

        await eventually(beat_tells_the_new_number)


async def test_a_stream_ends_with_its_token(gateways, issuer):
    async with gateways() as gateway:
        expires = int(time.time()) + 3
        async with gateway.listening(token=issuer.token("me", exp=expires)) as client:
            assert (await client.end())[-1] == {":": "expired", "retry": "2000"}
            assert expires <= time.time() < expires + 5


async def test_a_client_away_for_too_long_is_told_to_load_anew_and_goes_on_from_there(gateways, tell, mongo):
    for _ in range(3):
        await tell()
    await mongo.plain[journal.UPDATES].delete({"_id": {"$lte": 2}})
    async with gateways() as gateway:
        async with gateway.listening(after=0) as late:
            told = await late.update()
            assert (told["event"], told["id"]) == ("reset", "3")
            await tell()
            assert await late.updates(1) == [4]
        async with gateway.listening(after=2) as in_time:
            assert await in_time.updates(2) == [3, 4]


async def test_a_number_of_another_history_leads_to_a_reset(gateways, tell):
    await tell()
    async with gateways() as gateway, gateway.listening(after=5000) as client:
        assert (await client.update())["event"] == "reset"


async def test_a_gap_in_the_journal_resets_the_clients_that_listen(gateways, tell, mongo):
    async with gateways() as gateway, gateway.listening() as client:
        for _ in range(3):
            await tell()
        assert await client.updates(3) == [1, 2, 3]
        await mongo.plain[journal.UPDATES].delete({"_id": {"$gt": 0}})
        await mongo.plain[journal.COUNTERS].update({"_id": journal.UPDATES}, {"$set": {"last": 10}})
        await tell()
        told = await client.update()
        assert (told["event"], told["id"]) == ("reset", "11")
        await tell()
        assert await client.updates(1) == [12]


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "9" * 17, "٣"])
async def test_a_number_that_is_none_is_refused(gateways, given):
    async with gateways() as gateway, gateway.asked("/v1/me/updates", query=f"?last_event_id={given}") as refused:
        assert (refused.status, (await refused.json())["type"]) == (400, "urn:technopark:problem:bad-last-event-id")


async def test_without_a_database_streams_are_refused_and_say_so(gateways):
    async with gateways(mongo_url=None) as gateway, gateway.asked("/v1/me/updates") as refused:
        assert (refused.status, (await refused.json())["type"]) == (503, "urn:technopark:problem:updates-unavailable")
        assert refused.headers["Retry-After"] == "10"


async def test_without_a_token_there_is_no_stream(gateways):
    async with gateways() as gateway, gateway.asked("/v1/me/updates", token="none") as refused:
        assert refused.status == 401


async def test_one_stream_too_many_of_a_caller_is_refused_until_another_one_ends(gateways):
    async with gateways(gateway_streams=1) as gateway:
        async with gateway.listening() as first:
            await first.ready()
            async with gateway.asked("/v1/me/updates") as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
            async with gateway.listening(subject="you") as of_another_caller:
                await of_another_caller.ready()

        async def there_is_room_again() -> None:
            async with gateway.asked("/v1/me/updates") as answer:
                assert answer.status == 200

        await eventually(there_is_room_again)


async def test_a_gateway_holds_so_many_streams_in_all_and_sends_further_clients_away(gateways):
    async with gateways(gateway_streams_in_all=1) as gateway, gateway.listening(subject="first") as first:
        await first.ready()
        async with gateway.asked("/v1/me/updates", subject="second") as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "10")


async def test_many_idle_streams_cost_no_more_reads_than_one(gateways, tell):
    reads = READS.labels("new")._value
    async with gateways() as gateway, AsyncExitStack() as stack:
        listening = [gateway.listening(subject=f"p{number}") for number in range(200)]
        clients = await asyncio.gather(*(stack.enter_async_context(each) for each in listening))
        await asyncio.gather(*(client.ready() for client in clients))
        started, before = time.monotonic(), reads.get()
        await tell()
        assert await asyncio.gather(*(client.updates(1) for client in clients)) == [[1]] * 200
        assert reads.get() - before <= (time.monotonic() - started) * 2 + 4


async def test_a_client_that_does_not_read_is_cut_off_and_the_others_lose_nothing(gateways, tell, mongo, issuer):
    count = 800  # of 8 KiB: more than the kernel takes for a client
    row = {"type": "a.b.c.v1", "resource": "/v1/b/" + "1" * 8192, "subject": "1", "version": 1, "occurred_at": NOW}
    row |= {"audience": [member("mine")], "expire_at": NOW + timedelta(days=9999)}
    await mongo.plain[journal.UPDATES].insert(*({**row, "_id": number} for number in range(1, count + 1)))
    await mongo.plain[journal.COUNTERS].insert({"_id": journal.UPDATES, "last": count, "expire_at": row["expire_at"]})
    slow, before = ENDED.labels("slow")._value, ENDED.labels("slow")._value.get()
    async with gateways(gateway_slow_client_seconds=2) as gateway:
        with socket.socket() as stalled:
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stalled.connect(("127.0.0.1", int(gateway.base.rpartition(":")[2])))
            token = issuer.token("slow", memberships={"mine": ["head"]})
            head = f"GET /v1/me/updates?last_event_id=0 HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {token}\r\n\r\n"
            stalled.sendall(head.encode())
            async with gateway.listening(after=0) as client:
                assert await client.updates(count) == list(range(1, count + 1))
                await eventually(lambda: slow.get() == before + 1)
                await tell()
                assert await client.updates(1) == [count + 1]
