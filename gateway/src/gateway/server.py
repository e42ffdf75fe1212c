"""The HTTP server: uvicorn's loop and signals, our protocol, a watch over the connections, an end without a loss."""

import asyncio
import errno
import gc
import socket
import sys
from functools import partial
from heapq import nlargest
from math import inf
from typing import Any, cast

import structlog
import uvicorn
from starlette.types import ASGIApp

from gateway.answers import constant
from gateway.drain import Drain
from gateway.exchange import Headers
from gateway.form import COMPILED
from gateway.front.connection import Connection
from gateway.front.crowd import Crowd
from gateway.front.guard import Guard
from gateway.limits.addresses import Proxies
from gateway.settings import GatewaySettings

log = structlog.get_logger("gateway")
_GRACE_SECONDS = 25
_BACKLOG = 2048
_ROOMY = 0.75
"""Up to this part of the places nobody is sent away before their own time is over."""
_QUIET_SECONDS = 1.0
"""A connection that has been silent for so long while the gateway was leaving has nothing on its way."""


class DrainingServer(uvicorn.Server):
    """Says that it is leaving, takes requests for a while yet, then ends those under way."""

    def __init__(
        self,
        config: uvicorn.Config,
        drain: Drain,
        *,
        seconds: float,
        guard: Guard,
        admin: uvicorn.Config | None = None,
    ) -> None:
        """Requests are taken for so many `seconds` after the signal; `admin` is the operators' listener."""
        super().__init__(config)
        self._drain, self._seconds, self._guard = drain, seconds, guard
        self._admin = uvicorn.Server(admin) if admin else None
        self._listening: list[socket.socket] = []
        self._watch: asyncio.Task[None] | None = None
        self._alone = False

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Be all that this process does."""
        self._alone = True
        await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen for clients and, elsewhere, for operators."""
        if self._admin is not None:
            self._admin.config.load()
            self._admin.lifespan = self._admin.config.lifespan_class(self._admin.config)
            await self._admin.startup()
        self._listening = sockets or [_listening(self.config.host, self.config.port)]
        await super().startup(self._listening)
        if self._alone:
            _settle()
        self._watch = asyncio.create_task(self._watched())
        log.info("listening", host=self.config.host, port=self.config.port, compiled=COMPILED)

    async def main_loop(self) -> None:
        """Serve until a signal, then drain."""
        await super().main_loop()
        self._drain.begin()
        await asyncio.sleep(self._seconds)
        await self._stop_listening()
        await self._quiet()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way; operators may look until the end."""
        await super().shutdown(sockets)
        if self._watch is not None:
            self._watch.cancel()
        if self._admin is not None:
            await self._admin.shutdown()

    async def _stop_listening(self) -> None:
        """Take no more connections, but all that the system has taken for us: closing would reset those."""
        waiting = [connection for listener in self._listening for connection in _taken(listener)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        make = cast("Any", self.config.http_protocol_class)
        made: asyncio.Protocol = make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state, _loop=None
        )
        return made

    async def _quiet(self) -> None:
        """Wait until no idle connection can have a request on its way; each answer from now on ends its connection."""
        loop = asyncio.get_running_loop()
        until = loop.time() + 2 * _QUIET_SECONDS
        while (now := loop.time()) < until:
            if not any(each.quiet_for(now) < _QUIET_SECONDS for each in self._connections):
                return
            await asyncio.sleep(_QUIET_SECONDS / 20)

    async def _watched(self) -> None:
        """Look at every connection now and then: a timer for each request would cost more than all of this."""
        while True:
            await asyncio.sleep(self._guard.watch_seconds)
            now = asyncio.get_running_loop().time()
            for connection in self._connections:
                connection.check(now)
            self._make_room(now)

    def _make_room(self, now: float) -> None:
        """Let those go that have been silent for longest while few places are left.

        Else one machine that holds connections and asks nothing could keep everybody out.
        """
        crowd = len(self.server_state.connections) - int(_ROOMY * self._guard.connections)
        if crowd > 0:
            silent = [each for each in self._connections if _QUIET_SECONDS < each.quiet_for(now) < inf]
            for each in nlargest(crowd, silent, key=lambda each: each.quiet_for(now)):
                each.shutdown()

    @property
    def _connections(self) -> list[Connection]:
        return cast("list[Connection]", list(self.server_state.connections))


def _settle() -> None:
    """Keep the collector from looking at what lasts, and from looking at every request under way again and again.

    Requests leave next to no cycles; with the usual thresholds a seventh of the time went into looking for them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        log.error("cannot listen", host=host, port=port, reason=errno.errorcode.get(error.errno or 0, str(error)))
        sys.exit(uvicorn.config.STARTUP_FAILURE)
    made.listen(_BACKLOG)
    made.setblocking(False)
    return made


def _taken(listener: socket.socket) -> list[socket.socket]:
    taken: list[socket.socket] = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return taken
        connection.setblocking(False)
        taken.append(connection)


def server(app: ASGIApp, admin: ASGIApp, settings: GatewaySettings, drain: Drain) -> DrainingServer:
    """Return the server of the gateway's applications, not yet started."""
    guard = _guard(settings)
    crowd = Crowd(guard, Proxies(settings.gateway_trusted_proxies))
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        http=cast("Any", partial(Connection, crowd=crowd)),
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        headers=_texts(constant(strict_transport=settings.environment == "production")),
        backlog=_BACKLOG,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    seconds = settings.gateway_drain_seconds
    return DrainingServer(config, drain, seconds=seconds, guard=guard, admin=_admin(admin, settings))


def _texts(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("ascii"), value.decode("ascii")) for name, value in headers]


def _guard(settings: GatewaySettings) -> Guard:
    return Guard(
        connections=settings.gateway_client_connections,
        connections_of_one=settings.gateway_address_connections,
        head_seconds=settings.gateway_head_seconds,
        idle_seconds=settings.gateway_idle_seconds,
        body_seconds=settings.gateway_body_seconds,
        write_seconds=settings.gateway_write_seconds,
    )


def _admin(app: ASGIApp, settings: GatewaySettings) -> uvicorn.Config | None:
    if settings.gateway_admin_port is None:
        return None
    return uvicorn.Config(
        app,
        host=settings.gateway_admin_host,
        port=settings.gateway_admin_port,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
