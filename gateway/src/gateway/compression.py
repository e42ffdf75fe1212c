"""Answers made smaller for clients that ask for it; those that do not ask never come here.

What must not be kept (`no-store`: tokens, passwords, keys) is not compressed either: the length of a compressed secret
beside text of an attacker's choice tells of the secret (BREACH). Other answers are safe from that because the API knows
no cookies: a foreign page cannot make a browser ask in its user's name.
"""

import asyncio
import zlib
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, Protocol

import brotli
import zstandard
from prometheus_client import Counter
from starlette.types import Send

from gateway.exchange import Exchange, Headers

COMPRESSED = Counter("gateway_compressed_bytes_total", "Answers before and after compression", ["coding", "side"])

LEAST_BYTES = 1024
SLICE = 64 * 1024
"""Compressed in one go: about a millisecond; then other requests have their turn."""
_WINDOW_BITS = 18  # 256 KiB of memory for an answer, whatever its length
_BODILESS = (204, 205, 206, 304)
_SECRET_CLASSES = ("sign-in", "token")
_TEXTS = ("application/json", "application/javascript", "application/xml", "image/svg+xml")
_VARY = (b"vary", b"accept-encoding")


class Encoder(Protocol):
    """A compressor of one answer."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a part; return what is ready, perhaps nothing."""

    def flush(self) -> bytes:
        """Return the rest."""


class _Brotli:
    """Brotli at the level that costs about what gzip does."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=4, lgwin=_WINDOW_BITS)

    def compress(self, data: bytes, /) -> bytes:
        """Take a part."""
        part: bytes = self._compressor.process(data)
        return part

    def flush(self) -> bytes:
        """Return the rest."""
        rest: bytes = self._compressor.finish()
        return rest


_ZSTD = zstandard.ZstdCompressionParameters.from_level(3, window_log=_WINDOW_BITS)
CODINGS: dict[str, Callable[[], Encoder]] = {
    "zstd": lambda: zstandard.ZstdCompressor(compression_params=_ZSTD).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(4, zlib.DEFLATED, 16 + zlib.MAX_WBITS),
}
"""The best first."""


@lru_cache(maxsize=256)
def preferred(accepted: bytes) -> str | None:
    """Return the coding to use for an Accept-Encoding (RFC 9110 §12.5.3); None to leave the answer as it is."""
    weights: dict[str, float] = {}
    for choice in accepted.decode("latin-1").lower().split(","):
        name, _, parameter = choice.partition(";")
        weights[name.strip()] = _weight(parameter)
    rest = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, rest))
    weight = weights.get(best, rest)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=256)
def compressible(content_type: bytes) -> bool:
    """Tell whether a media type is text; event streams are not, their parts must arrive at once."""
    media = content_type.decode("latin-1").partition(";")[0].strip().lower()
    if media == "text/event-stream":
        return False
    return media in _TEXTS or media.startswith("text/") or media.endswith(("+json", "+xml"))


def worthwhile(status: int, named: MutableMapping[bytes, bytes]) -> bool:
    """Tell whether an answer may be compressed; its headers by lower-case name."""
    if status in _BODILESS or b"content-encoding" in named or b"content-range" in named:
        return False
    control, length = named.get(b"cache-control", b""), named.get(b"content-length")
    if b"no-store" in control or b"no-transform" in control or (length is not None and int(length) < LEAST_BYTES):
        return False
    return compressible(named.get(b"content-type", b""))


def install(exchange: Exchange) -> None:
    """Let the answer of an exchange be compressed if it is worth it. Call it once, before anything is sent."""
    accepted = exchange.headers.get(b"accept-encoding")
    if accepted is not None and (coding := preferred(accepted)) is not None:
        exchange.send = Compressing(exchange, coding)


class Compressing:
    """The `send` of an exchange. Holds the head back until the first part, so that a whole answer keeps a length."""

    __slots__ = ("_coding", "_encoder", "_exchange", "_head", "_send")

    def __init__(self, exchange: Exchange, coding: str) -> None:
        self._exchange, self._coding = exchange, coding
        self._send: Send = exchange.send
        self._head: MutableMapping[str, Any] | None = None
        self._encoder: Encoder | None = None

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """Send on one message of the answer."""
        if self._encoder is not None and message["type"] == "http.response.body":
            await self._part(self._encoder, message.get("body", b""), last=not message.get("more_body", False))
            return
        if message["type"] == "http.response.start" and self._wanted(message):
            self._encoder, self._head = CODINGS[self._coding](), message
            whole = message.pop("whole", None)
            if whole is not None:
                await self._part(self._encoder, whole, last=True)
            return
        await self._send(message)

    def _wanted(self, message: MutableMapping[str, Any]) -> bool:
        match = self._exchange.match
        if match is not None and match.route.limits.name in _SECRET_CLASSES:
            return False
        return worthwhile(message["status"], dict(message["headers"]))

    async def _part(self, encoder: Encoder, body: bytes, *, last: bool) -> None:
        made = encoder.compress(body[:SLICE])
        for start in range(SLICE, len(body), SLICE):
            await asyncio.sleep(0)
            made += encoder.compress(body[start : start + SLICE])
        if last:
            made += encoder.flush()
        COMPRESSED.labels(self._coding, "before").inc(len(body))
        COMPRESSED.labels(self._coding, "after").inc(len(made))
        head, self._head = self._head, None
        if head is not None:
            headers = encoded(head["headers"], self._coding, length=len(made) if last else None)
            await self._send({**head, "headers": headers})
        if made or last:
            await self._send({"type": "http.response.body", "body": made, "more_body": not last})


def encoded(headers: Headers, coding: str, *, length: int | None) -> Headers:
    """Return the headers of an answer as it is now sent: its ETag says «the same content», not «the same bytes»."""
    told = [
        (name, b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value)
        for name, value in headers
        if name not in (b"content-length", b"accept-ranges")
    ]
    told += [(b"content-encoding", coding.encode("ascii")), _VARY]
    return told if length is None else [*told, (b"content-length", b"%d" % length)]
