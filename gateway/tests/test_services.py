"""What the gateway itself asks of services, and what a service makes of the time it is told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.routing import Route as Page

from chassis.problem import Problem
from chassis.serving import RequestContext
from gateway.clients import ServiceClients
from gateway.exchange import Exchange
from gateway.resilience.breaker import SAMPLES, State
from gateway.resilience.services import Services
from gateway.settings import GatewaySettings
from gateway.table import Table, read_rows
from testkit import eventually


def _exchange(**headers: str) -> Exchange:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def nobody(*_: object) -> Any:
        raise AssertionError

    scope = {"type": "http", "method": "GET", "scheme": "http", "client": ("192.0.2.7", 1), "headers": given}
    exchange = Exchange(scope, nobody, nobody, dress=lambda _, headers: headers)
    exchange.headers = dict(given)
    exchange.identify()
    return exchange


@pytest.fixture
async def services(upstream, gateway_env) -> AsyncIterator[Services]:
    """`registry` is the small server, the others are dead."""
    env = {name.lower(): value for name, value in gateway_env(registry=upstream.url).items()}
    async with ServiceClients(GatewaySettings(**env)) as clients:
        yield Services(clients)


async def _refusal(services: Services, service: str, target: bytes, seconds: float = 5) -> str:
    with pytest.raises(Problem) as refused:
        await services.ask(None, service, target, seconds)
    return str(refused.value)


async def test_a_question_is_asked_as_its_caller_with_the_time_that_remains_and_without_what_was_of_another_request(
    services,
):
    exchange = _exchange(
        authorization="Bearer abc",
        accept_language="en",
        idempotency_key="12345678",
        if_none_match='"v1"',
        range="bytes=0-1",
    )
    exchange.deadline = asyncio.get_running_loop().time() + 3
    reply = await services.ask(exchange, "registry", b"/v1/echo?a=b", 10)
    assert (reply.status, reply.headers[b"content-type"]) == (200, b"application/json")
    seen = json.loads(reply.body)
    told = dict(seen["headers"])
    assert (seen["method"], seen["target"]) == ("GET", "/v1/echo?a=b")
    assert told["authorization"] == "Bearer abc"
    assert told["accept-language"] == "en"
    assert told["x-request-id"] == exchange.request_id
    assert told["traceparent"] == exchange.traceparent
    assert told.keys().isdisjoint({"idempotency-key", "if-none-match", "range", "accept-encoding"})
    assert 2000 < int(told["x-request-deadline-ms"]) <= 3000


async def test_a_question_is_given_up_in_time_and_the_service_is_left(services, upstream):
    started = time.perf_counter()
    assert await _refusal(services, "registry", b"/v1/hang", 0.2) == "deadline-exceeded"
    assert 0.2 <= time.perf_counter() - started < 2
    await eventually(lambda: upstream.abandoned == ["/v1/hang"])
    assert services.guards["registry"].short.in_flight == 0


async def test_an_answer_that_stops_half_way_is_given_up_with_its_connection(services):
    assert await _refusal(services, "registry", b"/v1/drip", 0.2) == "deadline-exceeded"
    await eventually(lambda: services.guards["registry"].upstream.open_connections == 0)


async def test_a_question_to_a_dead_or_a_dropping_service_says_which_it_was(services, upstream):
    assert await _refusal(services, "expertise", b"/v1/a") == "service-unreachable"
    assert await _refusal(services, "registry", b"/v1/dropped") == "answer-lost"
    assert upstream.asked == ["/v1/dropped"] * 2


async def test_a_reply_is_not_held_beyond_four_mebibytes(services):
    assert len((await services.ask(None, "registry", b"/v1/download?mib=4", 5)).body) == 4 * 1024 * 1024
    assert await _refusal(services, "registry", b"/v1/download?mib=5") == "answer-lost"
    await eventually(lambda: services.guards["registry"].short.in_flight == 0)


async def test_questions_find_no_place_when_a_hundred_are_in_flight_and_no_service_when_its_breaker_is_open(
    services, upstream
):
    guard = services.guards["registry"]
    leaving = [guard.enter("short") for _ in range(100)]
    assert await _refusal(services, "registry", b"/v1/echo") == "service-busy"
    for leave in leaving:
        leave()
    for _ in range(SAMPLES):
        guard.breaker.record(guard.breaker.admit(time.monotonic()), time.monotonic(), failed=True)
    assert guard.breaker.state is State.OPEN
    assert await _refusal(services, "registry", b"/v1/echo") == "service-failing"
    assert upstream.asked == []


async def test_a_question_whose_asker_is_cancelled_says_nothing_of_the_service_and_gives_its_place_back(
    services, upstream
):
    asking = asyncio.create_task(services.ask(None, "registry", b"/v1/hang", 5))
    await upstream.begun.wait()
    asking.cancel()
    await asyncio.wait({asking})
    guard = services.guards["registry"]
    assert (guard.short.in_flight, guard.breaker._window.events) == (0, 0)


@pytest.fixture
async def patient(free_port: Callable[[], int]) -> AsyncIterator[tuple[str, list[str]]]:
    """A service on the chassis with a page that never answers; what it notes, beside its address."""
    noted: list[str] = []
    app = FastAPI()

    async def never(_: object) -> None:
        noted.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            noted.append("given up")

    app.router.routes.append(Page("/v1/echo", never))
    config = uvicorn.Config(RequestContext(app), port=free_port(), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{config.port}", noted
    server.should_exit = True
    await serving


async def test_a_service_gives_up_a_request_when_the_time_its_client_allowed_is_over(
    running_gateway, small_table, patient
):
    address, noted = patient
    async with running_gateway(small_table, registry=address) as door:
        answer = await door.client.get("/v1/echo", headers={"X-Request-Timeout": "0.3"})
        assert (answer.status, answer.code) == (504, "deadline-exceeded")
        await eventually(lambda: noted == ["begun", "given up"], 0.2)
        late = await door.client.get("/v1/echo", headers={"X-Request-Timeout": "0.04"})
        assert (late.status, late.code) == (504, "deadline-exceeded")
    assert noted == ["begun", "given up"]


async def test_sign_ins_however_many_come_at_once_leave_other_exchanges_their_places(running_gateway, upstream):
    table = Table(read_rows("[registry]\nPOST /v1/hang sign-in anonymous\nGET /v1/echo read anonymous"))
    async with running_gateway(table, settings={"gateway_connections": 3}, registry=upstream.url) as door:
        asking = [asyncio.create_task(door.client.post("/v1/hang", {})) for _ in range(4)]
        await eventually(lambda: sum(each.done() for each in asking) == 3)
        assert {each.result().status for each in asking if each.done()} == {503}
        assert (await door.client.get("/v1/echo")).status == 200
        assert 'gateway_shed_total{bulkhead="sign-ins",upstream="registry"}' in await door.metrics()
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
