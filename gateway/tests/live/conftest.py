"""Gateways with a journal of updates, and clients that listen."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from chassis.app import Service, prepare
from chassis.documents import Database
from chassis.mongo import Mongo
from gateway.live import journal
from gateway.live.audiences import member
from gateway.live.follower import FollowerSettings, follower
from gateway.live.journal import Update
from gateway.settings import GatewaySettings
from gateway.wiring import serving, wire
from testkit import eventually
from testkit.issuer import Issuer
from testkit.one_database import folder_database, mongo_url

__all__ = ["folder_database", "mongo_url"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Block = dict[str, Any]


class Listener:
    """A client of a stream; reads blocks as the standard says and remembers the last id."""

    def __init__(self, answer: aiohttp.ClientResponse, seconds: float = 10) -> None:
        self.answer, self._seconds = answer, seconds
        self.last_id = ""
        self.blocks: list[Block] = []

    async def block(self) -> Block | None:
        """Return the next block, None at the end of the stream."""
        found: Block = {}
        async with asyncio.timeout(self._seconds):
            while line := (await self.answer.content.readline()).decode():
                if line == "\n":
                    self.blocks.append(found)
                    return found
                name, _, value = line.rstrip("\n").partition(": " if not line.startswith(": ") else " ")
                found[name] = json.loads(value) if name == "data" else value
                self.last_id = found.get("id", self.last_id)
        return None

    async def update(self) -> Block:
        """Return the next event."""
        async with asyncio.timeout(self._seconds):
            while (found := await self.block()) is not None:
                if "data" in found:
                    return found
        raise AssertionError("the stream ended")

    async def updates(self, count: int) -> list[int]:
        """Return the numbers of the next events."""
        return [int((await self.update())["id"]) for _ in range(count)]

    async def ready(self) -> "Listener":
        """Wait until what was missed is told and the stream is live; only where nothing was missed."""
        while "id" not in (await self.block() or {"id": ""}):
            pass
        return self

    async def end(self) -> list[Block]:
        """Return the remaining blocks up to the end of the stream."""
        found = []
        while (block := await self.block()) is not None:
            found.append(block)
        return found


class Gateway:
    """A gateway under test."""

    def __init__(self, base: str, http: aiohttp.ClientSession, issuer: Issuer) -> None:
        self.base, self._http, self._issuer = base, http, issuer

    @asynccontextmanager
    async def asked(
        self, path: str, *, token: str | None = None, after: object = None, query: str = "", **claims: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask as the bearer of a token with these claims."""
        bearer = token or self._issuer.token(claims.pop("subject", "me"), **claims)
        headers = {"Authorization": f"Bearer {bearer}"} | ({} if after is None else {"Last-Event-ID": str(after)})
        async with self._http.get(f"{self.base}{path}{query}", headers=headers) as answer:
            yield answer

    @asynccontextmanager
    async def listening(self, path: str = "/v1/me/updates", **asking: Any) -> AsyncIterator[Listener]:
        """Open a stream; a specialist of the institution `mine` unless told otherwise."""
        asking = {"memberships": {"mine": ["specialist"]}, **asking}
        async with self.asked(path, **asking) as answer:
            assert answer.status == 200, await answer.text()
            yield Listener(answer)


Starting = Callable[..., AbstractAsyncContextManager[Gateway]]
Telling = Callable[..., Awaitable[int]]


@pytest.fixture
def worker(mongo_url: str, issuer: Issuer) -> Service:
    given: dict[str, Any] = {"mongo_url": mongo_url, "rabbitmq_url": "amqp://127.0.0.1:1", **issuer.settings}
    return follower(FollowerSettings(**given))


@pytest.fixture
async def mongo(worker: Service) -> AsyncIterator[Mongo]:
    """The gateway's database as `migrate` leaves it."""
    opened = worker.open_mongo()
    await prepare(worker, opened)
    yield opened
    await opened.close()


@pytest.fixture
def tell(mongo: Mongo) -> Telling:
    """Append an update for keys of an audience; return its number."""

    async def told(*audience: str, kind: str = "a.b.c.v1") -> int:
        update = Update(type=kind, resource="/v1/b/1", subject="1", version=3, occurred_at=NOW)

        async def body(db: Database) -> int:
            return await journal.append(db, update, audience or {member("mine")}, now=datetime.now(UTC), days=1)

        return await mongo.transact(body, seconds=30)

    return told


@pytest.fixture
def live_env(gateway_env: Callable[..., dict[str, str]], mongo_url: str, mongo: Mongo) -> Callable[[], dict[str, str]]:
    """Return the environment of one more gateway on the same database."""
    pace = {"GATEWAY_HEARTBEAT_SECONDS": "0.3", "GATEWAY_LIMITS_FACTOR": "1000", "GATEWAY_STREAMS": "500"}
    return lambda: {**gateway_env(), **pace, "MONGO_URL": mongo_url}


@pytest.fixture
def gateways(live_env: Callable[[], dict[str, str]], issuer: Issuer) -> Starting:
    """Return a context manager that serves a gateway in this process; settings may be told otherwise."""

    @asynccontextmanager
    async def start(**settings: Any) -> AsyncIterator[Gateway]:
        given: dict[str, Any] = {name.lower(): value for name, value in live_env().items()} | settings
        server = serving(wire(GatewaySettings(**given)))
        running = asyncio.create_task(server._serve())
        await eventually(lambda: server.started or running.done())
        base = f"http://127.0.0.1:{given['gateway_port']}"
        try:
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as http:
                yield Gateway(base, http, issuer)
        finally:
            server.should_exit = True
            await running

    return start
