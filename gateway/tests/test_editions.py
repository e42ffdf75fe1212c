"""The API document is renewed beside the requests for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from chassis.problem import Problem
from gateway.clients import ServiceClients
from gateway.openapi.catalogue import Catalogue, Pace
from gateway.settings import GatewaySettings
from gateway.table import Table, read_rows
from testkit import eventually

TABLE = Table(read_rows("[registry]\nGET /v1/a read\nGET /v1/b read"))
BRISK = Pace(fresh=0.05, patience=0.2, together=0.1)


@dataclass
class Publisher:
    """A service that publishes whatever the test says, until the test stops it or lets it hang."""

    port: int
    said: dict[str, Any] | bytes = field(default_factory=dict)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    hung: int = 0

    def say(self, *paths: str) -> None:
        answer = {"description": "OK", "content": {"application/json": {"schema": {"type": "string"}}}}
        stated = {"operationId": "show", "tags": ["Вещи"], "responses": {"200": answer}}
        self.said = {
            "openapi": "3.1.0",
            "info": {"title": "Реестр"},
            "paths": {path: {"get": stated} for path in paths},
        }

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        self.hung += not self.flowing.is_set()
        await self.flowing.wait()
        return web.Response(body=self.said) if isinstance(self.said, bytes) else web.json_response(self.said)


@pytest.fixture
async def publisher(free_port: Callable[[], int]) -> AsyncIterator[Publisher]:
    publishing = Publisher(free_port())
    publishing.flowing.set()
    async with _served(publishing):
        yield publishing


@asynccontextmanager
async def _served(publishing: Publisher) -> AsyncIterator[web.AppRunner]:
    app = web.Application()
    app.router.add_get("/openapi.json", publishing.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", publishing.port).start()
    yield runner
    await runner.cleanup()


@pytest.fixture
async def catalogue(gateway_env: Callable[..., dict[str, str]], publisher: Publisher) -> AsyncIterator[Catalogue]:
    """What a gateway before the publisher knows; the other services are away."""
    given: dict[str, Any] = {name.lower(): value for name, value in gateway_env().items()}
    settings = GatewaySettings(**given | {"registry_url": f"http://127.0.0.1:{publisher.port}"})
    async with ServiceClients(settings) as clients:
        yield Catalogue(clients, TABLE, BRISK)


async def _shown(catalogue: Catalogue) -> list[str]:
    return list(json.loads((await catalogue.current()).body)["paths"])


async def _shows(catalogue: Catalogue, *paths: str) -> None:
    assert await _shown(catalogue) == list(paths)


async def test_a_service_that_goes_down_stays_in_the_document_as_it_was_last_seen(gateway_env, free_port):
    publishing = Publisher(free_port())
    publishing.flowing.set()
    publishing.say("/v1/a")
    given: dict[str, Any] = {name.lower(): value for name, value in gateway_env().items()}
    settings = GatewaySettings(**given | {"registry_url": f"http://127.0.0.1:{publishing.port}"})
    async with ServiceClients(settings) as clients:
        catalogue = Catalogue(clients, TABLE, Pace(fresh=0))
        assert await catalogue.documents() == {}
        async with _served(publishing):
            await catalogue.renew()
            seen = await catalogue.current()
        await catalogue.renew()
        assert await catalogue.current() == seen
        assert list(json.loads(seen.body)["paths"]) == ["/v1/a"]


async def test_while_a_service_hangs_everybody_gets_the_document_at_hand_at_once(catalogue, publisher):
    publisher.say("/v1/a")
    async with catalogue.up():
        await catalogue.current()
        publisher.flowing.clear()
        await eventually(lambda: publisher.hung == 1)
        async with asyncio.timeout(0.2):
            assert [await _shown(catalogue) for _ in range(20)] == [["/v1/a"]] * 20
        assert publisher.hung == 1


async def test_a_service_that_hangs_as_a_gateway_starts_keeps_nobody_from_what_the_others_document(
    gateway_env, free_port, publisher
):
    publisher.say("/v1/a")
    publisher.flowing.clear()
    hanging = Publisher(free_port())
    given: dict[str, Any] = {name.lower(): value for name, value in gateway_env().items()}
    origins = {"registry_url": f"http://127.0.0.1:{publisher.port}", "transfer_url": f"http://127.0.0.1:{hanging.port}"}
    async with _served(hanging), ServiceClients(GatewaySettings(**given | origins)) as clients:
        catalogue = Catalogue(clients, TABLE, Pace(fresh=0.05, patience=10, together=0.1))
        async with catalogue.up():
            asked = asyncio.create_task(_shown(catalogue))
            await asyncio.wait([asked], timeout=0.3)  # longer than documents are waited for together
            publisher.flowing.set()
            assert await asked == ["/v1/a"]
            assert hanging.hung == 1
            hanging.flowing.set()
            publisher.say("/v1/b")
            await eventually(lambda: _shows(catalogue, "/v1/b"))


async def test_what_a_service_newly_documents_is_shown_without_anybody_having_asked(catalogue, publisher):
    publisher.say("/v1/a")
    async with catalogue.up():
        first = await catalogue.current()
        publisher.say("/v1/a", "/v1/b")
        await eventually(lambda: _shows(catalogue, "/v1/a", "/v1/b"))
        assert (await catalogue.current()).etag != first.etag


async def test_before_any_service_documented_itself_a_request_waits_a_moment_and_is_told(catalogue, publisher):
    publisher.flowing.clear()
    async with catalogue.up():
        async with asyncio.timeout(5):
            with pytest.raises(Problem, match="service-unreachable"):
                await catalogue.current()
        publisher.say("/v1/a")
        publisher.flowing.set()
        await eventually(lambda: _shows(catalogue, "/v1/a"))


@pytest.mark.parametrize(
    "nonsense",
    [{"openapi": "3.1.0", "info": {}, "paths": {"/v1/a": {"get": {}}}}, {}, {"a": 1}, b"[" * 100_000],
    ids=["of no operation", "empty", "of something else", "too deep"],
)
async def test_a_document_that_nothing_can_be_made_of_leaves_the_last_edition_and_is_got_over(
    catalogue, publisher, nonsense
):
    publisher.say("/v1/a")
    async with catalogue.up():
        await _shows(catalogue, "/v1/a")
        publisher.said = nonsense
        since = publisher.asked
        await eventually(lambda: publisher.asked > since + 1)
        await _shows(catalogue, "/v1/a")
        publisher.say("/v1/b")
        await eventually(lambda: _shows(catalogue, "/v1/b"))


async def test_before_any_service_answered_the_document_is_unavailable_and_says_so(running_gateway):
    async with running_gateway() as door:
        answer = await door.client.get("/openapi.json")
        assert (answer.status, answer.code) == (503, "service-unreachable")


async def test_a_gateway_asks_for_the_documents_as_it_starts(running_gateway, publisher):
    publisher.say("/v1/a")
    async with running_gateway(TABLE, registry=f"http://127.0.0.1:{publisher.port}") as door:
        publisher.flowing.clear()
        answer = await door.client.get("/openapi.json")
        assert list(answer.expect(200)["paths"]) == ["/v1/a"]
        assert answer.headers["Cache-Control"] == "no-cache", "a kept one would outlive the release"
