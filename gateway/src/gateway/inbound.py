"""The body of a request: short ones whole, long ones as they come, and never more than allowed."""

from collections.abc import AsyncIterator

from gateway.exchange import Exchange
from gateway.refusals import BODY_TOO_LARGE
from gateway.upstream.pool import Body

KEPT_BYTES = 64 * 1024
"""A body up to this length is read before a service is asked: a slow client keeps no service waiting, and the request
can be sent again."""


class ClientGone(ConnectionAbortedError):
    """The client closed its connection before the exchange was complete."""


def has_body(exchange: Exchange) -> bool:
    """Tell whether a request has a body that `body_of` could return."""
    headers = exchange.headers
    return b"content-length" in headers or b"transfer-encoding" in headers


async def body_of(exchange: Exchange, limit: int) -> tuple[Body, int | None]:
    """Return the body with, when it is streamed, its declared length; `limit` is in bytes.

    Raises `BODY_TOO_LARGE`, also from within the stream; ClientGone.
    """
    declared = exchange.headers.get(b"content-length")
    length = None if declared is None else int(declared)
    if not length and b"transfer-encoding" not in exchange.headers:
        return b"", 0
    if not limit or (length or 0) > limit:
        raise BODY_TOO_LARGE
    if length is not None and length > KEPT_BYTES:
        return _stream(exchange, limit, b"", more=True), length
    begun, more = await _begun(exchange, limit)
    return (_stream(exchange, limit, begun, more=True), length) if more else (begun, len(begun))


async def _begun(exchange: Exchange, limit: int) -> tuple[bytes, bool]:
    """Return what comes until the end or until it is too much to keep, and whether there is more."""
    kept, more = bytearray(), True
    while more and len(kept) <= KEPT_BYTES:
        chunk, more = await _next(exchange)
        kept += chunk
        if len(kept) > limit:
            raise BODY_TOO_LARGE
    return bytes(kept), more


async def _stream(exchange: Exchange, limit: int, begun: bytes, *, more: bool) -> AsyncIterator[bytes]:
    taken = len(begun)
    if begun:
        yield begun
    while more:
        chunk, more = await _next(exchange)
        taken += len(chunk)
        if taken > limit:
            raise BODY_TOO_LARGE
        if chunk:
            yield chunk


async def _next(exchange: Exchange) -> tuple[bytes, bool]:
    message = await exchange.receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)
