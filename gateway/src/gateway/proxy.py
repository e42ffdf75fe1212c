"""One exchange with a service, streamed both ways."""

from gateway.exchange import Exchange, Headers
from gateway.hygiene import to_client, to_service
from gateway.inbound import body_of, has_body
from gateway.refusals import ANSWER_LOST
from gateway.resilience.services import Services
from gateway.upstream import Answer, AnswerLost
from gateway.upstream.errors import AnswerCut
from gateway.upstream.pool import Body

_NO_BODY: tuple[Body, int | None] = (b"", 0)
_SHORT_BYTES = 64 * 1024


class Proxy:
    """Passes requests to services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def forward(self, exchange: Exchange) -> None:
        """Pass one request on and its answer back.

        Raises `BODY_TOO_LARGE`, ClientGone and what `Services.send` raises while nothing has been answered; AnswerCut
        later: the client's connection is to be closed, so that it cannot take a part for the whole.
        """
        match = exchange.match
        if match is None:
            raise LookupError("no row of the route table was matched")
        body, length = await body_of(exchange, match.route.limits.body_bytes) if has_body(exchange) else _NO_BODY
        query = exchange.scope["query_string"]
        path = match.path.encode("ascii")
        target = b"%b?%b" % (path, query) if query else path
        answer = await self._services.send(exchange, target, to_service(exchange), body, length=length)
        try:
            await _pass_on(answer, exchange)
        except AnswerLost as error:
            raise (AnswerCut(str(error)) if exchange.status else ANSWER_LOST) from error
        finally:
            if not answer.complete:
                answer.abort()


async def _pass_on(answer: Answer, exchange: Exchange) -> None:
    exchange.passed_on = True
    headers = to_client(answer.headers, exchange, status=answer.status)
    if answer.complete:
        await exchange.whole(answer.status, headers, answer.rest())
        return
    if exchange.method == "HEAD":
        await _pass_head_on(answer, exchange, headers)
        return
    await exchange.start(answer.status, headers)
    while True:
        part = await answer.part()
        if answer.read_up:
            await exchange.end(part)
            return
        await exchange.body(part)


async def _pass_head_on(answer: Answer, exchange: Exchange, headers: Headers) -> None:
    """Answer a HEAD: the listener leaves bodies out, whatever it is given.

    A body that is declared and short is awaited, for the sake of the service's connection and of the length it has when
    compressed. Any other is given up with its connection: nobody reads a file to tell how long it is.
    """
    length = int(dict(answer.headers).get(b"content-length", _SHORT_BYTES + 1))
    if length <= _SHORT_BYTES:
        await exchange.whole(answer.status, headers, await answer.read(_SHORT_BYTES))
        return
    await exchange.start(answer.status, headers)
    await exchange.body(b"")  # the head must not wait for a body to be compressed
    await exchange.end()
