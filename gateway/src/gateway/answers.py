"""Headers of every answer, whoever gave it, and the answer that is a refusal."""

import json

from chassis.problem import TYPE_ROOT, Problem, spoken
from gateway.drain import Drain
from gateway.exchange import Exchange, Headers
from gateway.refusal_page import refusal_page

_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_BY_ORIGIN = (b"vary", b"origin")
_CLOSE = (b"connection", b"close")
_MAX_INSTANCE = 256


def constant(*, strict_transport: bool) -> Headers:
    """Return the headers that never change: the listener writes them into every head in one piece."""
    return [*_SECURITY, _TLS_ONLY] if strict_transport else [*_SECURITY]


class AnswerHeaders:
    """The request's id, the policy, what the exchange gathered; while draining, an invitation to reconnect."""

    def __init__(self, drain: Drain, *, by_origin: bool = False) -> None:
        """`by_origin`: whether answers tell some web pages more than others (CORS)."""
        self._drain, self._always = drain, [_BY_ORIGIN] if by_origin else []

    def __call__(self, exchange: Exchange, headers: Headers) -> Headers:
        """Return the headers of an answer with those that every answer carries."""
        answered = [*headers, *exchange.answer_headers, *self._always]
        answered.append((b"x-request-id", exchange.request_id.encode("ascii")))
        match = exchange.match
        page = exchange.page or (match is not None and match.route.page)
        if not page or _POLICY[0] not in dict(headers):  # only a page has a policy of its own
            answered.append(_POLICY)
        if self._drain.begun and _CLOSE not in headers:
            answered.append(_CLOSE)
        return answered


async def refuse(refusal: Problem, exchange: Exchange) -> None:
    """Answer with a problem document; a browser that asked for a page gets one."""
    language = spoken(exchange.headers.get(b"accept-language", b"").decode("latin-1"))
    match = exchange.match
    if match is not None and match.route.page and b"text/html" in exchange.headers.get(b"accept", b""):
        headers, body = refusal_page(refusal, language)
    else:
        headers, body = [(b"content-type", b"application/problem+json")], _document(refusal, language, exchange)
    headers.append((b"cache-control", b"no-store"))
    for name, value in (refusal.headers or {}).items():
        headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
    await exchange.answer(refusal.status, headers, body)


def _document(refusal: Problem, language: str, exchange: Exchange) -> bytes:
    told = {
        "type": TYPE_ROOT + refusal.code,
        "title": getattr(refusal.title, language),
        "status": refusal.status,
        "detail": getattr(refusal.detail, language),
        "instance": exchange.scope["raw_path"][:_MAX_INSTANCE].decode("latin-1"),
    }
    return json.dumps(told, ensure_ascii=False).encode()
