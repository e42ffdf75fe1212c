"""Many clients at once: what is written together with others, and one task for all requests of a connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.front.guard import Guard
from gateway.writes import Writes, writes_of
from testkit import eventually

KEEP = b"GET /name/%d HTTP/1.1\r\nHost: g\r\n\r\n"
CLOSE = b"GET /name/%d HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n"
MANY = 16


class Pair:
    """A transport and the socket at its other end."""

    def __init__(self, transport: asyncio.Transport, other: socket.socket) -> None:
        self.transport, self._other = transport, other

    def received(self) -> bytes:
        try:
            return self._other.recv(1_000_000)
        except BlockingIOError:
            return b""


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    ours, other = socket.socketpair()
    other.setblocking(False)
    transport, _ = await asyncio.get_running_loop().connect_accepted_socket(asyncio.Protocol, ours)
    yield Pair(transport, other)
    transport.abort()
    other.close()


@pytest.fixture
async def busy() -> Writes:
    writes = Writes(asyncio.get_running_loop())
    writes.busy = 4
    return writes


async def turn() -> None:
    await asyncio.sleep(0)


async def test_with_few_exchanges_under_way_a_write_is_done_at_once(pair: Pair):
    Writes(asyncio.get_running_loop()).write(pair.transport, b"now")
    assert pair.received() == b"now"


async def test_with_many_exchanges_under_way_writes_wait_for_the_loop_to_turn(pair: Pair, busy: Writes):
    busy.write(pair.transport, b"first ")
    busy.write(pair.transport, b"second")
    assert pair.received() == b""
    await turn()
    assert pair.received() == b"first second"


async def test_a_write_never_overtakes_another_on_the_same_connection(pair: Pair, busy: Writes):
    busy.write(pair.transport, b"held ")
    busy.busy = 0
    busy.write(pair.transport, b"short ")
    busy.write(pair.transport, b"l" * 70_000)
    assert pair.received().startswith(b"held short lll")


async def test_what_is_held_for_a_connection_that_closes_meanwhile_is_dropped(pair: Pair, busy: Writes):
    busy.write(pair.transport, b"too late")
    pair.transport.abort()
    await turn()
    assert pair.received() == b""


async def test_a_connection_that_takes_no_more_costs_the_others_nothing(pair: Pair, busy: Writes):
    ours, other = socket.socketpair()
    shut, _ = await asyncio.get_running_loop().connect_accepted_socket(asyncio.Protocol, ours)
    shut.write_eof()
    busy.write(shut, b"refused")
    busy.write(pair.transport, b"arrives")
    await turn()
    assert (pair.received(), shut.is_closing()) == (b"arrives", True)
    other.close()


async def test_many_clients_at_once_all_get_whole_answers_kept_or_closed(listening, app, answer, rest):
    async with listening(app, Guard()) as server:
        lines = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(MANY)]
        for _ in range(5):
            for number, (_, writer) in enumerate(lines):
                writer.write(KEEP % number)
            bodies = await asyncio.gather(*(answer(reader) for reader, _ in lines))
            assert [body for _, body in bodies] == [b"/name/%d" % number for number in range(MANY)]
        for number, (_, writer) in enumerate(lines):
            writer.write(CLOSE % number)
        ends = await asyncio.gather(*(rest(reader) for reader, _ in lines))
        assert [end.rpartition(b"\r\n")[2] for end in ends] == [b"/name/%d" % number for number in range(MANY)]
        for _, writer in lines:
            writer.close()
        assert writes_of(asyncio.get_running_loop()).busy == 0


async def test_a_server_that_ends_amid_many_requests_answers_each_of_them(listening, app, rest):
    async with listening(app, Guard()) as server:
        lines = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(MANY)]
        for number, (_, writer) in enumerate(lines):
            writer.write(b"GET /gated/%d HTTP/1.1\r\nHost: g\r\n\r\n" % number)
        await eventually(lambda: len(app.scopes) == MANY)
        server.should_exit = True
        app.gate.set()
        ends = await asyncio.gather(*(rest(reader) for reader, _ in lines))
        assert [end.rpartition(b"\r\n")[2] for end in ends] == [b"/gated/%d" % number for number in range(MANY)]
        for _, writer in lines:
            writer.close()


async def test_work_that_was_cancelled_leaves_the_next_request_of_its_connection_unharmed(listening, app, answer):
    tasks: list[Any] = []

    class Cancelling(type(app)):  # type: ignore[misc]
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.append(task)
            if scope["path"] != "/after":
                task.cancel()
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                if scope["path"] == "/taken-back":
                    task.uncancel()
            await self.whole(send, scope["path"].encode())

    async with listening(Cancelling(), Guard()) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
        for path in (b"/taken-back", b"/not-taken-back", b"/after"):
            writer.write(b"GET %b HTTP/1.1\r\nHost: g\r\n\r\n" % path)
            assert (await answer(reader))[1] == path
        writer.close()
    assert (tasks[0] is tasks[1], tasks[1] is tasks[2]) == (True, False)
