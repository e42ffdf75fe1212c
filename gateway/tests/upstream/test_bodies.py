"""Bodies of any length, to a service and from it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.upstream import Upstream
from testkit import eventually

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
MIB = 1024 * 1024


async def _counted(size: int, part: int = 64 * 1024) -> AsyncIterator[bytes]:
    for _ in range(size // part):
        yield b"a" * part


@pytest.mark.parametrize("declared", [True, False])
async def test_a_streamed_body_arrives_whole_with_its_length_or_in_chunks(declared, serving, asked):
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

    async with serving(script) as origin:
        length = MIB if declared else None
        answer, body = await asked(Upstream(origin), b"POST", body=_counted(MIB), length=length)
    assert (answer.status, body, len(seen[1])) == (200, b"ok", MIB)
    assert (b"transfer-encoding: chunked" in seen[0]) is not declared


async def test_a_service_that_reads_nothing_holds_the_sender_back(serving, asked, settled):
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 64 * 1024
            yield b"a" * 64 * 1024

    async def deaf(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async with serving(deaf) as origin:
        asking = asyncio.create_task(asked(Upstream(origin), b"POST", body=body(), length=1024 * MIB))
        await settled(lambda: taken)
        assert 0 < taken < 32 * MIB
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_an_answer_nobody_reads_is_not_taken_from_the_service(serving, request_of, settled):
    sent = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * MIB))
        for _ in range(64):
            writer.write(b"a" * MIB)
            await writer.drain()
            sent += 1

    async with serving(script) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        await settled(lambda: sent)
        assert sent < 32
        assert len(await answer.read(65 * MIB)) == 64 * MIB


async def test_a_service_that_answers_before_the_body_is_sent_is_heard_at_once(serving, asked):
    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.01)
            yield b"a" * 1000

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await reader.read()

    async with serving(script) as origin:
        upstream = Upstream(origin)
        answer, _ = await asked(upstream, b"POST", body=endless())
        assert answer.status == 413
        await eventually(lambda: upstream.open_connections == 0)


async def test_what_the_body_raises_is_what_the_request_raises(serving, answering, asked):
    async def failing() -> AsyncIterator[bytes]:
        yield b"a"
        raise LookupError("of the client")

    async with serving(answering(OK)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(LookupError, match="of the client"):
            await asked(upstream, b"POST", body=failing())
        await eventually(lambda: upstream.open_connections == 0)
