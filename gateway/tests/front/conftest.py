"""A listener before an application that does what the path says, and clients that write bytes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn

from chassis.problem import Problem
from gateway.drain import Drain
from gateway.front.connection import Connection
from gateway.front.crowd import Crowd
from gateway.front.guard import Guard
from gateway.limits.addresses import Network, Proxies
from gateway.server import DrainingServer
from testkit import eventually

MIB = 1024 * 1024


class Application:
    """Does what the path says, and notes what it met."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.scopes: list[Any] = []
        self.gate = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await getattr(self, scope["path"][1:].partition("/")[0])(scope, receive, send)

    async def name(self, scope: Any, receive: Any, send: Any) -> None:
        await self.whole(send, scope["path"].encode())

    async def gated(self, scope: Any, receive: Any, send: Any) -> None:
        await self.gate.wait()
        await self.whole(send, scope["path"].encode())

    async def echo(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            try:
                message = await receive()
            except Problem as problem:
                self.events.append(problem.code)
                raise
            if message["type"] == "http.disconnect":
                self.events.append("gone")
                return
            body, more = body + message["body"], message["more_body"]
        await self.whole(send, body)

    async def early(self, scope: Any, receive: Any, send: Any) -> None:
        await self.whole(send, b"too large", (b"connection", b"close"))

    async def stream(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.gate.wait()
        await send({"type": "http.response.body", "body": b"late", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def short(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"part"})

    async def page(self, scope: Any, receive: Any, send: Any) -> None:
        await self.whole(send, bytes(int(scope["path"].rpartition("/")[2]) * 1024))

    async def repeated(self, scope: Any, receive: Any, send: Any) -> None:
        hops = (b"connection", b"close"), (b"connection", b"x-hop"), (b"transfer-encoding", b"gzip")
        await self.whole(send, b"body", (b"vary", b"a"), (b"vary", b"b"), *hops)

    async def unmeasured(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"+4")]})

    async def split(self, scope: Any, receive: Any, send: Any) -> None:
        await self.whole(send, b"", (b"x-a", b"1\r\nx-b: 2"))

    async def big(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % (64 * MIB))]})
        for number in range(64):
            await send({"type": "http.response.body", "body": bytes(MIB), "more_body": number < 63})
            self.events.append("part")

    @staticmethod
    async def whole(send: Any, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length, *headers]})
        await send({"type": "http.response.body", "body": body})


HASTY = Guard(
    connections=4, head_seconds=0.3, idle_seconds=1, body_seconds=0.3, write_seconds=0.3, linger_seconds=0.3,
    watch_seconds=0.05,
)  # fmt: skip


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def _serving(
    app: Application, port: int, guard: Guard, trusted: Iterable[Network]
) -> AsyncIterator[DrainingServer]:
    made: Any = partial(Connection, crowd=Crowd(guard, Proxies(trusted)))
    config = uvicorn.Config(app, port=port, http=made, ws="none", lifespan="off", log_config=None, server_header=False)
    server = DrainingServer(config, Drain(), seconds=0, guard=guard)
    running = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    yield server
    app.gate.set()
    server.should_exit = True
    await running


@pytest.fixture
def app() -> Application:
    return Application()


@pytest.fixture
def listening(free_port: Callable[[], int]) -> Callable[..., AbstractAsyncContextManager[DrainingServer]]:
    """Return a context manager of a listener, which has little patience unless told otherwise."""
    return lambda app, guard=HASTY, trusted=(): _serving(app, free_port(), guard, trusted)


@pytest.fixture
async def server(
    app: Application, listening: Callable[..., AbstractAsyncContextManager[DrainingServer]]
) -> AsyncIterator[DrainingServer]:
    async with listening(app) as running:
        yield running


@pytest.fixture
async def line(server: DrainingServer) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    yield reader, writer
    writer.close()


@pytest.fixture(scope="session")
def answer() -> Callable[[asyncio.StreamReader], Awaitable[tuple[bytes, bytes]]]:
    """Return how head and body of an answer are read."""

    async def read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
        return head, await reader.readexactly(int(length[0].partition(b": ")[2])) if length else b""

    return read


@pytest.fixture(scope="session")
def rest() -> Callable[[asyncio.StreamReader], Awaitable[bytes]]:
    """Return how everything is read that comes until the connection is closed."""
    return lambda reader: asyncio.wait_for(reader.read(), 5)
