"""A service that ails as it is told, byte by byte, and notes what reaches it."""

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Ailment = Literal["well", "slow", "silent", "resetting", "refusing", "one-in-three", "dead", "head-drips", "body-drips"]

_ANSWER = b'{"of": "a service"}'
_HEAD = b"HTTP/1.1 %d Answered\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_DOCUMENT = "/openapi.json"
"""Asked for by the gateway itself, now and then, whatever clients do: it does not count."""
_MIB = 1024 * 1024
_SLOW_SECONDS, _DRIP_SECONDS, _DELAY_SECONDS = 0.5, 0.02, 0.4


class Ailing:
    """One address of a service; `ailment` may change at any time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ailment: Ailment = "well"
        self.asked: Counter[str] = Counter()
        """How often each target was asked for."""
        self.deadlines: list[int] = []
        """The milliseconds each request was told to have."""
        self.abandoned = 0
        """Exchanges whose connection was closed before they were answered."""
        self.delay_every = 0
        """Let the nth request of each connection wait 0.4 s; 0: none."""
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def reached(self) -> int:
        """How many requests it has seen."""
        return self.asked.total()

    async def listen(self) -> None:
        """Accept connections."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=1024)

    async def die(self) -> None:
        """Close the address and every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._serving):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            number = 0
            while True:
                number += 1
                head = await reader.readuntil(b"\r\n\r\n")
                size, digest = await _body(reader, head)
                await self._answer(head, reader, writer, number, (size, digest))
        self._serving.discard(writer)
        writer.close()

    async def _answer(
        self,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        number: int,
        body: tuple[int, str],
    ) -> None:
        target = head.split(b" ", 2)[1].decode()
        if target == _DOCUMENT:
            writer.write(_HEAD % (404, 0))
            return
        self.asked[target] += 1
        if b"\r\nx-request-deadline-ms: " in (lower := head.lower()):
            self.deadlines.append(int(lower.split(b"\r\nx-request-deadline-ms: ")[1].split(b"\r\n")[0]))
        if self.delay_every and number % self.delay_every == 0:
            await self._until_it_leaves(reader, _DELAY_SECONDS)
        ailment: str = self.ailment
        if ailment == "one-in-three":
            ailment = "well" if self.reached % 3 else "refusing"
        await self._ail(ailment, reader, writer)
        if "mib=" in target:
            await _download(writer, int(target.rpartition("=")[2]))
            return
        answer = _ANSWER if body[0] == 0 else b'{"size": %d, "sha256": "%s"}' % (body[0], body[1].encode())
        status = 503 if ailment == "refusing" else 200
        whole = _HEAD % (status, len(answer)) + answer
        if ailment in ("head-drips", "body-drips"):
            await self._drip(whole, whole.index(b"\r\n\r\n") + 4 if ailment == "body-drips" else 0, reader, writer)
        else:
            writer.write(whole)
        await writer.drain()

    async def _ail(self, ailment: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if ailment == "slow":
            await self._until_it_leaves(reader, _SLOW_SECONDS)
        elif ailment == "silent":
            await self._until_it_leaves(reader, None)
        elif ailment == "resetting":
            writer.transport.abort()
            raise ConnectionResetError

    async def _drip(self, whole: bytes, at: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole[:at])
        for place in range(at, len(whole)):
            writer.write(whole[place : place + 1])
            await self._until_it_leaves(reader, _DRIP_SECONDS)

    async def _until_it_leaves(self, reader: asyncio.StreamReader, seconds: float | None) -> None:
        """Wait so long; end the exchange when the other side closes the connection before that."""
        try:
            await asyncio.wait_for(reader.read(1), seconds)
        except TimeoutError:
            return
        except OSError:
            pass
        self.abandoned += 1
        raise ConnectionResetError


async def _body(reader: asyncio.StreamReader, head: bytes) -> tuple[int, str]:
    """Read a request's body; return its length and its digest."""
    digest, size, lower = hashlib.sha256(), 0, head.lower()
    if b"\r\ntransfer-encoding: chunked" in lower:
        while length := int(await reader.readuntil(b"\r\n"), 16):
            digest.update((await reader.readexactly(length + 2))[:-2])
            size += length
        await reader.readexactly(2)
    elif b"\r\ncontent-length: " in lower:
        size = left = int(lower.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
        while left:
            if not (chunk := await reader.read(min(left, _MIB))):
                raise ConnectionResetError
            digest.update(chunk)
            left -= len(chunk)
    return size, digest.hexdigest()


async def _download(writer: asyncio.StreamWriter, mebibytes: int) -> None:
    writer.write(_HEAD % (200, mebibytes * _MIB))
    for number in range(mebibytes):
        writer.write(bytes([number % 251]) * _MIB)
        await writer.drain()


@asynccontextmanager
async def running_service(port: int) -> AsyncIterator[Ailing]:
    """Serve a service that is well."""
    service = Ailing(port)
    await service.listen()
    try:
        yield service
    finally:
        await service.die()
