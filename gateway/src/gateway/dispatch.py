"""Decide where a request goes: the gateway's own pages, a service, or nowhere."""

from collections.abc import Iterable

from chassis.identity import UNAUTHENTICATED, TokenVerifier
from chassis.telemetry import App, Receive, Scope, Send
from gateway.proxy import Proxy
from gateway.table import Table

_MAX_TOKEN = 8192
_OWN = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json", "/docs"})


class Dispatch:
    """Pure ASGI application behind the strict door."""

    def __init__(self, table: Table, verifier: TokenVerifier, proxy: Proxy, own: App) -> None:
        self._table, self._verifier, self._proxy, self._own = table, verifier, proxy, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope. Raises what `Table.match`, `TokenVerifier.verify` and `Proxy.forward` raise."""
        if scope["type"] != "http" or scope["path"] in _OWN or scope["path"].startswith("/docs/"):
            await self._own(scope, receive, send)
            return
        match = self._table.match(scope["method"], scope["raw_path"].decode("ascii"))
        scope["route"] = match.route
        if not match.route.anonymous:
            await self._verifier.verify(bearer_token(scope["headers"]))
        await self._proxy.forward(match, scope, receive, send)


def bearer_token(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the access token of a request. Raises `UNAUTHENTICATED`."""
    scheme, _, token = dict(headers).get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= _MAX_TOKEN:
        raise UNAUTHENTICATED
    return token
