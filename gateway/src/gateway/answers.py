"""Headers of every answer, whoever gave it."""

from collections.abc import MutableMapping
from typing import Any

from chassis.telemetry import App, Receive, Scope, Send
from gateway.drain import Drain

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_UNLESS_SET = ((b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),)
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class AnswerHeaders:
    """Pure ASGI middleware: security headers; while draining, an invitation to reconnect elsewhere."""

    def __init__(self, app: App, drain: Drain, *, strict_transport: bool) -> None:
        self._app, self._drain = app, drain
        self._always = (*_ALWAYS, _TLS_ONLY) if strict_transport else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name for name, _ in given}
                added = [*self._always, *(header for header in _UNLESS_SET if header[0] not in names)]
                if self._drain.begun and b"connection" not in names:
                    added.append((b"connection", b"close"))
                message["headers"] = [*given, *added]
            await send(message)

        await self._app(scope, receive, answer)
