"""Conditional requests (RFC 9110 §13): what an ETag is made of, and the 304 for a client that has the answer."""

import hashlib
import re

from fastapi import Request, Response

_DIGEST = 16  # hexadecimal digits: 64 bits tell two answers of one address apart
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e]*")')
_OF_VERSION = re.compile(rf'(?:W/)?"?v?(\d{{1,9}})(?:-[0-9a-f]{{{_DIGEST}}})?"?')


def digest(content: bytes) -> str:
    """Return what stands for a content in an ETag."""
    return hashlib.sha256(content).hexdigest()[:_DIGEST]


def etag(version: int, shown: bytes | None = None) -> str:
    """Return the ETag of a record; `shown` is the body of a view that may change while the version does not."""
    return f'"v{version}"' if shown is None else f'"v{version}-{digest(shown)}"'


def weak_etag(content: bytes) -> str:
    """Return the ETag of an answer that has no version: equal for equal content, not for equal bytes."""
    return f'W/"{digest(content)}"'


def version_of(tag: str) -> int | None:
    """Return the version that an ETag in If-Match names, also in the weak form that compression makes of it."""
    found = _OF_VERSION.fullmatch(tag.strip())
    return int(found[1]) if found else None


def unmodified(request: Request, current: str) -> Response | None:
    """Return 304 when If-None-Match names the current ETag, weak and strong alike (RFC 9110 §13.1.2); else None."""
    named = request.headers.get("if-none-match", "")
    has_it = named.strip() == "*" or current.removeprefix("W/") in _TAG.findall(named)
    return Response(status_code=304, headers={"ETag": current}) if has_it else None


def answer(request: Request, content: str | bytes, tag: str, media_type: str = "application/json") -> Response:
    """Return a read's answer: the content, or 304 for a client that has it."""
    return unmodified(request, tag) or Response(content, headers={"ETag": tag}, media_type=media_type)
