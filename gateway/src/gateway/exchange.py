"""One request and the answer to it, known to everything behind the door."""

import asyncio
import re
import time
from collections.abc import Callable, MutableMapping
from secrets import token_hex
from typing import Any, Literal, cast

from starlette.types import Receive, Scope, Send

from chassis.identity import Caller
from gateway.table import Match

Headers = list[tuple[bytes, bytes]]
Ending = Literal["", "client-gone", "deadline", "cut"]
_AT_ONCE = 100
_REQUEST_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


Dress = Callable[["Exchange", Headers], Headers]
"""Adds to the headers of an answer what every answer carries."""


_pool: list[str] = []


def _drawn() -> str:
    """Return 48 random hexadecimal digits; drawn for a hundred requests at a time."""
    if not _pool:
        digits = token_hex(24 * _AT_ONCE)
        _pool.extend(digits[start : start + 48] for start in range(0, len(digits), 48))
    return _pool.pop()


class Answered(Exception):
    """A second answer to one request: a fault of the gateway."""


class Exchange:
    """A request on its way. Own routes of the gateway find it in `request.scope["exchange"]`."""

    __slots__ = (
        "_dress", "address", "answer_headers", "authorization", "caller", "deadline", "ended", "ending", "headers",
        "loop", "match", "method", "page", "passed_on", "path", "receive", "request_id", "scope", "send", "started",
        "status", "task", "trace_continued", "traceparent",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, dress: "Dress") -> None:
        """To be made in the task that works on it."""
        self.scope, self.receive, self.send, self._dress = scope, receive, send, dress
        # the listener tells the task: to ask asyncio for it and for the loop would cost two system calls
        self.task: asyncio.Task[Any] = scope.get("task") or cast("asyncio.Task[Any]", asyncio.current_task())
        self.loop = self.task.get_loop()
        self.method: str = scope["method"]
        self.path = ""
        """The raw path, ASCII, once it has been checked."""
        self.headers: dict[bytes, bytes] = {}
        """Names in lower case; of a header that may be repeated, the last."""
        client = scope.get("client")
        self.address: str = client[0] if client else "unknown"
        """The client's, as far as trusted proxies tell it."""
        self.request_id = self.traceparent = ""
        self.started = time.perf_counter()
        self.deadline = float("inf")
        """In the event loop's time."""
        self.match: Match | None = None
        self.caller: Caller | None = None
        self.answer_headers: Headers = []
        """Told with every answer of this exchange, also with a refusal."""
        self.status = 0
        """Of the answer, once begun."""
        self.ended = self.trace_continued = False
        self.ending: Ending = ""
        self.page = ""
        """Of the gateway's own pages, the template of the one that is asked for."""
        self.passed_on = False
        """The answer is a service's or an own route's, not a refusal."""
        self.authorization: bytes | None = None
        """What a service is told instead of what the client sent, if anything."""

    @property
    def upstream(self) -> str:
        """The service that is asked; empty before a row was matched."""
        return self.match.route.upstream if self.match else ""

    def identify(self) -> None:
        """Take the client's request id and trace where they are usable, else make new ones of one random number."""
        offered, traced = self.headers.get(b"x-request-id"), self.headers.get(b"traceparent")
        known = offered is not None and _REQUEST_ID.fullmatch(offered)
        drawn = _drawn()
        if offered is not None and known:
            self.request_id = offered.decode("ascii")
        else:
            self.request_id = f"{drawn[:8]}-{drawn[8:12]}-{drawn[12:16]}-{drawn[16:20]}-{drawn[20:32]}"
        if traced is not None and _TRACEPARENT.fullmatch(traced):
            self.traceparent, self.trace_continued = traced.decode("ascii"), True
        else:
            self.traceparent = f"00-{drawn[:32]}-{drawn[32:]}-01"

    async def start(self, status: int, headers: Headers) -> None:
        """Send the head of the answer; names in lower case. Adds what every answer of the gateway carries."""
        if self.status:
            raise Answered
        self.status = status
        await self.send({"type": "http.response.start", "status": status, "headers": self._dress(self, headers)})

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """Send an answer that is all there, in one message: of head and end in one, as `gateway.front` knows it."""
        if self.status:
            raise Answered
        self.status, self.ended = status, True
        dressed = self._dress(self, headers)
        await self.send({"type": "http.response.start", "status": status, "headers": dressed, "whole": body})

    async def body(self, chunk: bytes) -> None:
        """Send a part; waits while the client is slow."""
        await self.send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self, chunk: bytes = b"") -> None:
        """Send the last part."""
        self.ended = True
        await self.send({"type": "http.response.body", "body": chunk, "more_body": False})

    async def answer(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Send a whole answer; of the headers Content-Length is added."""
        headers.append((b"content-length", b"%d" % len(body)))
        await self.whole(status, headers, body)

    async def relay(self, message: MutableMapping[str, Any]) -> None:
        """Be the `send` of an own ASGI application."""
        if message["type"] == "http.response.start":
            await self.start(message["status"], list(message.get("headers", ())))
            return
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self.send(message)

    def stop(self, ending: Ending) -> None:
        """End the work on this request from outside: its client left, or its time is over."""
        if not self.ending and not self.ended:
            self.ending = ending
            self.task.cancel()
