"""Clients that keep their connection, and what they saw."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_HOST = "127.0.0.1"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def pause(seconds: float) -> None:
    """Let a client think: there is nothing that it waits for."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), seconds)


@dataclass(frozen=True, slots=True)
class Told:
    """What a client was told; status 0: the connection ended without a whole answer."""

    status: int
    seconds: float
    head: bytes = b""
    body: bytes = b""

    @property
    def closing(self) -> bool:
        """Tell whether the answer asked for another connection."""
        return b"\r\nconnection: close" in self.head.lower()


class Caller:
    """One client with one connection, opened when needed; it never asks the same thing twice."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: Streams | None = None

    async def ask(self, target: str, *, method: str = "GET", headers: Sequence[str] = (), body: bytes = b"") -> Told:
        """Send one request and read its answer whole."""
        lines = [f"{method} {target} HTTP/1.1", "Host: gateway", *headers]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        started = time.perf_counter()
        try:
            reader, writer = await self._connected()
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            head = await reader.readuntil(b"\r\n\r\n")
            answer = await _read_body(reader, head)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return Told(0, time.perf_counter() - started)
        told = Told(int(head.split(b" ", 2)[1]), time.perf_counter() - started, head, answer)
        if told.closing:
            self.close()
        return told

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _connected(self) -> Streams:
        if self._streams is None:
            self._streams = await asyncio.open_connection(_HOST, self.port)
        return self._streams


class Crowd:
    """The clients of one test, all on one port; their connections end with it."""

    def __init__(self) -> None:
        self._callers: list[Caller] = []
        self._writers: list[asyncio.StreamWriter] = []

    def caller(self, port: int) -> Caller:
        """Return a new client."""
        self._callers.append(Caller(port))
        return self._callers[-1]

    async def begin(self, port: int, sent: bytes, *, limit: int = 65536) -> Streams:
        """Open a connection and send something as it is."""
        reader, writer = await asyncio.open_connection(_HOST, port, limit=limit)
        self._writers.append(writer)
        writer.write(sent)
        return reader, writer

    async def at_once(self, port: int, count: int, target: str, *headers: str) -> list[Told]:
        """Let so many clients ask the same at the same time."""
        callers = [self.caller(port) for _ in range(count)]
        return await asyncio.gather(*(caller.ask(target, headers=headers) for caller in callers))

    async def leave(self) -> None:
        """Close every connection."""
        for caller in self._callers:
            caller.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    lower = head.lower()
    if b"\r\ncontent-length: " in lower:
        return await reader.readexactly(int(lower.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0]))
    whole = b""
    while length := int(await reader.readuntil(b"\r\n"), 16):
        whole += (await reader.readexactly(length + 2))[:-2]
    await reader.readexactly(2)
    return whole


@dataclass(slots=True)
class Lateness:
    """How late this very process woke up: what it measures of others is not better than that."""

    worst: float = 0.0
    _step: float = field(default=0.005)

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            due = time.perf_counter() + self._step
            await pause(self._step)
            self.worst = max(self.worst, time.perf_counter() - due)


@asynccontextmanager
async def in_background(*coroutines: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run endless coroutines beside the block and cancel them at its end; one that failed fails the block."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [end for end in ends if not isinstance(end, asyncio.CancelledError)]
    assert not failures, failures


def percentile(seconds: Iterable[float], share: float) -> float:
    """Return the value that this share of the samples does not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
