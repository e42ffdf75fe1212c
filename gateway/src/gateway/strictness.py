"""Refuse requests that two readers could understand differently, before anything is decided about them.

Everything behind this door may take the path as it is: ASCII, no escapes that decode to a separator, no dot segments.
Sources: OWASP ASVS 5.0 V4.2, RFC 9112 §6.1 and §11.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from gateway.refusals import BAD_HEADER, BAD_PATH, BAD_QUERY, HEADERS_TOO_LARGE

_MAX_PATH, _MAX_QUERY = 2048, 8192
_MAX_HEADERS, _MAX_HEADER_BYTES = 100, 32 * 1024
_LENGTH_DIGITS = 20  # of 64 bits; zeros before them are known only to make two readers disagree
_AMBIGUOUS = re.compile(
    rb"%2[ef]|%5c|%[01][0-9a-f]|%7f"  # escaped dot, slash, backslash, control characters
    rb"|%(?![0-9a-f]{2})"  # an escape that is none
    rb"|[^\x21-\x7e]|[\\;#]|//"
    rb"|(?:^|/)\.{1,2}(?:/|$)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rb"(?:/[0-9A-Za-z_~-][0-9A-Za-z._~-]*)+"
)  # most paths; the other pattern looks at every byte thrice
_NOT_VISIBLE = re.compile(rb"[^\x21-\x7e]|#")
_SINGLE = frozenset(
    {b"host", b"authorization", b"content-type", b"content-length", b"transfer-encoding", b"idempotency-key"}
    | {b"if-match", b"if-none-match", b"traceparent", b"x-request-id", b"accept-language", b"x-api-key"}
)


def check_path(raw: bytes) -> None:
    """Raise `BAD_PATH` for a raw path that some reader might shorten, split or decode."""
    if len(raw) > _MAX_PATH:
        raise BAD_PATH
    if not _PLAIN.fullmatch(raw) and (not raw.startswith(b"/") or _AMBIGUOUS.search(raw)):
        raise BAD_PATH


def check_query(raw: bytes) -> None:
    """Raise `BAD_QUERY` for a query that cannot be passed on byte for byte."""
    if raw and (len(raw) > _MAX_QUERY or _NOT_VISIBLE.search(raw)):
        raise BAD_QUERY


def check_headers(headers: Collection[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name, which come in lower case; of a repeatable one the last.

    Raises `BAD_HEADER`, `HEADERS_TOO_LARGE`.
    """
    named = dict(headers)
    size = sum(map(len, named)) + sum(map(len, named.values()))
    if len(named) != len(headers):
        size = sum(len(name) + len(value) for name, value in headers)
        _check_repeated(headers)
    if b"_" in b" ".join(named):
        raise BAD_HEADER
    if len(headers) > _MAX_HEADERS or size > _MAX_HEADER_BYTES:
        raise HEADERS_TOO_LARGE
    _check_framing(named)
    return named


def _check_repeated(headers: Iterable[tuple[bytes, bytes]]) -> None:
    met: set[bytes] = set()
    for name, _ in headers:
        if name in met and name in _SINGLE:
            raise BAD_HEADER
        met.add(name)


def _check_framing(named: Mapping[bytes, bytes]) -> None:
    coding, length = named.get(b"transfer-encoding"), named.get(b"content-length")
    if coding is not None and (coding.lower() != b"chunked" or length is not None):
        raise BAD_HEADER
    if b"host" not in named or (length is not None and not (length.isdigit() and len(length) <= _LENGTH_DIGITS)):
        raise BAD_HEADER
