"""Which web pages of other origins may use the API (Fetch standard, «CORS protocol»), by configuration.

The API knows no cookies, so credentials mode is never allowed, and `*` is no origin here.
"""

from collections.abc import Iterable

from gateway.exchange import Exchange, Headers
from gateway.strictness import check_path
from gateway.table import Table

MAX_AGE_SECONDS = 7200  # what Chrome keeps at most
ALLOWED = (
    "Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, "
    "Cache-Control, X-Api-Key, X-Request-Id, X-Request-Timeout, traceparent, tracestate"
)
EXPOSED = (
    "ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, X-Request-Id, Idempotency-Replayed, Deprecation, Sunset, Content-Disposition, WWW-Authenticate"
)
_VARY_PREFLIGHT = (b"vary", b"access-control-request-method, access-control-request-headers")


class Cors:
    """Tells pages of configured origins, and no others, that they may read."""

    def __init__(self, origins: Iterable[str], table: Table) -> None:
        """`origins` are exact, such as `https://technopark.example`; without any, nothing is told."""
        self._table = table
        self._told: dict[bytes, Headers] = {}
        for origin in origins:
            name = origin.encode("ascii")
            self._told[name] = [
                (b"access-control-allow-origin", name),
                (b"access-control-expose-headers", EXPOSED.encode("ascii")),
            ]

    def answer(self, exchange: Exchange) -> Headers | None:
        """Return the headers of the answer to a preflight; else None, with what is told added to the exchange.

        Raises `BAD_PATH`, `NO_ROUTE` for a preflight of an address that does not exist. An origin that is not
        configured is told nothing: its browser keeps the answer from the page.
        """
        if not self._told:
            return None
        if exchange.method == "OPTIONS" and b"access-control-request-method" in exchange.headers:
            origin = exchange.headers[b"origin"]
            return self._preflight(exchange.scope["raw_path"], origin if origin in self._told else None)
        self.tell(exchange)
        return None

    def tell(self, exchange: Exchange) -> None:
        """Add what lets a page of a configured origin read the answer, whatever it will be."""
        exchange.answer_headers += self._told.get(exchange.headers.get(b"origin", b""), [])

    def _preflight(self, raw: bytes, origin: bytes | None) -> Headers:
        check_path(raw)
        methods = self._table.methods(raw.decode("ascii"))
        if origin is None:
            return [_VARY_PREFLIGHT]
        return [
            _VARY_PREFLIGHT,
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", ", ".join(methods).encode("ascii")),
            (b"access-control-allow-headers", ALLOWED.encode("ascii")),
            (b"access-control-max-age", b"%d" % MAX_AGE_SECONDS),
        ]
