"""A client's connection: requests parsed as they come, answered one after another, within the limits of a guard."""

import asyncio
from collections import deque
from typing import Any, cast

import httptools
import uvicorn
from starlette.types import Scope
from uvicorn.server import ServerState

from chassis.problem import Problem
from gateway.front.crowd import NOT_TAKEN, Crowd, refused_unread
from gateway.front.cycle import Cycle
from gateway.front.pace import Pace
from gateway.front.refused import Refused, check_hosts, check_unusual, check_version
from gateway.front.target import read_target
from gateway.front.wire import Wire
from gateway.front.words import last_words
from gateway.front.worker import Worker
from gateway.refusals import BAD_REQUEST, HEADERS_TOO_LARGE, SLOW_REQUEST, TOO_MANY_CLIENTS

_HIGH_WATER = 64 * 1024
"""Bytes of an unread body at which the connection is no longer read."""
_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Connection(Wire):
    """Made by uvicorn for each client; has what uvicorn asks of a protocol, and `check` for the server's watch."""

    def __init__(
        self,
        *,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        crowd: Crowd,
    ) -> None:
        super().__init__(_loop or asyncio.get_running_loop(), server_state, crowd.guard)
        self._crowd = crowd
        self._app_state = app_state
        self._worker = Worker(self.loop, config.loaded_app, server_state.tasks)
        self._parser = httptools.HttpRequestParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._hosts: list[bytes] = []
        self._url, self._expected = b"", False
        self._read, self._without_body = 0, 0
        """Bytes of this read, and of all since a part of a body or the end of a request: heads, what frames chunks,
        trailers. The parser keeps of these what it has not told yet."""
        self._known_hosts: list[bytes] = []
        self._in_head = self._deaf = self._leaving = self._used = self._entered = False
        self._arriving: Cycle | None = None
        """Whose body comes."""
        self._answering: Cycle | None = None
        self._waiting: deque[Cycle] = deque()
        self._afterwards: Problem | None = None
        """What is told when those before have been answered."""
        self._pace = Pace(crowd.guard)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen, unless too many are listened to."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._entered = self._crowd.enter(self._address)
        if self._entered:
            self._state.connections.add(cast("Any", self))
        else:
            self._deaf = True
            self.transport.write(last_words(TOO_MANY_CLIENTS))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the work for a client that has left."""
        if self._entered:
            self._state.connections.discard(cast("Any", self))
            self._crowd.leave(self._address)
        self._deaf = True
        self._waiting.clear()
        if self._answering is not None and not self._answering.ended:
            self._answering.leave()
        self._worker.leave()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._deaf:
            self._drop(len(data))
            return
        self._read = len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._deaf = True  # answered like any other request, without the upgrade; what follows is not HTTP
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.problem if isinstance(cause, Refused) else BAD_REQUEST)
        else:
            self._without_body += self._read
            if self._without_body > self._guard.head_bytes:
                self._refuse(HEADERS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._url, self._headers, self._hosts = b"", [], []
        self._in_head, self._expected = True, False
        self._since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are dropped."""
        if not self._in_head:
            return
        name = name.lower()
        self._headers.append((name, value))
        if name == b"host":
            self._hosts.append(value)
        elif name == b"expect":
            self._expected = True

    def on_headers_complete(self) -> None:
        """Start the request, or let it wait for its turn."""
        self._in_head = False
        if len(self._headers) > self._guard.headers:
            raise Refused(HEADERS_TOO_LARGE)
        if len(self._waiting) >= self._guard.pipelined:
            raise Refused(BAD_REQUEST)
        scope, upgrade = self._scope(), self._parser.should_upgrade()
        if self._expected or upgrade:
            check_unusual(self._headers, upgrade=upgrade)
        keep_alive = self._parser.should_keep_alive() and not upgrade and not self._leaving
        self._arriving = cycle = Cycle(self, scope, keep_alive=keep_alive, expected=self._expected)
        if self._answering is None:
            self._begin(cycle)
        else:
            self._waiting.append(cycle)
            self.balance()

    def on_body(self, body: bytes) -> None:
        """Hand a part of the body over."""
        self._without_body = -self._read
        cycle = self._arriving
        if cycle is not None:
            cycle.feed(body)
            if cycle.held > _HIGH_WATER:
                self.balance()

    def on_message_complete(self) -> None:
        """Hand over that the body is whole."""
        self._without_body = -self._read
        if self._arriving is not None:
            self._arriving.finish()
            self._arriving = None

    def balance(self) -> None:
        """Stop reading while requests wait or a body is not taken; read on otherwise."""
        held = self._arriving.held if self._arriving is not None else 0
        full = bool(self._waiting) or held > _HIGH_WATER
        if full != self._paused and not self.transport.is_closing():
            self._paused = full
            self._pace.rest()
            self.transport.pause_reading() if full else self.transport.resume_reading()

    def over(self, cycle: Cycle) -> None:
        """Go on to the next request, or wait for it, or close."""
        cycle.flush()
        self._answering = None
        self._writes.busy -= 1
        self._state.total_requests += 1
        self._since, self._used = self.loop.time(), True
        if not cycle.ended or not cycle.keep_alive or self._leaving:
            self._close(linger=not cycle.complete)
        elif self._waiting:
            self._begin(self._waiting.popleft())
            self.balance()
        elif self._afterwards is not None:
            self._last(self._afterwards)
        elif self._paused:
            self.balance()

    def shutdown(self) -> None:
        """End the connection once the request under way is answered; called by uvicorn."""
        self._leaving = True
        if self._answering is None:
            self._writes.flush()
            self.transport.close()
        else:
            self._answering.keep_alive = False

    def quiet_for(self, now: float) -> float:
        """Return for how many seconds nothing has been asked; forever while a request is under way."""
        return float("inf") if self._answering is not None or self._deaf else now - self._since

    def check(self, now: float) -> None:
        """Refuse or close what is slower than the guard allows; called by the server's watch."""
        untaken = self.transport.get_write_buffer_size()
        if untaken and (self.blocked is not None or self._answering is None):
            self._since = now  # silence begins once it has taken all
            if not self._pace.takes(untaken, now):
                refused_unread(NOT_TAKEN)
                self.transport.abort()
            return
        self._pace.took_all()
        if self._answering is None:
            self._check_silence(now - self._since)
        elif self._arriving is not None and not self._deaf:
            self._check_body(self._arriving, now)

    def _check_silence(self, waited: float) -> None:
        guard = self._guard
        if self._deaf:
            if waited > guard.linger_seconds:
                self.transport.abort()
        elif self._in_head:
            if waited > guard.head_seconds:
                self._refuse(SLOW_REQUEST)
        elif waited > (guard.idle_seconds if self._used else guard.head_seconds):
            self.transport.close()

    def _check_body(self, cycle: Cycle, now: float) -> None:
        if not cycle.awaited or cycle is not self._answering:
            self._pace.rest()
        elif not self._pace.gives(cycle.received, now):
            self._refuse(SLOW_REQUEST)

    def _scope(self) -> Scope:
        check_version(self._parser.get_http_version())
        if self._hosts != self._known_hosts:
            check_hosts(self._hosts)
            self._known_hosts = self._hosts
        target = read_target(self._url, self._hosts[0])
        if target is None:
            raise Refused(BAD_REQUEST)
        path, raw_path, query = target
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": "1.1",
            "server": self._server,
            "client": self._client,
            "scheme": "http",
            "method": self._parser.get_method().decode("ascii"),
            "root_path": "",
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": self._headers,
            "state": self._app_state.copy(),
            "abort": self.transport.abort,  # for an answer whose client does not read: closing would wait for it
        }

    def _begin(self, cycle: Cycle) -> None:
        self._answering = cycle
        self._writes.busy += 1
        self._pace.rest()
        self._worker.begin(cycle)

    def _refuse(self, problem: Problem) -> None:
        """Listen no more. What was asked before is answered first; a body that breaks off is told to its reader."""
        self._deaf = True
        self._since = self.loop.time()
        broken, self._arriving = self._arriving, None
        if broken is not None and broken is self._answering:
            broken.fail(problem)
            return
        refused_unread(problem.code)
        if broken is not None:
            self._waiting.remove(broken)
        if self._answering is None:
            self._last(problem)
        else:
            self._afterwards = problem

    def _last(self, problem: Problem) -> None:
        self.write(last_words(problem))
        self._close(linger=True)

    def _close(self, *, linger: bool) -> None:
        """Close; with `linger` only for writing, so that a client still sending does not lose the answer by a reset."""
        self._deaf, self._afterwards = True, None
        self._waiting.clear()
        self._hang_up(linger=linger)
