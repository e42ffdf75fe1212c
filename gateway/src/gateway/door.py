"""The one way in: a request is led from the first check to its answer by plain calls, in the order of `_lead`."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.identity import Caller
from chassis.problem import FAILED, Problem, forget
from gateway import compression
from gateway.answers import AnswerHeaders, refuse
from gateway.credentials import READING, check_scope
from gateway.exchange import Exchange, Headers
from gateway.hygiene import OF_A_BODY
from gateway.inbound import ClientGone
from gateway.limits.addresses import Proxies
from gateway.overdue import Overdue
from gateway.proxy import Proxy
from gateway.record import Record
from gateway.refusals import DEADLINE, FORBIDDEN_ROUTE, method_not_allowed
from gateway.resilience.deadline import CLIENT_HEADER, seconds_allowed
from gateway.strictness import check_headers, check_path, check_query
from gateway.table import OWN, Match, Route, Table
from gateway.upstream.errors import AnswerCut

log = structlog.get_logger("gateway")
_PROBES = frozenset({"/livez", "/readyz"})
_PAGES = _PROBES | {"/", "/openapi.json", "/docs"}
_PARTS = "/docs/"
_PAGE_SECONDS = 5.0
"""What any of these may take; all but the document, which waits for less, is there when it is asked for."""


class Origins(Protocol):
    """Which web pages of other origins may use the API (CORS)."""

    def answer(self, exchange: Exchange) -> Headers | None:
        """Return the headers of the answer to a preflight; else None, with what is told added to the exchange."""

    def tell(self, exchange: Exchange) -> None:
        """Add what is told to the exchange."""


class Limits(Protocol):
    """How much anybody may ask."""

    async def address(self, rate: str, address: str, told: Headers, *, alone: bool = True) -> None:
        """Count a request of an address; `told` takes headers of the answer, when `alone`. Raises 429."""

    def remind(self, rate: str, address: str, told: Headers) -> None:
        """Tell of an address whose caller is not known."""

    async def caller(self, rate: str, caller: Caller, told: Headers) -> None:
        """Count a request of a caller. Raises 429."""


class Callers(Protocol):
    """Who asks."""

    def known(self, exchange: Exchange) -> Caller | None:
        """Return whom credentials prove that need not be waited for; None when `caller` has to look."""

    async def caller(self, exchange: Exchange) -> Caller:
        """Return whom the credentials of a request prove. Raises 401, 503."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the door leads a request through."""

    table: Table
    proxies: Proxies
    origins: Origins
    limits: Limits
    callers: Callers
    proxy: Proxy
    own: ASGIApp
    """Pages, probes and the routes of the table's section `[gateway]`."""
    dress: AnswerHeaders
    record: Record


class Door:
    """Pure ASGI application around all others."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._overdue = Overdue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope. Raises AnswerCut when the client's connection is to be closed in mid-answer."""
        if scope["type"] != "http":
            await self._parts.own(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, dress=self._parts.dress)
        scope["exchange"] = exchange
        try:
            await self._answered(exchange)
        finally:
            self._overdue.forget(exchange)
            self._parts.record(exchange)
            del scope["exchange"]  # each holds the other: only the collector could free what belongs to this request

    async def _answered(self, exchange: Exchange) -> None:
        try:
            await self._lead(exchange)
        except Problem as refusal:
            if not exchange.request_id:
                self._identify_refused(exchange)
            await _told(refusal, exchange)
        except asyncio.CancelledError:
            await _concluded(exchange)
        except ClientGone:
            exchange.ending = "client-gone"
        except AnswerCut as cut:
            exchange.ending = exchange.ending or "cut"
            log.warning("answer cut", upstream=exchange.upstream, reason=str(cut), correlation_id=exchange.request_id)
            raise
        except Exception as error:
            # The edge of a request: what nobody foresaw is logged with its traceback and told as 500.
            log.exception("request failed", correlation_id=exchange.request_id)
            if exchange.status:
                exchange.ending = "cut"
                raise AnswerCut from error
            await refuse(FAILED, exchange)

    def _identify_refused(self, exchange: Exchange) -> None:
        """Read the headers that are refused themselves for what tells the client so: language, request id, origin."""
        exchange.headers = dict(exchange.scope["headers"])
        exchange.identify()
        self._parts.origins.tell(exchange)

    async def _lead(self, exchange: Exchange) -> None:
        parts, scope = self._parts, exchange.scope
        exchange.headers = check_headers(scope["headers"])
        if b"accept-encoding" in exchange.headers:
            compression.install(exchange)
        if parts.proxies:
            parts.proxies.place(exchange)
        exchange.identify()
        if b"origin" in exchange.headers:
            preflight = parts.origins.answer(exchange)
            if preflight is not None:
                await exchange.answer(204, preflight)
                return
        raw = scope["raw_path"]
        exchange.path = path = raw.decode("latin-1")
        check_query(scope["query_string"])
        match = parts.table.find(exchange.method, path)
        if match is None:
            check_path(raw)
            await self._unlisted(exchange)
        else:
            await self._matched(exchange, match)

    async def _unlisted(self, exchange: Exchange) -> None:
        """Show a page. Raises `NO_ROUTE`, 405; 429 to who reads or guesses too much, but not to probes."""
        path = exchange.path
        self._overdue.watch(exchange, _PAGE_SECONDS)
        if path not in _PROBES:
            await self._parts.limits.address("read", exchange.address, exchange.answer_headers)
        if path not in _PAGES and not path.startswith(_PARTS):
            self._parts.table.match(exchange.method, path)
        elif exchange.method not in READING:
            raise method_not_allowed(", ".join(READING))
        exchange.page = path if path in _PAGES else f"{_PARTS}{{name}}"
        await self._by_own(exchange)

    async def _matched(self, exchange: Exchange, match: Match) -> None:
        parts, route = self._parts, match.route
        exchange.match = match
        exchange.answer_headers += route.notices
        self._overdue.watch(exchange, seconds_allowed(exchange.headers.get(CLIENT_HEADER), route.limits.seconds))
        rate, told = route.limits.rate, exchange.answer_headers
        await parts.limits.address(rate, exchange.address, told, alone=route.anonymous)
        if not route.anonymous:
            try:
                caller = parts.callers.known(exchange) or await parts.callers.caller(exchange)
            except Problem:
                parts.limits.remind(rate, exchange.address, told)
                raise
            exchange.caller = caller
            await parts.limits.caller(rate, caller, told)
            check_access(route, exchange)
        if route.upstream == OWN:
            await self._by_own(exchange)
        else:
            await parts.proxy.forward(exchange)

    async def _by_own(self, exchange: Exchange) -> None:
        with structlog.contextvars.bound_contextvars(correlation_id=exchange.request_id):
            # in a context of its own: the task of a connection answers the next request as well
            await exchange.loop.create_task(self._own(exchange))
        exchange.passed_on = True

    async def _own(self, exchange: Exchange) -> None:
        await self._parts.own(_readable(exchange.scope), exchange.receive, exchange.relay)


def check_access(route: Route, exchange: Exchange) -> None:
    """Raise `FORBIDDEN_ROUTE` when the row asks for a role that the caller lacks, else what `check_scope` raises."""
    caller = exchange.caller
    if caller is None or (route.roles and not route.roles & caller.roles):
        raise FORBIDDEN_ROUTE
    check_scope(caller, exchange.method, route.scope, route.enough)


def _readable(scope: Scope) -> Scope:
    """Return a HEAD as the GET whose body the listener leaves out."""
    if scope["method"] != "HEAD":
        return scope
    return {**scope, "method": "GET", "headers": [each for each in scope["headers"] if each[0] not in OF_A_BODY]}


async def _concluded(exchange: Exchange) -> None:
    """Answer an exchange that was stopped from outside. Raises AnswerCut, or CancelledError for any other reason."""
    if not exchange.ending:
        raise asyncio.CancelledError
    exchange.task.uncancel()
    if exchange.ending == "deadline":
        if exchange.status:
            raise AnswerCut("deadline")
        await refuse(DEADLINE, exchange)


async def _told(refusal: Problem, exchange: Exchange) -> None:
    if exchange.status:
        exchange.ending = "cut"
        raise AnswerCut(refusal.args[0]) from refusal
    await refuse(refusal, exchange)
    forget(refusal)
