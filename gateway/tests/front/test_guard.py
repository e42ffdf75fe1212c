"""How much a client may do to its connection, and for how long."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from gateway.front.guard import Guard
from gateway.server import DrainingServer
from testkit import eventually

GET = b"GET /%b HTTP/1.1\r\nHost: g\r\n\r\n"
MIB = 1024 * 1024


async def test_more_than_nine_requests_at_once_are_refused_after_the_answers_to_those(line, app, rest):
    reader, writer = line
    writer.write(GET % b"gated/1" + (GET % b"name/2") * 100)
    await eventually(lambda: len(app.scopes) == 1)
    app.gate.set()
    received = await rest(reader)
    assert (received.count(b"HTTP/1.1 200"), received.count(b"HTTP/1.1 400")) == (9, 1)


async def test_a_head_that_does_not_come_to_its_end_is_answered_408(line, rest):
    reader, writer = line
    writer.write(b"GET /name/1 HTTP/1.1\r\nHost: g\r\nX-Slow: ")
    assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_an_idle_connection_is_not_taken_for_a_slow_head_and_closed_when_its_own_time_is_over(line, answer):
    reader, writer = line
    for _ in range(2):
        writer.write(GET % b"name/1")
        await answer(reader)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
    assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_a_connection_on_which_nothing_is_asked_is_closed(line):
    reader, _ = line
    assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_a_head_fed_byte_by_byte_gains_no_time(line, rest):
    reader, writer = line
    for byte in b"GET /name/1 HTTP/1.1\r\nHost: g\r\nX-Slow: " + b"a" * 1000:
        if reader._buffer:
            break
        writer.write(bytes([byte]))
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.02)
    assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_the_client_too_many_is_told_so_and_the_others_are_served(server, answer, rest):
    lines = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(4)]
    await eventually(lambda: len(server.server_state.connections) == 4)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    assert (await rest(reader)).startswith(b"HTTP/1.1 503 ")
    writer.close()
    for each, sender in lines:
        sender.write(GET % b"name/1")
        assert (await answer(each))[1] == b"/name/1"
        sender.close()


async def test_a_client_that_takes_nothing_of_its_answer_is_cut_off(line, app, server, answer):
    reader, writer = line
    writer.write(GET % b"big")
    await eventually(lambda: app.events)
    await eventually(lambda: not server.server_state.connections)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await answer(reader)


async def test_a_body_that_comes_fast_enough_may_take_longer_than_the_time_for_a_part(line, answer):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 40960\r\n\r\n")
    for _ in range(8):
        writer.write(bytes(5120))
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.1)
    assert len((await answer(reader))[1]) == 40960


async def test_a_body_that_stalls_is_told_to_the_one_who_waits_for_it(line, app, rest):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf")
    assert await rest(reader) == b""
    assert app.events == ["slow-request"]


async def test_a_head_that_grows_without_end_is_refused(line, app, rest):
    reader, writer = line
    writer.write(b"GET /name/1 HTTP/1.1\r\nHost: g\r\n")
    for _ in range(9):
        writer.write(b"X-More: " + b"a" * 8000 + b"\r\n")
        await writer.drain()
    assert b"HTTP/1.1 431 " in await rest(reader)
    assert app.scopes == []


async def test_a_head_is_not_taken_for_as_long_as_the_body_that_came_just_before_it(line, answer):
    reader, writer = line
    posted = b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 60000\r\n\r\n" + bytes(60_000)
    writer.write(posted + (GET % b"name/2")[:-2])
    assert await answer(reader)
    writer.write(b"\r\n")
    assert (await answer(reader))[1] == b"/name/2"


async def test_a_client_that_reads_nothing_makes_the_sender_wait(line, app, answer):
    reader, writer = line  # which itself stops reading at 128 KiB
    writer.write(GET % b"big")
    await eventually(lambda: app.events)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(app.events) < 32
    assert len((await answer(reader))[1]) == 64 * MIB


@pytest.fixture
async def narrow(app, listening) -> AsyncIterator[tuple[socket.socket, DrainingServer]]:
    """A connection whose buffers in the system hold next to nothing, to a listener that soon loses patience."""
    guard = Guard(head_seconds=0.3, idle_seconds=0.3, write_seconds=0.4, linger_seconds=0.1, watch_seconds=0.05)
    async with listening(app, guard) as server:
        server._listening[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", server.config.port))
            yield client, server


async def test_a_client_that_leaves_a_short_answer_lying_does_not_keep_its_connection(narrow):
    client, server = narrow
    client.send(GET % b"page/50")
    await eventually(lambda: server.server_state.total_requests == 1)
    await eventually(lambda: not server.server_state.connections)


@pytest.mark.parametrize("kib", [50, 300])
async def test_an_answer_that_is_taken_slowly_but_steadily_arrives_whole(narrow, kib):
    client, _ = narrow
    client.send(b"GET /page/%d HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n" % kib)
    taken = 0
    while part := await asyncio.get_running_loop().sock_recv(client, kib * 64):
        taken += len(part)
        await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.05)
    assert taken > kib * 1024


async def test_connections_that_are_held_and_not_used_give_way_to_those_who_ask_something(app, listening, answer):
    guard = Guard(connections=8, head_seconds=60, idle_seconds=60, watch_seconds=0.05)
    async with listening(app, guard) as server:
        used, asking = await asyncio.open_connection("127.0.0.1", server.config.port)
        asking.write(GET % b"gated/1")
        held = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(7)]
        for _, sender in held[:3]:
            sender.write(b"GET /name/1 HTTP/1.1\r\nX-")
        await eventually(lambda: len(server.server_state.connections) < 8)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
        writer.write(GET % b"name/2")
        assert (await answer(reader))[1] == b"/name/2"
        app.gate.set()
        assert (await answer(used))[1] == b"/gated/1"
        for _, sender in [*held, (reader, writer), (used, asking)]:
            sender.close()
