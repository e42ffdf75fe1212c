"""A request ends at the deadline it came with, and what it has begun to change ends properly."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import aiohttp
import pytest
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from structlog.testing import capture_logs

from chassis import deadline
from chassis.app import Http, Service
from chassis.door import Door
from chassis.errors import StoreUnavailable
from chassis.mongo import Mongo
from chassis.work import Work
from testkit import Answer, Client, Issuer, eventually, running_service
from testkit.samples import Counter, CounterView, OpenCounter, open_counter

HEADER = "X-Request-Deadline-Ms"
KEY = {"Idempotency-Key": "0190a000-key-1"}


@dataclass
class Pace:
    """How the slow routes are held up, and what became of them."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    cancelled: int = 0


async def _pace(request: Request) -> Pace:
    pace: Pace = request.app.state.pace
    return pace


Held = Annotated[Pace, Depends(_pace)]
router = APIRouter(prefix="/v1/slow")


@router.get("")
async def read(pace: Held) -> Response:
    pace.begun += 1
    try:
        await pace.go_on.wait()
    except asyncio.CancelledError:
        pace.cancelled += 1
        raise
    return Response("read")


@router.get("/stream")
async def stream(pace: Held) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        pace.begun += 1
        yield b"first"
        await pace.go_on.wait()
        yield b"last"

    return StreamingResponse(parts())


@router.get("/failing")
async def failing() -> Response:
    raise RuntimeError("a fault of the service")


@router.post("")
async def change(door: Door, pace: Held) -> Response:
    async def held(command: OpenCounter, work: Work) -> Counter:
        opened = await open_counter(command, work)
        pace.begun += 1
        await pace.go_on.wait()
        return opened

    return await door.run(held, OpenCounter(name="held"), CounterView, status=201)


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
async def slow(
    make_service: Callable[[str, str], Service], mongo_url: str, issuer: Issuer, pace: Pace
) -> AsyncIterator[Client]:
    made = make_service(mongo_url, "amqp://guest:guest@127.0.0.1:1")
    service = replace(made, http=lambda: Http([*made.http().routers, router], {"pace": pace}))
    async with running_service(service, issuer) as client:
        yield client.acting_as("operator-1", roles=("operator",))
        pace.go_on.set()


async def begun(pace: Pace, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask until a request got as far as its route in time: the machine may stand still before."""
    answer = await ask()
    while not pace.begun:
        assert answer.code == "deadline-exceeded"
        answer = await ask()
    return answer


async def test_a_request_is_ended_at_its_deadline_with_504_and_its_id(slow: Client, pace: Pace) -> None:
    began = time.perf_counter()
    headers = {HEADER: "200", "X-Request-Id": "request-0001"}
    answer = await begun(pace, lambda: slow.get("/v1/slow", headers=headers))
    took = time.perf_counter() - began
    assert (answer.status, answer.code, answer.headers["X-Request-Id"]) == (504, "deadline-exceeded", "request-0001")
    assert "Idempotency-Key" in answer.json["detail"]
    assert took > 0.19
    assert (pace.begun, pace.cancelled) == (1, 1)


@pytest.mark.parametrize("told", ["0", "49"])
async def test_below_fifty_milliseconds_nothing_is_begun(slow: Client, pace: Pace, told: str) -> None:
    answer = await slow.get("/v1/slow", headers={HEADER: told, "Accept-Language": "en"})
    assert (answer.status, answer.code, pace.begun) == (504, "deadline-exceeded", 0)
    assert "Nothing was changed" in answer.json["detail"]


async def test_with_fifty_milliseconds_left_a_request_is_begun() -> None:
    begun = False
    async with deadline.kept({"headers": [(b"x-request-deadline-ms", b"50")]}):
        begun = True
    assert begun


@pytest.mark.parametrize("told", ["", "-5", "1e3", "soon", "99999999", "١٠"])
async def test_a_deadline_of_another_form_is_none(slow: Client, pace: Pace, told: str) -> None:
    pace.go_on.set()
    assert (await slow.get("/v1/slow", headers={HEADER: told})).body == b"read"


async def test_in_time_a_request_is_answered_as_ever(slow: Client, pace: Pace) -> None:
    pace.go_on.set()
    assert (await slow.get("/v1/slow", headers={HEADER: "5000"})).body == b"read"


async def test_a_change_under_way_at_the_deadline_is_committed_once_and_its_repetition_answered(
    slow: Client, pace: Pace
) -> None:
    (await slow.get("/v1/counters")).expect(200)  # the first use of a new database takes its time
    late = await begun(pace, lambda: slow.send("POST", "/v1/slow", {}, headers=KEY | {HEADER: "1000"}))
    assert (late.status, late.code, pace.begun) == (504, "deadline-exceeded", 1)
    pace.go_on.set()

    async def it_is_there() -> None:
        assert [one["name"] for one in (await slow.get("/v1/counters")).expect(200)["items"]] == ["held"]

    await eventually(it_is_there)
    again = await slow.send("POST", "/v1/slow", {}, headers=KEY)
    assert (again.status, again.headers["Idempotency-Replayed"], pace.begun) == (201, "true", 1)


async def test_an_answer_that_has_begun_breaks_off_at_the_deadline(slow: Client, pace: Pace) -> None:
    with pytest.raises(aiohttp.ClientError):
        await begun(pace, lambda: slow.get("/v1/slow/stream", headers={HEADER: "200"}))


async def test_a_failure_of_the_service_carries_the_id_of_its_request(slow: Client) -> None:
    with capture_logs():
        answer = await slow.get("/v1/slow/failing", headers={"X-Request-Id": "request-0001"})
    assert (answer.status, answer.code, answer.headers["X-Request-Id"]) == (500, "internal", "request-0001")
    assert answer.headers["Connection"] == "close", "the server closes it: nobody is to ask anything more on it"


SLOW = {"_id": "c1", "$where": "for (let end = Date.now() + 20000; Date.now() < end;) {} return true"}
MANY = {"$range": [0, 30_000]}
SLOW_PIPELINE: list[Any] = [{"$match": {"_id": "c1"}}, *[{"$set": {"n": MANY}}, {"$unwind": "$n"}] * 3, {"$count": "n"}]


@pytest.mark.parametrize("kind", ["find_one", "find", "aggregate"])
async def test_the_store_stops_a_read_whose_request_is_over(mongo: Mongo, kind: str) -> None:
    counters = mongo.plain["counters"]
    await counters.insert({"_id": "c1"})
    began = time.perf_counter()
    async with deadline.kept({"headers": [(b"x-request-deadline-ms", b"500")]}):
        operation = counters.aggregate(SLOW_PIPELINE) if kind == "aggregate" else getattr(counters, kind)(SLOW)
        reading = asyncio.create_task(operation)  # left behind, as a thread of the driver would be
    with pytest.raises(StoreUnavailable):
        await reading
    assert 0.5 < time.perf_counter() - began < 10
