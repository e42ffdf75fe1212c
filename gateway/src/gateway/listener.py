"""A client's connection: HTTP/1.1 by httptools, requests answered one after another in the order they came.

It stands in uvicorn's place for the protocol because that costs as much as all the rest of a proxied request
(docs/decisions/0013-what-made-the-gateway-fast.md). Of uvicorn remain the loop, the sockets and the end of the server.
"""

import asyncio
from collections import deque
from typing import Any, cast
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.server import ServerState

from chassis.telemetry import Scope
from gateway.turn import Turn

_LINGER_SECONDS = 1.0
_MAX_HEAD_BYTES = 64 * 1024
_HIGH_WATER = 64 * 1024
"""Bytes of an unread body at which the connection is no longer read."""
_MAX_WAITING = 64
"""Requests sent ahead of their answers."""


class TooMuch(Exception):
    """A head too long, or too many requests ahead of their answers."""


_EMPTY = b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Listener(asyncio.Protocol):
    """Made by uvicorn for each connection."""

    bad_request = _EMPTY % b"400 Bad Request"
    too_slow = _EMPTY % b"408 Request Timeout"
    head_seconds, stall_seconds = 10.0, 30.0
    """How long a head may take from its first byte to its last, and a body from one part to the next."""
    look_seconds = 2.0
    """How often it is looked whether they are over: no request pays for a timer of its own."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self.loop = _loop or asyncio.get_event_loop()
        self._app, self._state, self._app_state = config.loaded_app, server_state, app_state
        self._keep_alive_seconds = config.timeout_keep_alive
        self._parser = httptools.HttpRequestParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._url, self._head_bytes = b"", 0
        self._in_head = self._deaf = self._broken = self._leaving = self._paused = False
        self._answering: Turn | None = None
        self._arriving: Turn | None = None
        """Whose body is being received; the last of those waiting, or the one being answered."""
        self._waiting: deque[Turn] = deque()
        self._writable: asyncio.Future[None] | None = None
        self._common: tuple[object, bytes] = (None, b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        self.transport = cast("asyncio.Transport", transport)
        server, client = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        self._server = tuple(server[:2]) if isinstance(server, tuple) else None
        self._client = tuple(client[:2]) if isinstance(client, tuple) else None
        self._scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        self._since = self._heard = self.loop.time()
        self._timer = self.loop.call_later(self.look_seconds, self._look)
        self._state.connections.add(cast("Any", self))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the work for a client that has left."""
        self._state.connections.discard(cast("Any", self))
        self._timer.cancel()
        self._deaf = True
        self._waiting.clear()
        if self._answering is not None:
            self._stop(self._answering, "client-gone")
        self.resume_writing()

    def eof_received(self) -> None:
        """Close: a client that sends no more is not waited for."""

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._deaf:
            return
        self._heard = self.loop.time()
        try:
            self._parser.feed_data(data)
            if self._in_head:
                self._head_bytes += len(data)
                if self._head_bytes > _MAX_HEAD_BYTES:
                    self._refuse()
        except httptools.HttpParserUpgrade:
            self._deaf = True  # the request is answered like any other, without the upgrade
        except httptools.HttpParserError:
            self._refuse()

    def pause_writing(self) -> None:
        """Make those who answer wait."""
        self._writable = self.loop.create_future()

    def resume_writing(self) -> None:
        """Let them go on."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._url, self._headers, self._in_head, self._head_bytes = b"", [], True, 0
        self._since = self._heard

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are dropped."""
        if self._in_head:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Start the request, or let it wait for its turn."""
        self._in_head = False
        if len(self._waiting) >= _MAX_WAITING:
            raise TooMuch
        parser, scope = self._parser, self._scope()
        turn = self._arriving = Turn(
            self,
            scope,
            keep_alive=parser.should_keep_alive() and not parser.should_upgrade() and not self._leaving,
            awaits_continue=any(
                name == b"expect" and value.lower() == b"100-continue" for name, value in self._headers
            ),
        )
        if self._answering is None:
            self._begin(turn)
        else:
            self._waiting.append(turn)
            self.balance()

    def on_body(self, body: bytes) -> None:
        """Hand a part of the body over."""
        if self._arriving is not None:
            self._arriving.feed(body)
            if self._arriving.held > _HIGH_WATER:
                self.balance()

    def on_message_complete(self) -> None:
        """Hand over that the body is whole."""
        if self._arriving is not None:
            self._arriving.finish()

    @property
    def common(self) -> bytes:
        """Header lines of every answer; uvicorn makes a new list of them every second."""
        headers = self._state.default_headers
        if headers is not self._common[0]:
            self._common = headers, b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._common[1]

    def write(self, data: bytes) -> None:
        """Send, unless the connection is about to close."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def writable(self) -> None:
        """Wait while the client does not take what has been sent."""
        while self._writable is not None:
            await self._writable

    def balance(self) -> None:
        """Stop reading while requests wait or a body is not taken; read on otherwise."""
        held = self._arriving.held if self._arriving is not None else 0
        full = bool(self._waiting) or held > _HIGH_WATER
        if full != self._paused and not self.transport.is_closing():
            self._paused = full
            self.transport.pause_reading() if full else self.transport.resume_reading()

    def over(self, turn: Turn) -> None:
        """Go on to the next request, or wait for it, or close."""
        self._answering = None
        self._state.total_requests += 1
        if turn.begun and not turn.answered and turn.scope["http_version"] != "1.1":
            self.transport.abort()  # to such a client an orderly end would say that this was all
        elif not turn.keep_alive or self._leaving:
            self._close()
        elif self._waiting:
            self._begin(self._waiting.popleft())
            self.balance()
        elif self._broken:
            self._last(self.bad_request)
        else:
            self._since = self.loop.time()
            self.balance()

    def shutdown(self) -> None:
        """End the connection once the request under way is answered."""
        self._leaving = True
        if self._answering is None:
            self.transport.close()
        else:
            self._answering.keep_alive = False

    def _last(self, answer: bytes) -> None:
        self._deaf = True
        self.write(answer)
        self._close()

    def _close(self) -> None:
        """Close; a client that is still sending is listened to a little longer, else it would lose its answer."""
        sending = self._in_head or (self._arriving is not None and not self._arriving.complete)
        if not sending or not self.transport.can_write_eof():
            self.transport.close()
            return
        self._deaf = True
        if self._paused:
            self.transport.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    def _scope(self) -> Scope:
        path, _, query = self._url.partition(b"?")
        if not path.startswith(b"/") or b"#" in self._url:
            parsed = httptools.parse_url(self._url)
            path, query = parsed.path, parsed.query or b""
        text = path.decode("latin-1")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": self._parser.get_http_version(),
            "server": self._server,
            "client": self._client,
            "scheme": self._scheme,
            "method": self._parser.get_method().decode("ascii"),
            "root_path": "",
            "path": unquote(text) if "%" in text else text,
            "raw_path": path,
            "query_string": query,
            "headers": self._headers,
            "state": self._app_state.copy(),
            "abort": self.transport.abort,  # for an answer whose client does not read: closing would wait for it
        }

    def _begin(self, turn: Turn) -> None:
        self._answering = turn
        task = self.loop.create_task(turn.run(self._app))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    def _refuse(self) -> None:
        """Stop listening to what is not HTTP; what was asked before is answered first."""
        self._deaf = True
        arriving = self._arriving if self._arriving is not None and not self._arriving.complete else None
        if arriving is not None and arriving is self._answering:
            begun = arriving.begun
            self._stop(arriving, "client-gone")
            self.transport.close() if begun else self._last(self.bad_request)
        elif self._answering is not None:
            if arriving is not None:
                self._waiting.remove(arriving)
            self._broken = True
        else:
            self._last(self.bad_request)

    def _look(self) -> None:
        """Close what has been idle or slow for too long."""
        if self._deaf:
            return  # it closes by itself
        now = self.loop.time()
        self._timer = self.loop.call_later(self.look_seconds, self._look)
        arriving = self._answering if self._answering is self._arriving else None
        if self._in_head:
            if now - self._since > self.head_seconds and self._answering is None:
                self._last(self.too_slow)
        elif self._answering is None:
            if now - self._since > self._keep_alive_seconds:
                self.transport.close()
        elif (
            arriving is not None
            and not arriving.complete
            and not self._paused
            and now - self._heard > self.stall_seconds
        ):
            self._stop(arriving, "slow-body")
            self.transport.close()

    def _stop(self, turn: Turn, ending: str) -> None:
        turn.leave()
        exchange = turn.scope.get("exchange")
        if exchange is not None:
            exchange.stop(ending)
