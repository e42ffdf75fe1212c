"""Answers with what changes only with a release: pages and documents made once, sent again only when they differ."""

from fastapi import Request, Response

from chassis import conditional

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load: the style, the script and the icon of this gateway."""


def shown(request: Request, page: bytes, *, policy: str = PAGE_POLICY) -> Response:
    """Return a page, or 304 for a browser that has it."""
    response = told(request, page, "text/html")
    response.headers["Content-Security-Policy"] = policy
    return response


def told(request: Request, content: bytes, media_type: str = "application/json") -> Response:
    """Return a document, or 304 for a client that has it."""
    response = conditional.answer(request, content, conditional.weak_etag(content), media_type)
    response.headers["Cache-Control"] = "no-cache"
    return response
