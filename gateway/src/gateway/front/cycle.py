"""One request on a connection, and the ASGI calls by which it is read and answered."""

import asyncio
from collections.abc import MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from starlette.types import ASGIApp, Scope

from chassis.problem import Problem

log = structlog.get_logger("front")
_STATUS_LINES = {int(status): b"HTTP/1.1 %d %b" % (status, status.phrase.encode()) for status in HTTPStatus}
_BODILESS = frozenset({204, 304})
_HOP = frozenset({b"transfer-encoding", b"connection"})
_FRAMING = _HOP | {b"content-length"}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_JOINED_BYTES = 64 * 1024
"""Up to here a copy is cheaper than another system call."""
Message = MutableMapping[str, Any]


class WrongAnswer(Exception):
    """The application's answer cannot be told in HTTP: a fault of the gateway."""


class Line(Protocol):
    """The connection, as a cycle sees it."""

    loop: asyncio.AbstractEventLoop
    blocked: "asyncio.Future[None] | None"
    """Done when the client takes more; None while it does."""

    @property
    def common(self) -> bytes:
        """Header lines of every answer."""

    def write(self, data: bytes) -> None:
        """Send."""

    def balance(self) -> None:
        """Read on, or no more, as the buffers say."""

    def over(self, cycle: "Cycle") -> None:
        """Go on to what comes next: the application has returned."""


class Cycle:
    """Reads a request's body for the application and writes its answer.

    The head waits for the first part, or for the loop's next turn: one system call instead of two. An answer that is
    all there comes in one message, its body as `whole` in the message that starts it.
    """

    __slots__ = (
        "_body", "_chunked", "_error", "_expected", "_head", "_left", "_line", "_told", "_waiter", "begun", "complete",
        "ended", "gone", "held", "keep_alive", "received", "scope",
    )  # fmt: skip

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, expected: bool) -> None:
        """`expected`: the client waits for a 100 before it sends the body."""
        self.scope, self.keep_alive = scope, keep_alive
        self.complete = self.begun = self.ended = self.gone = False
        """The body has arrived; the answer has begun, has ended; the client has left."""
        self.received = self.held = 0
        """Bytes of the body: all that came, and those nobody has asked for yet."""
        self._line, self._expected, self._told = line, expected, False
        self._body: list[bytes] = []
        self._error: Problem | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._head = b""
        self._chunked, self._left = False, 0

    async def run(self, app: ASGIApp) -> None:
        """Let the application answer; an answer that is not whole costs the client its connection."""
        try:
            await app(self.scope, self.receive, self.send)
        except Exception as error:
            # The edge of a connection: an answer that the door cuts and has told of, or a fault of its own.
            self.keep_alive = False
            if not isinstance(error, ConnectionAbortedError):
                log.exception("answer not whole")
        finally:
            self._line.over(self)

    @property
    def awaited(self) -> bool:
        """Whether the application waits for a part of the body."""
        return self._waiter is not None and not self.complete

    def feed(self, part: bytes) -> None:
        """Take a part of the body."""
        self.received += len(part)
        if not self.ended:
            self.held += len(part)
            self._body.append(part)
            self._wake()

    def finish(self) -> None:
        """Take the end of the body."""
        self.complete = True
        self._wake()

    def fail(self, problem: Problem) -> None:
        """Have the application told, as it asks for the body, why there will be no more of it."""
        self._error = problem
        self._wake()

    def leave(self) -> None:
        """Take the client's departure."""
        self.gone = True
        self._wake()
        exchange = self.scope.get("exchange")
        if exchange is not None:
            exchange.stop("client-gone")

    async def receive(self) -> Message:
        """Return what has come of the body, waiting for some; after its end, wait for the client to leave.

        Raises the Problem for which there will be no more of it.
        """
        if self._expected and not self.received and not self.complete and not self.begun:
            self._line.write(_CONTINUE)
        self._expected = False
        while not (self._body or self.gone or self.ended or self._error or (self.complete and not self._told)):
            self._line.balance()
            self._waiter = self._line.loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self.gone or self.ended:
            return {"type": "http.disconnect"}
        if self._error is not None:
            raise self._error
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body, self.held, self._told = [], 0, self.complete
        return {"type": "http.request", "body": body, "more_body": not self.complete}

    async def send(self, message: Message) -> None:
        """Send the head or a part; waits while the client is slow. Raises WrongAnswer."""
        if message["type"] == "http.response.start":
            self._start(message["status"], message.get("headers", ()))
            body, more = message.get("whole"), False
            if body is None:
                self._line.loop.call_soon(self.flush)
                return
        else:
            body, more = message.get("body", b""), message.get("more_body", False)
        line = self._line
        while line.blocked is not None:
            await line.blocked
        if not self.gone:
            self._part(body, more=more)

    def _start(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        if self.begun:
            raise WrongAnswer("a second head")
        self.begun = True
        named = dict(headers)
        told = named.get(b"content-length")
        if told is not None and not told.isdigit():
            raise WrongAnswer("a length that is none")
        if status in _BODILESS or len(named) != len(headers) or not _HOP.isdisjoint(named):
            self.keep_alive = self.keep_alive and (b"connection", b"close") not in headers
            headers = [each for each in headers if each[0] not in _FRAMING]
            if told is not None and status not in _BODILESS:
                headers.append((b"content-length", told))
        # by map: a loop over the headers was a twelfth of all there is to do for a read
        lines = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d " % status, *map(b": ".join, headers)]
        self._frame(lines, status, None if told is None else int(told))
        head = b"\r\n".join(lines)
        if len(head.translate(None, b"\r\n\0")) != len(head) - 2 * (len(lines) - 1):
            raise WrongAnswer("a header would end its line")
        self._head = b"%b\r\n%b\r\n" % (head, self._line.common)

    def _frame(self, lines: list[bytes], status: int, length: int | None) -> None:
        bodiless = status in _BODILESS or self.scope["method"] == "HEAD"
        self._left = 0 if bodiless or length is None else length
        if length is None and not bodiless:
            self._chunked = True
            lines.append(b"transfer-encoding: chunked")
        if not self.complete:  # the rest of a body that nobody wants would be taken for a request
            self.keep_alive = False
        if not self.keep_alive:
            lines.append(b"connection: close")

    def _part(self, body: bytes, *, more: bool) -> None:
        if not self.begun or self.ended:
            raise WrongAnswer("a part that belongs to no head")
        body = self._framed(body, more=more)
        if self._head and len(body) <= _JOINED_BYTES:
            body, self._head = self._head + body, b""
        elif self._head:
            self.flush()
        if body:
            self._line.write(body)
        if not more:
            self.ended = True
            self._wake()

    def _framed(self, body: bytes, *, more: bool) -> bytes:
        if self._chunked:
            return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        if self.scope["method"] == "HEAD":
            return b""
        self._left -= len(body)
        if self._left < 0 or (self._left and not more):
            raise WrongAnswer("not of the declared length")
        return body

    def flush(self) -> None:
        """Send the head if it still waits."""
        if self._head and not self.gone:
            head, self._head = self._head, b""
            self._line.write(head)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
