"""What operators see, on a listener of its own that no client reaches: probes and metrics."""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.registry import Collector
from starlette.types import Receive, Scope, Send

from gateway.readiness import Readiness

_JSON = b"application/json"


class Admin:
    """Pure ASGI application: /livez, /readyz, /metrics."""

    def __init__(self, readiness: Readiness, collectors: Iterable[Collector]) -> None:
        """`collectors` are of this gateway, beside those of the process."""
        self._readiness, self._own = readiness, CollectorRegistry()
        for collector in collectors:
            self._own.register(collector)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] == "http":
            status, media, body = self._answer(scope["path"] if scope["method"] in ("GET", "HEAD") else "")
            headers = [
                (b"content-type", media),
                (b"content-length", b"%d" % len(body)),
                (b"cache-control", b"no-store"),
            ]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def _answer(self, path: str) -> tuple[int, bytes, bytes]:
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST.encode(), generate_latest(REGISTRY) + generate_latest(self._own)
        if path in ("/livez", "/readyz"):
            status = "ok" if path == "/livez" else self._readiness.status
            return 200 if status == "ok" else 503, _JSON, b'{"status":"%b"}' % status.encode("ascii")
        return 404, _JSON, b"{}"
