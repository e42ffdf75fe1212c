"""The client's side of an exchange: its body in, its presence, the answer out."""

import asyncio
from collections.abc import AsyncIterator, Iterable

from chassis.telemetry import Receive, Scope, Send
from gateway.refusals import BODY_TOO_LARGE


class ClientGone(ConnectionAbortedError):
    """The client closed its connection before the answer was complete."""


class Inbound:
    """The request's body, read as the service takes it and never held whole; and whether its sender is still there."""

    def __init__(self, scope: Scope, receive: Receive, *, limit: int) -> None:
        """`limit` is in bytes. Raises `BODY_TOO_LARGE` when the declared length is beyond it."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length")
        self.length = None if length is None else int(length)
        self.has_body = b"transfer-encoding" in headers or bool(self.length)
        self.too_large = self.left = False
        self._receive, self._limit = receive, limit
        self._read = asyncio.Event()
        if not self.has_body:
            self._read.set()
        if (self.length or 0) > limit or (self.has_body and not limit):
            raise BODY_TOO_LARGE

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises ClientGone, `BODY_TOO_LARGE` once more than the limit has come."""
        taken, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.left = True
                self._read.set()
                raise ClientGone
            chunk, more = message.get("body", b""), message.get("more_body", False)
            taken += len(chunk)
            if taken > self._limit:
                self.too_large = True
                raise BODY_TOO_LARGE
            if chunk:
                yield chunk
        self._read.set()

    async def gone(self) -> None:
        """Return when the client has closed its connection. Sees it only once the body has been read."""
        await self._read.wait()
        while not self.left:
            self.left = (await self._receive())["type"] == "http.disconnect"


class Outbound:
    """The answer on its way to the client."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = self.ended = False

    async def start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Send the head."""
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def body(self, chunk: bytes) -> None:
        """Send a part; waits while the client is slow."""
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        """Say that it was all."""
        self.ended = True
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
