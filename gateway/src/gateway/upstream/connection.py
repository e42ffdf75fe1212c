"""One connection to a service: one request at a time, its answer parsed as it comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import cast

import httptools

from gateway.upstream.answer import Answer
from gateway.upstream.errors import AnswerLost
from gateway.writes import writes_of

MAX_HEAD_BYTES, MAX_HEADERS = 64 * 1024, 200
_WRITE_BUFFER = 64 * 1024
_SWITCHING, _FINAL = 101, 200
_REST_OF_BODY_SECONDS = 0.5


class Connection(asyncio.Protocol):
    """Calls `released` once it is free again and `lost` when it is gone; both with itself."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        released: "Callable[[Connection], None]",
        lost: "Callable[[Connection], None]",
    ) -> None:
        self.idle_since = 0.0
        self.loop, self._released, self._lost = loop, released, lost
        self._writes = writes_of(loop)
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_bytes = 0
        self._in_head = self._bodiless = self._framed = self._ended = self._reusable = self._paused = False
        self._sender: asyncio.Task[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    @property
    def usable(self) -> bool:
        """Whether a request can be sent on it."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes, body: "AsyncIterator[bytes] | None", *, chunked: bool, bodiless: bool) -> Answer:
        """Send a request's head, with a short body already behind it, and let a long one follow.

        `bodiless`: the answer will have no body whatever its headers say (HEAD).
        """
        self._answer = answer = Answer(self, self.loop)
        self._head_bytes, self._headers = 0, []
        self._in_head, self._bodiless, self._framed, self._ended = True, bodiless, False, False
        if self._transport is not None:
            self._writes.write(self._transport, data)
        if body is not None:
            self._writes.flush()
            self._sender = self.loop.create_task(self._send_body(answer, body, chunked=chunked))
        return answer

    async def _send_body(self, answer: Answer, body: AsyncIterator[bytes], *, chunked: bool) -> None:
        try:
            async for chunk in body:
                await self._write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
            if chunked:
                await self._write(b"0\r\n\r\n")
        except Exception as error:  # noqa: BLE001 whatever the source raises is told to whoever waits for the answer
            answer.fail(error)
            self.abort()
        else:
            self._sender = None
            if self._ended:
                self._conclude()

    async def _write(self, data: bytes) -> None:
        transport = cast("asyncio.Transport", self._transport)
        if transport.is_closing():
            raise AnswerLost("closed while the body was sent")
        transport.write(data)
        if self._writable is not None:
            await self._writable

    def pause(self) -> None:
        """Stop reading until `resume`."""
        if not self._paused and self.usable:
            self._paused = True
            cast("asyncio.Transport", self._transport).pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._paused and self.usable:
            self._paused = False
            cast("asyncio.Transport", self._transport).resume_reading()

    def abort(self) -> None:
        """Close at once, losing whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Close a connection that is idle."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_WRITE_BUFFER)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the exchange under way; a body without a length ends with its connection."""
        self.resume_writing()
        if self._sender is not None:
            self._sender.cancel()
        answer, self._answer = self._answer, None
        if answer is not None:
            if answer.status and not self._framed and exc is None:
                answer.finish()
            else:
                answer.fail(AnswerLost(type(exc).__name__ if exc else "closed"))
        self._lost(self)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._answer is None:
            self.abort()  # an answer to nothing: whatever follows cannot be trusted
            return
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._break(f"not HTTP: {type(error).__name__}")
            return
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._break("the head is too large")
        elif self._ended:
            self._conclude()

    def on_message_begin(self) -> None:
        """Refuse a second answer to one request."""
        if self._ended or self._answer is None:
            raise AnswerLost("two answers")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are dropped."""
        if self._in_head:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Hand the head over, unless it is only an interim one."""
        status, headers = self._parser.get_status_code(), self._headers
        if len(headers) > MAX_HEADERS:
            raise AnswerLost("too many headers")
        if status == _SWITCHING:
            raise AnswerLost("an upgrade nobody asked for")
        if status < _FINAL:
            self._headers = []
            return
        self._in_head = False
        named = dict(headers)
        self._framed = b"content-length" in named or b"transfer-encoding" in named
        if self._answer is not None:
            self._answer.begin(status, headers)
        if self._bodiless:
            self._ended, self._reusable = True, False  # the parser awaits a body that will not come

    def on_body(self, body: bytes) -> None:
        """Hand a part of the body over."""
        if self._answer is not None and not self._bodiless:
            self._answer.feed(body)

    def on_message_complete(self) -> None:
        """Note the end; an interim answer has none."""
        if not self._in_head and not self._bodiless:
            self._ended, self._reusable = True, self._parser.should_keep_alive()

    def pause_writing(self) -> None:
        """Make the sender of the body wait."""
        self._writable = self.loop.create_future()

    def resume_writing(self) -> None:
        """Let the sender of the body go on."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def _conclude(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.finish()
        if self._paused:
            self.resume()
        if self._sender is not None:  # answered before the whole body was there: it may end by itself, but not for long
            self.loop.call_later(_REST_OF_BODY_SECONDS, self._stop_sending, self._sender)
        elif self._reusable and self.usable:
            self._released(self)
        else:
            self.close()

    def _stop_sending(self, sender: asyncio.Task[None]) -> None:
        if not sender.done():
            self.abort()

    def _break(self, reason: str) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.fail(AnswerLost(reason))
        self.abort()
