"""The transport of a client's connection: what is written to it, and how it ends."""

import asyncio
from typing import cast

from uvicorn.server import ServerState

from gateway.front.guard import Guard
from gateway.writes import writes_of


class Wire(asyncio.Protocol):
    """What a cycle answers through."""

    def __init__(self, loop: asyncio.AbstractEventLoop, state: ServerState, guard: Guard) -> None:
        self.loop = loop
        self.blocked: asyncio.Future[None] | None = None
        """Done when the client takes more; None while it does."""
        self._state, self._guard = state, guard
        self._writes = writes_of(loop)
        self._paused = False
        self._dropped = 0
        self._common: tuple[object, bytes] = (None, b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self.transport = cast("asyncio.Transport", transport)
        self._server, self._client = _address(transport, "sockname"), _address(transport, "peername")
        self._address = self._client[0] if self._client else ""

    def eof_received(self) -> None:
        """Close: who sends no more is taken to have left, as by every proxy that watches for it."""

    def pause_writing(self) -> None:
        """Make those who answer wait."""
        self.blocked = self.loop.create_future()

    def resume_writing(self) -> None:
        """Let them go on."""
        blocked, self.blocked = self.blocked, None
        if blocked is not None and not blocked.done():
            blocked.set_result(None)

    @property
    def common(self) -> bytes:
        """Header lines of every answer, made anew when uvicorn makes a new date."""
        headers = self._state.default_headers
        if headers is not self._common[0]:
            self._common = headers, b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._common[1]

    def write(self, data: bytes) -> None:
        """Send, unless the connection is about to close."""
        self._writes.write(self.transport, data)

    def _hang_up(self, *, linger: bool) -> None:
        """Close; with `linger` only for writing, so that a client still sending does not lose the answer by a reset."""
        self._writes.flush()
        if linger and self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
            if self._paused:
                self._paused = False
                self.transport.resume_reading()
        else:
            self.transport.close()

    def _drop(self, count: int) -> None:
        self._dropped += count
        if self._dropped > self._guard.linger_bytes:
            self.transport.abort()


def _address(transport: asyncio.BaseTransport, name: str) -> tuple[str, int] | None:
    told = transport.get_extra_info(name)
    return (told[0], told[1]) if isinstance(told, tuple) else None
