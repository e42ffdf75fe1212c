"""Which headers pass the door, in each direction.

Hop-by-hop headers (RFC 9110 §7.6.1, and every name that Connection lists) never pass. Headers by which a service might
learn who the caller or the client is are dropped from outside and set here. Cookies are not part of the API.
"""

from collections.abc import Iterable

from gateway.exchange import Exchange, Headers

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"}
    | {b"te", b"trailer", b"transfer-encoding", b"upgrade", b"http2-settings"}
)
_NEVER_IN = _HOP_BY_HOP | frozenset(
    {b"host", b"expect", b"cookie", b"forwarded", b"via", b"content-length", b"x-request-id", b"traceparent"}
    | {b"remote-user", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip", b"x-original-url"}
    | {b"x-rewrite-url", b"x-http-method", b"x-http-method-override", b"x-method-override", b"x-api-key"}
    | {b"x-request-timeout", b"x-request-deadline-ms"}
)
_IDENTITY = (
    b"x-forwarded-", b"x-user", b"x-tenant", b"x-role", b"x-internal-", b"x-gateway-", b"x-auth", b"x-remote-",
)  # fmt: skip
_HARMLESS = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"authorization", b"content-type", b"user-agent"}
    | {b"idempotency-key", b"if-match", b"if-none-match"}
)  # what nearly every request has, looked up before the dearer question
_NEVER_OUT = (
    _HOP_BY_HOP
    | {b"server", b"date", b"set-cookie", b"x-powered-by", b"x-request-id", b"via"}
    | {b"content-security-policy", b"x-content-type-options", b"x-frame-options", b"referrer-policy", b"keep-alive"}
)
OF_A_BODY = frozenset({b"range", b"if-range"})
"""What has a meaning for GET only (RFC 9110 §14.2): a HEAD is asked as a GET."""
PAGE_POLICY = b"content-security-policy"
"""What a page of a service says of itself: only pages of a row that is marked so may."""
_NAMES_NONE = frozenset({b"close", b"keep-alive", b"Keep-Alive"})
"""What nearly every Connection header says: nothing that is not dropped anyway."""
_KEPT = b"keep-alive"
_CACHE = {
    "no-store": [(b"cache-control", b"no-store")],
    "revalidate": [(b"cache-control", b"private, no-cache"), (b"vary", b"authorization")],
    "public": [(b"cache-control", b"public, max-age=300")],
}


def listed_in_connection(headers: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """Return the names that Connection declares to be of this hop only."""
    told = [value for name, value in headers if name == b"connection" and value not in _NAMES_NONE]
    return {token.strip().lower() for value in told for token in value.split(b",")}


def _passes(name: bytes) -> bool:
    return name not in _NEVER_IN and not name.startswith(_IDENTITY)


def to_service(exchange: Exchange) -> Headers:
    """Return what a service is told; what frames the body is not among it."""
    offered, named = exchange.scope["headers"], exchange.headers
    dropped = _NEVER_IN
    if b"connection" in named:  # of which there may be several
        dropped = dropped | listed_in_connection(offered)
    if b"tracestate" in named and not exchange.trace_continued:
        dropped = dropped | {b"tracestate"}
    if exchange.authorization is not None:
        dropped = dropped | {b"authorization"}
    if exchange.method == "HEAD":
        dropped = dropped | OF_A_BODY
    passed = [each for each in offered if each[0] in _HARMLESS or _passes(each[0])]
    if dropped is not _NEVER_IN:
        passed = [each for each in passed if each[0] not in dropped]
    if exchange.authorization is not None:
        passed.append((b"authorization", exchange.authorization))
    passed += (
        (b"x-request-id", exchange.request_id.encode("ascii")),
        (b"traceparent", exchange.traceparent.encode("ascii")),
        (b"x-forwarded-for", exchange.address.encode("ascii")),
        (b"x-forwarded-proto", exchange.scope["scheme"].encode("ascii")),
        (b"x-forwarded-host", named.get(b"host", b"")),
    )
    return passed


def to_client(headers: Headers, exchange: Exchange, *, status: int = 200) -> Headers:
    """Return what the client is told; an answer may be stored as its row says unless the service says otherwise.

    Not a refusal: whoever brings one about, by a short deadline say, must not have a shared cache keep it for others.
    """
    named, dropped = dict(headers), _NEVER_OUT
    if named.get(b"connection", _KEPT) not in _NAMES_NONE or len(named) != len(headers):
        dropped = dropped | listed_in_connection(headers)  # of several the last is not all
    passed = [header for header in headers if header[0] not in dropped]
    match = exchange.match
    if match is not None and match.route.page:
        passed += [header for header in headers if header[0] == PAGE_POLICY]
    if match is not None and b"cache-control" not in named:
        route = match.route
        if status >= 400:
            passed += _CACHE["no-store"]
        elif not route.anonymous or route.limits.cache == "public":
            passed += _CACHE[route.limits.cache]
    return passed
