"""One exchange with a service, streamed both ways within a deadline."""

import asyncio

import aiohttp
import structlog
from prometheus_client import Counter
from yarl import URL

from chassis.telemetry import Receive, Scope, Send
from gateway.clients import ServiceClients
from gateway.hygiene import to_client, to_service
from gateway.inbound import ClientGone, Inbound, Outbound
from gateway.refusals import ANSWER_LOST, BODY_TOO_LARGE, DEADLINE, UNREACHABLE
from gateway.table import Match, Route

log = structlog.get_logger("gateway")
EXCHANGES = Counter("gateway_exchanges_total", "Exchanges with services", ["upstream", "outcome"])

_RETRY_DELAY_SECONDS = 0.1
_CLIENT_CLOSED_REQUEST = 499
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class AnswerCut(Exception):
    """The service's answer broke off after its head had been passed on."""


class Proxy:
    """Passes requests to services."""

    def __init__(self, clients: ServiceClients) -> None:
        self._clients = clients

    async def forward(self, match: Match, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and its answer back; the exchange ends when the client leaves.

        Raises `BODY_TOO_LARGE`, `UNREACHABLE`, `ANSWER_LOST`, `DEADLINE` while nothing has been answered; later the
        connection is cut, so that the client cannot take a part for the whole.
        """
        limits = match.route.limits
        inbound, outbound = Inbound(scope, receive, limit=limits.body_bytes), Outbound(send)
        exchange = asyncio.create_task(self._exchange(match, scope, inbound, outbound))
        leaving = asyncio.create_task(inbound.gone())
        outcome = "refused"
        try:
            await asyncio.wait({exchange, leaving}, timeout=limits.seconds, return_when=asyncio.FIRST_COMPLETED)
            await _concluded(exchange, leaving, outbound)
            outcome = "answered"
        except ClientGone:
            outcome = "client-gone"
            await _note_departure(outbound)
        except AnswerCut as cut:
            outcome = "cut"
            log.warning("answer cut", upstream=match.route.upstream, reason=str(cut))
        finally:
            exchange.cancel()
            leaving.cancel()
            await asyncio.gather(exchange, leaving, return_exceptions=True)
            EXCHANGES.labels(match.route.upstream, outcome).inc()

    async def _exchange(self, match: Match, scope: Scope, inbound: Inbound, outbound: Outbound) -> None:
        try:
            async with await self._sent(match, scope, inbound) as answer:
                headers = to_client(answer.headers.items(), private=not match.route.anonymous)
                await outbound.start(answer.status, headers)
                async for chunk in answer.content.iter_any():
                    await outbound.body(chunk)
                await outbound.end()
        except _NOT_SENT as error:
            raise UNREACHABLE from error
        except (aiohttp.ClientError, OSError) as error:
            if inbound.left:
                raise ClientGone from error
            if outbound.started:
                raise AnswerCut(type(error).__name__) from error
            raise (BODY_TOO_LARGE if inbound.too_large else ANSWER_LOST) from error

    async def _sent(self, match: Match, scope: Scope, inbound: Inbound) -> aiohttp.ClientResponse:
        try:
            return await self._send(match, scope, inbound)
        except (aiohttp.ClientConnectionError, aiohttp.ConnectionTimeoutError) as error:
            sent, keyed = not isinstance(error, _NOT_SENT), b"idempotency-key" in dict(scope["headers"])
            if not may_repeat(match.route, sent=sent, keyed=keyed):
                raise
        await asyncio.sleep(_RETRY_DELAY_SECONDS)
        return await self._send(match, scope, inbound)

    async def _send(self, match: Match, scope: Scope, inbound: Inbound) -> aiohttp.ClientResponse:
        headers = to_service(scope, structlog.contextvars.get_contextvars()["correlation_id"])
        if inbound.length is not None:
            headers.append(("Content-Length", str(inbound.length)))
        query = scope["query_string"].decode("ascii")
        target = f"{self._clients.origin(match.route.upstream)}{match.path}{'?' + query if query else ''}"
        return await self._clients.http.request(
            scope["method"],
            URL(target, encoded=True),
            headers=headers,
            data=inbound.chunks() if inbound.has_body else None,
            allow_redirects=False,
        )


async def _concluded(exchange: asyncio.Task[None], leaving: asyncio.Task[None], outbound: Outbound) -> None:
    """Tell what came first. The server reports a departure also when the answer is complete, so that goes before."""
    if exchange.done() or outbound.ended:
        await exchange
    elif leaving.done():
        raise ClientGone
    elif outbound.started:
        raise AnswerCut("deadline")
    else:
        raise DEADLINE


def may_repeat(route: Route, *, sent: bool, keyed: bool) -> bool:
    """Tell whether a failed request is sent once more: a read always, a change with a key while nothing was sent."""
    if route.limits.retry == "keyed":
        return keyed and not sent
    return route.limits.retry == "always"


async def _note_departure(outbound: Outbound) -> None:
    """Give the request log a status; the server sends nothing to a client that has left."""
    if not outbound.started:
        await outbound.start(_CLIENT_CLOSED_REQUEST, [])
