"""The gateway's own HTTP client against servers that answer byte by byte what they are told to."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway.upstream import Answer, AnswerLost, NotSent, Upstream
from testkit import eventually

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
MIB = 1024 * 1024


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length: "):
            return head + await reader.readexactly(int(line.split(b": ")[1]))
    return head


@asynccontextmanager
async def _serving(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await script(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    try:
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()


def _answering(*answers: bytes, then_close: bool = False) -> Script:
    """Return a server that gives each connection these answers in turn, the last one again and again."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await _request(reader)
            writer.write(answer)
        while not then_close:
            await _request(reader)
            writer.write(answers[-1])

    return script


async def _asked(upstream: Upstream, method: bytes = b"GET", **more: object) -> tuple[Answer, bytes]:
    answer = await upstream.request(method, b"/x", (), **more)  # type: ignore[arg-type]
    return answer, await answer.read(10 * MIB)


async def _settled(count: Callable[[], int]) -> None:
    """Return once a count has begun and stopped to grow."""
    seen: list[int] = []

    def it_stands() -> bool:
        seen.append(count())
        return seen[-1] > 0 and len(seen) > 5 and len(set(seen[-5:])) == 1

    await eventually(it_stands)


FRAMED = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello", True),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        200,
        b"hello",
        True,
    ),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n",
        200,
        b"hello",
        True,
    ),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
    "not modified": (b'HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\nETag: "v1"\r\n\r\n', 304, b"", True),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok", True),
    "close": (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
    "old": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
}


@pytest.mark.parametrize("kind", FRAMED)
async def test_every_way_to_frame_an_answer_is_understood_and_the_connection_kept_where_it_may(kind):
    sent, status, body, kept = FRAMED[kind]
    async with _serving(_answering(sent)) as origin:
        upstream = Upstream(origin)
        for _ in range(2):
            answer, read = await _asked(upstream)
            assert (answer.status, read, answer.complete) == (status, body, True)
        assert b"x-t" not in dict(answer.headers)
        await eventually(lambda: upstream.open_connections == upstream.idle_connections == int(kept))
        upstream.close()


async def test_a_body_without_a_length_ends_with_its_connection():
    async with _serving(_answering(b"HTTP/1.1 200 OK\r\n\r\nall of it", then_close=True)) as origin:
        upstream = Upstream(origin)
        assert (await _asked(upstream))[1] == b"all of it"
        await eventually(lambda: upstream.open_connections == 0)


async def test_the_answer_to_head_has_no_body_whatever_it_declares():
    async with _serving(_answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")) as origin:
        answer, body = await _asked(Upstream(origin), b"HEAD")
        assert (answer.status, body, dict(answer.headers)[b"content-length"]) == (200, b"", b"500")


BROKEN = {
    "not HTTP": b"SSH-2.0-OpenSSH\r\n",
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-",
    "nothing": b"",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 70_000,
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 201 + b"\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_is_no_answer_is_lost_and_leaves_no_connection(kind):
    async with _serving(_answering(BROKEN[kind], then_close=True)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(AnswerLost):
            await _asked(upstream)
        await eventually(lambda: upstream.open_connections == 0)


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Length: 10\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz",
    ],
)
async def test_a_body_that_breaks_off_is_never_taken_for_whole(part):
    async with _serving(_answering(b"HTTP/1.1 200 OK\r\n" + part, then_close=True)) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        with pytest.raises(AnswerLost):
            await answer.read(100)


async def test_an_answer_nobody_asked_for_costs_the_connection_and_reaches_no_other_request():
    async with _serving(_answering(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")) as origin:
        upstream = Upstream(origin)
        for _ in range(3):
            try:
                assert (await _asked(upstream))[1] == b"ok"
            except AnswerLost:
                continue
        await eventually(lambda: upstream.idle_connections == 0)


async def test_nothing_is_sent_where_nobody_listens(free_port):
    upstream = Upstream(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotSent):
        await _asked(upstream)
    assert upstream.open_connections == 0


async def test_a_host_that_takes_no_connection_is_given_up_after_the_connect_time():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        filling = [socket.socket() for _ in range(3)]
        for each in filling:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        upstream = Upstream(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_seconds=0.2)
        started = asyncio.get_running_loop().time()
        with pytest.raises(NotSent):
            await _asked(upstream)
        assert asyncio.get_running_loop().time() - started < 1
        for each in filling:
            each.close()


async def test_a_connection_the_service_closed_while_idle_is_not_used_again():
    async with _serving(_answering(OK, then_close=True)) as origin:
        upstream = Upstream(origin)
        for _ in range(20):
            assert (await _asked(upstream))[1] == b"ok"
            await eventually(lambda: upstream.open_connections == 0, interval=0.001)


async def test_an_idle_connection_is_closed_before_the_service_would():
    async with _serving(_answering(OK)) as origin:
        upstream = Upstream(origin, idle_seconds=0.2)
        await _asked(upstream)
        assert upstream.idle_connections == 1
        await eventually(lambda: upstream.open_connections == 0, 1)


async def test_the_connection_used_last_is_used_first():
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = b"%d" % writer.get_extra_info("peername")[1]
        while True:
            await _request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(name), name))

    async with _serving(script) as origin:
        upstream = Upstream(origin)
        await asyncio.gather(*(_asked(upstream) for _ in range(5)))
        used = {(await _asked(upstream))[1] for _ in range(5)}
        assert (upstream.open_connections, len(used)) == (5, 1)
        upstream.close()


async def test_more_requests_than_connections_wait_and_all_are_answered():
    async with _serving(_answering(OK)) as origin:
        upstream = Upstream(origin, connections=3)
        bodies = await asyncio.gather(*(_asked(upstream) for _ in range(40)))
        assert [body for _, body in bodies] == [b"ok"] * 40
        assert upstream.open_connections == 3
        upstream.close()


async def test_one_who_stops_waiting_takes_nobody_else_s_place():
    gate = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await _request(reader)
            await gate.wait()
            writer.write(OK)

    async with _serving(slow) as origin:
        upstream = Upstream(origin, connections=1)
        first, second, third = (asyncio.create_task(_asked(upstream)) for _ in range(3))
        await asyncio.wait({first, second, third}, timeout=0.1)
        second.cancel()
        gate.set()
        assert (await first)[1] == (await third)[1] == b"ok"
        assert second.cancelled() or isinstance(
            (await asyncio.gather(second, return_exceptions=True))[0], BaseException
        )
        upstream.close()


async def test_a_cancelled_request_closes_its_connection_so_that_the_service_may_stop():
    left = asyncio.Event()

    async def hanging(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await _request(reader)
        await reader.read()
        left.set()

    async with _serving(hanging) as origin:
        upstream = Upstream(origin)
        asking = asyncio.create_task(_asked(upstream))
        await eventually(lambda: upstream.open_connections == 1)
        await asyncio.wait({asking}, timeout=0.05)
        asking.cancel()
        await asyncio.wait_for(left.wait(), 1)
        await eventually(lambda: upstream.open_connections == 0)


@pytest.mark.parametrize(
    "header",
    [
        (b"x-a", b"1\r\nx-user-id: root"),
        (b"x-a", b"1\nx-b: 2"),
        (b"x-a\r\nx-b", b"1"),
        (b"x-a", b"1\0"),
        (b"x-a", b"1\r"),
    ],
)
async def test_a_header_cannot_begin_another(header):
    async with _serving(_answering(OK)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(ValueError, match="line"):
            await upstream.request(b"GET", b"/x", [header])
        with pytest.raises(ValueError, match="line"):
            await upstream.request(b"GET", b"/x HTTP/1.1\r\nx-a: 1\r\n\r\nGET /y", ())
        assert upstream.open_connections == 0


async def _counted(size: int, part: int = 64 * 1024) -> AsyncIterator[bytes]:
    for _ in range(size // part):
        yield b"a" * part


@pytest.mark.parametrize("declared", [True, False])
async def test_a_streamed_body_arrives_whole_with_its_length_or_in_chunks(declared):
    seen: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        if b"content-length" in head:
            seen.append(await reader.readexactly(MIB))
        else:
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
            seen.append(body)
        writer.write(OK)

    async with _serving(script) as origin:
        length = MIB if declared else None
        answer, body = await _asked(Upstream(origin), b"POST", body=_counted(MIB), length=length)
    assert (answer.status, body, len(seen[1])) == (200, b"ok", MIB)
    assert (b"transfer-encoding: chunked" in seen[0]) is not declared


async def test_a_service_that_reads_nothing_holds_the_sender_back():
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 64 * 1024
            yield b"a" * 64 * 1024

    async def deaf(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async with _serving(deaf) as origin:
        asking = asyncio.create_task(_asked(Upstream(origin), b"POST", body=body(), length=1024 * MIB))
        await _settled(lambda: taken)
        assert 0 < taken < 32 * MIB
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_an_answer_nobody_reads_is_not_taken_from_the_service():
    sent = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await _request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * MIB))
        for _ in range(64):
            writer.write(b"a" * MIB)
            await writer.drain()
            sent += 1

    async with _serving(script) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        await _settled(lambda: sent)
        assert sent < 32
        assert len(await answer.read(65 * MIB)) == 64 * MIB


async def test_a_service_that_answers_before_the_body_is_sent_is_heard_at_once():
    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.01)
            yield b"a" * 1000

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await reader.read()

    async with _serving(script) as origin:
        upstream = Upstream(origin)
        answer, _ = await _asked(upstream, b"POST", body=endless())
        assert answer.status == 413
        await eventually(lambda: upstream.open_connections == 0, 3)


async def test_what_the_body_raises_is_what_the_request_raises():
    async def failing() -> AsyncIterator[bytes]:
        yield b"a"
        raise LookupError("of the client")

    async with _serving(_answering(OK)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(LookupError, match="of the client"):
            await _asked(upstream, b"POST", body=failing())
        await eventually(lambda: upstream.open_connections == 0)


async def test_an_answer_longer_than_wanted_is_given_up():
    async with _serving(_answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + b"a" * 50)) as origin:
        upstream = Upstream(origin)
        answer = await upstream.request(b"GET", b"/x", ())
        with pytest.raises(AnswerLost):
            await answer.read(49)
        await eventually(lambda: upstream.open_connections == 0)


async def test_the_end_of_an_answer_is_told_once_however_it_ends():
    ends: list[str] = []
    async with _serving(_answering(OK)) as origin:
        answer, _ = await _asked(Upstream(origin))
        answer.at_end(lambda: ends.append("whole"))
    async with _serving(_answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        answer.at_end(lambda: ends.append("aborted"))
        answer.abort()
        answer.abort()
        await eventually(lambda: ends == ["whole", "aborted"])


async def test_a_service_behind_tls_is_asked_only_when_its_certificate_is_trusted(tmp_path: Path, self_signed):
    server, trusting = self_signed(tmp_path)
    async with _serving(_answering(OK), server) as origin:
        with pytest.raises(NotSent):
            await _asked(Upstream(origin))
        upstream = Upstream(origin, tls=trusting)
        assert (await _asked(upstream))[1] == b"ok"
        upstream.close()
