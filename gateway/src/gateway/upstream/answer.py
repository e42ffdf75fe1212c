"""The answer of a service, as it arrives."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from gateway.upstream.errors import AnswerLost

HIGH_WATER = 128 * 1024
"""Bytes of an unread body at which the connection is no longer read; half of it lets it go on."""


class Source(Protocol):
    """Where an answer comes from."""

    def pause(self) -> None:
        """Bring no more for now."""

    def resume(self) -> None:
        """Go on."""

    def abort(self) -> None:
        """Bring no more ever."""


class Answer:
    """Status and headers once `head` has returned, then the body in parts.

    Whoever holds an answer reads it to its end or calls `abort`; a connection whose answer is complete is free for
    the next request whether or not the body has been read.
    """

    __slots__ = (
        "_at_end",
        "_chunks",
        "_error",
        "_held",
        "_loop",
        "_source",
        "_waiter",
        "complete",
        "headers",
        "status",
    )

    def __init__(self, source: Source, loop: asyncio.AbstractEventLoop) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        """Names in lower case."""
        self.complete = False
        """The last byte has arrived, though perhaps not been read."""
        self._source: Source | None = source
        self._loop = loop
        self._chunks: list[bytes] = []
        self._held = 0
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._at_end: Callable[[], None] | None = None

    @property
    def read_up(self) -> bool:
        """Whether the last part has been handed out."""
        return self.complete and not self._chunks

    async def head(self) -> None:
        """Wait for status and headers. Raises AnswerLost, or what the sender of the body raised."""
        while not self.status:
            await self._news()

    async def part(self) -> bytes:
        """Return what has come of the body since the last call, waiting for some; `b""` at its end.

        Raises AnswerLost when it breaks off.
        """
        while not self._chunks:
            if self.complete:
                return b""
            await self._news()
        return self._take()

    def rest(self) -> bytes:
        """Return what has not been handed out of an answer that is complete."""
        return self._take() if self._chunks else b""

    async def read(self, limit: int) -> bytes:
        """Return the whole body. Raises AnswerLost when it is longer than `limit` bytes, and aborts it."""
        parts, size = [], 0
        while part := await self.part():
            parts.append(part)
            size += len(part)
            if size > limit:
                self.abort()
                raise AnswerLost(f"more than {limit} bytes")
        return b"".join(parts)

    def abort(self) -> None:
        """End the exchange; does nothing once the answer is complete."""
        if self._source is not None:
            self._source.abort()

    def at_end(self, call: Callable[[], None]) -> None:
        """Call this once nothing more comes from the service, read or not: now, if that is so already."""
        if self.complete or self._error is not None:
            call()
        else:
            self._at_end = call

    def begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Take the head."""
        self.status, self.headers = status, headers
        self._wake()

    def feed(self, chunk: bytes) -> None:
        """Take a part of the body."""
        self._chunks.append(chunk)
        self._held += len(chunk)
        if self._held > HIGH_WATER and self._source is not None:
            self._source.pause()
        self._wake()

    def finish(self) -> None:
        """Take the end; the source is free."""
        self.complete, self._source = True, None
        self._end()

    def fail(self, error: BaseException) -> None:
        """Take the bad end; parts that have arrived are still handed out."""
        if not self.complete and self._error is None:
            self._error, self._source = error, None
            self._end()

    def _end(self) -> None:
        call, self._at_end = self._at_end, None
        if call is not None:
            call()
        self._wake()

    def _take(self) -> bytes:
        chunks = self._chunks
        part = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if self._held > HIGH_WATER and self._source is not None:
            self._source.resume()
        self._chunks, self._held = [], 0
        return part

    async def _news(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
