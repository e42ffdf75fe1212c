"""What goes over a client's connection, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn

from chassis.problem import Problem
from gateway.drain import Drain
from gateway.front.connection import Connection
from gateway.front.guard import Guard
from gateway.server import DrainingServer
from testkit import eventually

GET = b"GET /%b HTTP/1.1\r\nHost: g\r\n\r\n"
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


@asynccontextmanager
async def serving(app: Application, port: int, guard: Guard = HASTY) -> AsyncIterator[DrainingServer]:
    made: Any = partial(Connection, guard=guard)
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
async def server(app: Application, free_port: Callable[[], int]) -> AsyncIterator[DrainingServer]:
    async with serving(app, free_port()) as running:
        yield running


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def line(server: DrainingServer) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    yield reader, writer
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
    return head, await reader.readexactly(int(length[0].partition(b": ")[2])) if length else b""


async def rest(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.read(), 5)


async def test_requests_sent_together_are_answered_one_by_one_in_their_order(line: Line, app: Application):
    reader, writer = line
    writer.write(GET % b"gated/1" + GET % b"name/2" + GET % b"name/3")
    await eventually(lambda: len(app.scopes) == 1)
    app.gate.set()
    assert [(await answer(reader))[1] for _ in range(3)] == [b"/gated/1", b"/name/2", b"/name/3"]


async def test_what_is_no_http_behind_a_good_request_is_refused_after_its_answer(line: Line):
    reader, writer = line
    writer.write(GET % b"name/1" + b"nonsense\r\n\r\n")
    head, body = await answer(reader)
    assert (head[:15], body) == (b"HTTP/1.1 200 OK", b"/name/1")
    assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_more_than_nine_requests_at_once_are_refused_after_the_answers_to_those(line: Line, app: Application):
    reader, writer = line
    writer.write(GET % b"gated/1" + (GET % b"name/2") * 100)
    await eventually(lambda: len(app.scopes) == 1)
    app.gate.set()
    received = await rest(reader)
    assert (received.count(b"HTTP/1.1 200"), received.count(b"HTTP/1.1 400")) == (9, 1)


async def test_a_head_that_does_not_come_to_its_end_is_answered_408(line: Line):
    reader, writer = line
    writer.write(b"GET /name/1 HTTP/1.1\r\nHost: g\r\nX-Slow: ")
    assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_an_idle_connection_is_not_taken_for_a_slow_head_and_closed_when_its_own_time_is_over(line: Line):
    reader, writer = line
    for _ in range(2):
        writer.write(GET % b"name/1")
        await answer(reader)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
    assert await asyncio.wait_for(reader.read(), 1) == b""


async def test_a_connection_on_which_nothing_is_asked_is_closed(line: Line):
    reader, _ = line
    assert await asyncio.wait_for(reader.read(), 1) == b""


async def test_a_head_fed_byte_by_byte_gains_no_time(line: Line):
    reader, writer = line
    for byte in b"GET /name/1 HTTP/1.1\r\nHost: g\r\nX-Slow: " + b"a" * 1000:
        if reader._buffer:  # type: ignore[attr-defined]
            break
        writer.write(bytes([byte]))
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.02)
    assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_the_client_too_many_is_told_so_and_the_others_are_served(server: DrainingServer):
    lines = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(4)]
    await eventually(lambda: len(server.server_state.connections) == 4)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    assert (await rest(reader)).startswith(b"HTTP/1.1 503 ")
    writer.close()
    for each, sender in lines:
        sender.write(GET % b"name/1")
        assert (await answer(each))[1] == b"/name/1"
        sender.close()


async def test_a_client_that_takes_nothing_of_its_answer_is_cut_off(
    line: Line, app: Application, server: DrainingServer
):
    reader, writer = line
    writer.write(GET % b"big")
    await eventually(lambda: app.events)
    await eventually(lambda: not server.server_state.connections, 2)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await answer(reader)


async def test_a_body_that_comes_fast_enough_may_take_longer_than_the_time_for_a_part(line: Line):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 40960\r\n\r\n")
    for _ in range(8):
        writer.write(bytes(5120))
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.1)
    assert len((await answer(reader))[1]) == 40960


async def test_a_client_that_closes_its_half_has_left(line: Line, app: Application):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf")
    writer.write_eof()
    assert await rest(reader) == b""
    assert app.events == ["gone"]


async def test_a_body_that_stalls_is_told_to_the_one_who_waits_for_it(line: Line, app: Application):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf")
    assert await rest(reader) == b""
    assert app.events == ["slow-request"]


async def test_a_head_that_grows_without_end_is_refused(line: Line, app: Application):
    reader, writer = line
    writer.write(b"GET /name/1 HTTP/1.1\r\nHost: g\r\n")
    for _ in range(9):
        writer.write(b"X-More: " + b"a" * 8000 + b"\r\n")
        await writer.drain()
    assert b"HTTP/1.1 431 " in await rest(reader)
    assert app.scopes == []


async def test_trailers_do_not_become_headers(line: Line, app: Application):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
    writer.write(b"3\r\nabc\r\n0\r\nX-Role: administrator\r\n\r\n")
    assert (await answer(reader))[1] == b"abc"
    assert b"x-role" not in dict(app.scopes[0]["headers"])


async def test_a_client_that_asks_whether_to_go_on_is_told_so_once_its_body_is_wanted(line: Line):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abc")
    assert (await answer(reader))[1] == b"abc"


async def test_an_answer_before_the_end_of_the_body_reaches_a_client_that_goes_on_sending(line: Line):
    reader, writer = line
    writer.write(b"POST /early HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % (8 * MIB))
    writer.write(bytes(MIB))
    assert (await rest(reader)).endswith(b"too large")


async def test_the_head_of_a_stream_does_not_wait_for_its_first_part(line: Line, app: Application):
    reader, writer = line
    writer.write(GET % b"stream")
    head, _ = await answer(reader)
    assert b"transfer-encoding: chunked\r\n" in head
    app.gate.set()
    assert await reader.readuntil(b"0\r\n\r\n") == b"4\r\nlate\r\n0\r\n\r\n"


async def test_an_answer_shorter_than_declared_costs_the_client_its_connection(line: Line):
    reader, writer = line
    writer.write(GET % b"short")
    assert not (await rest(reader)).endswith(b"\r\n\r\npart" + b"-" * 5)
    assert reader.at_eof()


async def test_a_header_with_a_line_end_is_never_sent(line: Line):
    reader, writer = line
    writer.write(GET % b"split")
    assert b"x-b" not in await rest(reader)


async def test_a_client_that_reads_nothing_makes_the_sender_wait(line: Line, app: Application):
    reader, writer = line  # which itself stops reading at 128 KiB
    writer.write(GET % b"big")
    await eventually(lambda: app.events)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(app.events) < 32
    assert len((await answer(reader))[1]) == 64 * MIB


@pytest.mark.parametrize(
    ("request_bytes", "closes"),
    [
        (b"GET /name/1 HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n", True),
        (b"GET /name/1 HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", True),
        (GET % b"name/1", False),
    ],
)
async def test_the_connection_is_kept_when_the_client_and_the_protocol_allow(
    line: Line, request_bytes: bytes, closes: bool
):
    reader, writer = line
    writer.write(request_bytes)
    head, body = await answer(reader)
    assert (body, b"connection: close" in head) == (b"/name/1", closes)
    writer.write(GET % b"name/2")
    assert (await reader.read(8) == b"HTTP/1.1") is not closes


async def test_head_is_answered_without_a_body_and_with_its_length(line: Line):
    reader, writer = line
    writer.write(b"HEAD /name/1 HTTP/1.1\r\nHost: g\r\n\r\n" + GET % b"name/2")
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"content-length: 7\r\n" in head
    assert (await answer(reader))[1] == b"/name/2"


async def test_a_server_that_ends_closes_what_is_idle_and_answers_what_is_under_way(
    app: Application, free_port: Callable[[], int]
):
    async with serving(app, free_port()) as server:
        idle, waiting = await asyncio.open_connection("127.0.0.1", server.config.port)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
        writer.write(GET % b"gated/1")
        await eventually(lambda: app.scopes)
        server.should_exit = True
        assert await rest(idle) == b""
        app.gate.set()
        assert (await rest(reader)).endswith(b"/gated/1")
        waiting.close()
        writer.close()
