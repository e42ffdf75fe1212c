"""Which headers pass the door, in each direction.

Hop-by-hop headers (RFC 9110 §7.6.1, and every name that Connection lists) never pass. Headers by which a service might
learn who the caller or the client is are dropped from outside and set here. Cookies are not part of the API.
"""

import re
import secrets
from collections.abc import Iterable

from chassis.telemetry import Scope

Headers = list[tuple[str, str]]

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"}
    | {"te", "trailer", "transfer-encoding", "upgrade", "http2-settings"}
)
_NEVER_IN = frozenset(
    {"host", "expect", "cookie", "forwarded", "via", "content-length", "x-request-id", "traceparent", "remote-user"}
    | {"x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "x-original-url", "x-rewrite-url"}
    | {"x-http-method", "x-http-method-override", "x-method-override"}
)
_IDENTITY = ("x-forwarded-", "x-user", "x-tenant", "x-role", "x-internal-", "x-gateway-", "x-auth", "x-remote-")
_NEVER_OUT = frozenset({"server", "date", "set-cookie", "x-powered-by", "x-request-id", "via"})
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def listed_in_connection(headers: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names that Connection declares to be of this hop only."""
    return {
        token.strip().lower() for name, value in headers if name.lower() == "connection" for token in value.split(",")
    }


def to_service(scope: Scope, request_id: str) -> Headers:
    """Return what a service is told, the length of the body excepted."""
    offered = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    dropped = _HOP_BY_HOP | _NEVER_IN | listed_in_connection(offered)
    traced = dict(offered).get("traceparent", "")
    if not _TRACEPARENT.fullmatch(traced):
        traced = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        dropped |= {"tracestate"}
    passed = [(name, value) for name, value in offered if name not in dropped and not name.startswith(_IDENTITY)]
    client = scope.get("client")
    return [
        *passed,
        ("X-Request-Id", request_id),
        ("traceparent", traced),
        ("X-Forwarded-For", client[0] if client else "unknown"),
        ("X-Forwarded-Proto", scope["scheme"]),
        ("X-Forwarded-Host", dict(offered).get("host", "")),
    ]


def to_client(headers: Iterable[tuple[str, str]], *, private: bool) -> list[tuple[bytes, bytes]]:
    """Return what the client is told; a private answer is not to be stored unless the service says otherwise."""
    answered = list(headers)
    dropped = _HOP_BY_HOP | _NEVER_OUT | listed_in_connection(answered)
    passed = [(name.lower(), value) for name, value in answered if name.lower() not in dropped]
    if private and not any(name == "cache-control" for name, _ in passed):
        passed.append(("cache-control", "no-store"))
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in passed]
