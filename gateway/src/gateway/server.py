"""The HTTP server: a problem document for what is not HTTP, and an end that loses no request."""

import asyncio
import json
import socket
from http import HTTPStatus

import uvicorn

from chassis.problem import TYPE_ROOT, Problem
from chassis.telemetry import App
from gateway.drain import Drain
from gateway.listener import Listener
from gateway.refusals import BAD_REQUEST, TOO_SLOW
from gateway.settings import GatewaySettings

_GRACE_SECONDS = 25
_KEEP_ALIVE_SECONDS = 75


def _whole(refusal: Problem) -> bytes:
    """Return an answer that needs no request to have been understood."""
    told = {
        "type": TYPE_ROOT + refusal.code,
        "title": refusal.title.ru,
        "status": refusal.status,
        "detail": refusal.detail.ru,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    head = (
        b"HTTP/1.1 %d %b\r\ncontent-type: application/problem+json\r\nx-content-type-options: nosniff\r\n"
        b"connection: close\r\ncontent-length: %d\r\n\r\n"
    )
    return head % (refusal.status, HTTPStatus(refusal.status).phrase.encode(), len(body)) + body


class ProblemListener(Listener):
    """HTTP/1.1 whose parse errors are answered like every other refusal, and end the connection."""

    bad_request, too_slow = _whole(BAD_REQUEST), _whole(TOO_SLOW)


class DrainingServer(uvicorn.Server):
    """Says that it is leaving, takes requests for a while yet, then ends those under way."""

    def __init__(self, config: uvicorn.Config, drain: Drain, *, seconds: float, admin: uvicorn.Config | None) -> None:
        super().__init__(config)
        self._drain, self._seconds = drain, seconds
        self._admin = uvicorn.Server(admin) if admin else None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen for clients and, elsewhere, for operators."""
        if self._admin is not None:
            self._admin.config.load()
            self._admin.lifespan = self._admin.config.lifespan_class(self._admin.config)
            await self._admin.startup()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way; operators may look until the end."""
        await super().shutdown(sockets)
        if self._admin is not None:
            await self._admin.shutdown()

    async def main_loop(self) -> None:
        """Serve until a signal, then drain."""
        await super().main_loop()
        self._drain.begin()
        await asyncio.sleep(self._seconds)


def server(app: App, admin: App, settings: GatewaySettings, drain: Drain) -> DrainingServer:
    """Return the server of the gateway's applications, not yet started."""
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        http=ProblemListener,
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return DrainingServer(config, drain, seconds=settings.gateway_drain_seconds, admin=_admin(admin, settings))


def _admin(app: App, settings: GatewaySettings) -> uvicorn.Config | None:
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
