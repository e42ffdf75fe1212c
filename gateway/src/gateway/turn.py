"""One request on a client's connection, and the ASGI calls by which it is read and answered."""

import asyncio
from collections.abc import Iterable, MutableMapping
from http import HTTPStatus
from typing import Any, Protocol

from chassis.telemetry import App, Scope

_STATUS_LINES = {status.value: b"HTTP/1.1 %d %b" % (status, status.phrase.encode()) for status in HTTPStatus}
_BODILESS = frozenset({204, 304})
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection"})
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_JOINED_BYTES = 128 * 1024
"""A longer first part is written behind the head, not copied to it."""
Message = MutableMapping[str, Any]


class Line(Protocol):
    """The connection, as a turn sees it."""

    loop: asyncio.AbstractEventLoop

    @property
    def common(self) -> bytes:
        """Header lines of every answer, such as Date."""

    def write(self, data: bytes) -> None:
        """Send."""

    async def writable(self) -> None:
        """Wait while the client is slow."""

    def balance(self) -> None:
        """Read on, or stop reading, by what is held."""

    def over(self, turn: "Turn") -> None:
        """Take the end of a turn."""


class WrongAnswer(RuntimeError):
    """What the application answers cannot be told in HTTP."""


class Turn:
    """Holds the head of an answer until its first part or the loop's next turn: one system call instead of two."""

    __slots__ = (
        "_awaits_continue", "_bodiless", "_body", "_chunked", "_end_told", "_head", "_left", "_line", "_waiter",
        "answered", "begun", "complete", "gone", "keep_alive", "scope",
    )  # fmt: skip

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, awaits_continue: bool) -> None:
        self.scope, self.keep_alive = scope, keep_alive
        """Whether the connection may be used again."""
        self.complete = False
        """The body has arrived."""
        self.begun = self.answered = self.gone = False
        self._line, self._awaits_continue = line, awaits_continue
        self._body = b""
        self._end_told = self._bodiless = self._chunked = False
        self._left: int | None = None
        """Bytes of the declared length that are still to be answered."""
        self._head = b""
        self._waiter: asyncio.Future[None] | None = None

    @property
    def held(self) -> int:
        """Bytes of the body that nobody has asked for yet."""
        return len(self._body)

    async def run(self, app: App) -> None:
        """Let the application answer. When it does not, or only in part, the client loses its connection."""
        try:
            await app(self.scope, self.receive, self.send)
        except Exception:  # noqa: BLE001 the door has told and logged it; what is left is to end the connection
            self.keep_alive = False
        finally:
            if not self.answered:
                self.keep_alive = False
                self._line.over(self)

    def feed(self, part: bytes) -> None:
        """Take a part of the body; once answered, nobody wants it."""
        if self.answered:
            return
        self._body = self._body + part if self._body else part
        self._wake()

    def finish(self) -> None:
        """Take the end of the body."""
        self.complete = True
        self._wake()

    def leave(self) -> None:
        """Take the client's departure."""
        self.gone = True
        self._wake()

    async def receive(self) -> Message:
        """Return what has come of the body, waiting for some; when it is at its end, wait for the client to leave."""
        if self._awaits_continue and not self.begun:
            self._line.write(_CONTINUE)
        self._awaits_continue = False
        while not (self._body or self.gone or self.answered or (self.complete and not self._end_told)):
            self._line.balance()
            self._waiter = self._line.loop.create_future()
            await self._waiter
        if self.gone or self.answered:
            return {"type": "http.disconnect"}
        body, self._body, self._end_told = self._body, b"", self.complete
        return {"type": "http.request", "body": body, "more_body": not self.complete}

    async def send(self, message: Message) -> None:
        """Send the head or a part; waits while the client is slow. Raises WrongAnswer."""
        if message["type"] == "http.response.start":
            self._start(message["status"], message.get("headers", ()))
            return
        await self._line.writable()
        if not self.gone:
            self._part(message.get("body", b""), more=message.get("more_body", False))

    def _start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        if self.begun:
            raise WrongAnswer("a second head")
        self.begun = True
        lines = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d " % status]
        for header in headers:
            if header[0] in _FRAMING:
                self._frame(*header)
            else:
                lines.append(b": ".join(header))
        lines += self._framed(status)
        head = b"\r\n".join(lines)
        if not head.count(b"\n") == head.count(b"\r") == len(lines) - 1 or b"\0" in head:
            raise WrongAnswer("a header would end its line")
        self._head = b"%b\r\n%b\r\n" % (head, self._line.common)
        self._line.loop.call_soon(self._flush)

    def _frame(self, name: bytes, value: bytes) -> None:
        if name == b"content-length":
            self._left = int(value)
        elif name == b"connection" and value.lower() == b"close":
            self.keep_alive = False

    def _framed(self, status: int) -> list[bytes]:
        lines = []
        self._bodiless = status in _BODILESS or self.scope["method"] == "HEAD"
        if self._left is not None:
            if status != HTTPStatus.NO_CONTENT:
                lines.append(b"content-length: %d" % self._left)
        elif not self._bodiless and self.scope["http_version"] == "1.1":
            self._chunked = True
            lines.append(b"transfer-encoding: chunked")
        elif not self._bodiless:
            self.keep_alive = False  # for HTTP/1.0 the end of the connection is the end of the answer
        if not self.keep_alive:
            lines.append(b"connection: close")
        return lines

    def _part(self, body: bytes, *, more: bool) -> None:
        if not self.begun or self.answered:
            raise WrongAnswer("a part that belongs to no head")
        body = self._coded(body, more=more)
        if self._head and len(body) <= _JOINED_BYTES:
            body, self._head = self._head + body, b""
        self._flush()
        if body:
            self._line.write(body)
        if not more:
            self.answered, self._body = True, b""
            self._wake()
            self._line.over(self)

    def _coded(self, body: bytes, *, more: bool) -> bytes:
        if self._bodiless:
            return b""
        if self._chunked:
            return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        if self._left is not None:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise WrongAnswer("not of the declared length")
        return body

    def _flush(self) -> None:
        if self._head and not self.gone:
            head, self._head = self._head, b""
            self._line.write(head)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
