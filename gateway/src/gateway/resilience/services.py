"""Everything that asks a service goes through here: a place in the bulkhead, then one attempt or two."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.problem import Problem
from gateway.clients import ServiceClients
from gateway.exchange import Ending, Exchange, Headers
from gateway.hygiene import to_service
from gateway.refusals import ANSWER_LOST, DEADLINE, UNREACHABLE
from gateway.resilience import measures
from gateway.resilience.attempt import FOREVER, Ends, Request, attempt
from gateway.resilience.bulkhead import IN_FLIGHT, Kind
from gateway.resilience.guard import Guard
from gateway.resilience.retry import SAFE, Failure, may_repeat, pause, refused
from gateway.upstream import Answer, AnswerLost, NotSent, UpstreamError
from gateway.upstream.pool import Body

_FILES = frozenset({"upload", "download"})
_STREAM, _SIGN_IN = "stream", "sign-in"
_REFUSING = 500
_REPLY_BYTES = 4 * 1024 * 1024
_NOT_OF_A_PART = frozenset(
    {b"content-type", b"accept-encoding", b"idempotency-key", b"if-match", b"if-none-match", b"if-modified-since"}
    | {b"if-unmodified-since", b"range", b"if-range"}
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer read whole."""

    status: int
    headers: Mapping[bytes, bytes]
    """Names in lower case."""
    body: bytes


class _Asking:
    """Why a question of the gateway's own was cancelled: its time was over, or whatever ends the exchange around it."""

    def __init__(self, patience: asyncio.Timeout, exchange: Exchange | None) -> None:
        self._patience, self._exchange = patience, exchange

    @property
    def ending(self) -> Ending:
        if self._patience.expired():
            return "deadline"
        return self._exchange.ending if self._exchange else ""


class Services:
    """The four services, as the proxy and the gateway's own routes ask them."""

    def __init__(self, clients: ServiceClients, *, in_flight: int = IN_FLIGHT) -> None:
        """`in_flight` short exchanges are given one service at once; beside, half for files, a third for sign-ins."""
        self.guards = {name: Guard(name, clients[name], in_flight=in_flight) for name in clients.names}

    @property
    def names(self) -> tuple[str, ...]:
        """The services, in the order in which they are shown."""
        return tuple(self.guards)

    def show(self) -> None:
        """Let the metrics read the guards; to be called in the event loop that serves."""
        for guard in self.guards.values():
            guard.show()

    async def send(
        self, exchange: Exchange, target: bytes, headers: Headers, body: Body = b"", *, length: int | None = None
    ) -> Answer:
        """Send the exchange's request to the service of its row; return the answer once its head is there.

        `length` belongs to a body that is streamed. Raises `SERVICE_BUSY`, `SERVICE_FAILING`, `UNREACHABLE`,
        `ANSWER_LOST`, and what the body raises.
        """
        if exchange.match is None:
            raise LookupError("no row of the route table was matched")
        route = exchange.match.route
        limits = route.limits
        keyed = b"idempotency-key" in exchange.headers
        method = route.method.encode("ascii")  # for the head of an answer the whole is asked: no service knows HEAD
        clock, deadline = exchange.loop.time, exchange.deadline
        request = Request(method, target, headers, body, length, keyed, limits.retry, limits.seconds, deadline, clock)
        guard = self.guards[route.upstream]
        if limits.name == _STREAM:
            return await _answered(guard, request, exchange)
        leave = guard.enter(_kind(limits.name, body))
        try:
            answer = await _answered(guard, request, exchange)
        except BaseException:
            leave()
            raise
        if answer.complete:
            leave()
        else:
            answer.at_end(leave)
        return answer

    async def ask(self, exchange: Exchange | None, service: str, target: bytes, seconds: float) -> Reply:
        """Read from a service on behalf of the exchange's caller, or of the gateway itself; the answer is read whole.

        Raises `DEADLINE` after that many seconds, `SERVICE_BUSY`, `SERVICE_FAILING`, `UNREACHABLE`, `ANSWER_LOST`:
        constants, so that whoever catches one calls `chassis.problem.forget`.
        """
        clock = asyncio.get_running_loop().time
        deadline = min(clock() + seconds, exchange.deadline if exchange else FOREVER)
        headers = [each for each in to_service(exchange) if each[0] not in _NOT_OF_A_PART] if exchange else []
        request = Request(b"GET", target, headers, b"", 0, False, "always", seconds, deadline, clock)
        return await self._read(service, request, exchange)

    async def post(self, service: str, target: bytes, form: bytes, headers: Headers, seconds: float) -> Reply:
        """Ask a service, by a form that may be sent twice, on behalf of the gateway itself.

        Raises what `ask` raises.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        request = Request(b"POST", target, headers, form, len(form), True, "always", seconds, deadline, clock)
        return await self._read(service, request, None)

    async def _read(self, service: str, request: Request, exchange: Exchange | None) -> Reply:
        guard = self.guards[service]
        leave = guard.enter("short")
        try:
            async with asyncio.timeout_at(request.deadline) as patience:
                answer = await _answered(guard, request, _Asking(patience, exchange))
                return await _read_whole(answer)
        except AnswerLost as error:
            raise ANSWER_LOST from error
        except TimeoutError as error:
            raise DEADLINE from error
        finally:
            leave()


def _kind(row_class: str, body: Body) -> Kind:
    if row_class == _SIGN_IN:
        return "sign-ins"
    return "files" if row_class in _FILES or not isinstance(body, bytes) else "short"


async def _read_whole(answer: Answer) -> Reply:
    try:
        return Reply(answer.status, dict(answer.headers), await answer.read(_REPLY_BYTES))
    finally:
        answer.abort()  # of one that is not whole nobody reads the rest: its connection would never be free again


async def _answered(guard: Guard, request: Request, ends: Ends) -> Answer:
    try:
        answer = await attempt(guard, request, ends, first=True)
    except UpstreamError as error:
        failure = Failure.NOT_SENT if isinstance(error, NotSent) else Failure.ANSWER_LOST
        if not await _another(guard, request, failure):
            raise (UNREACHABLE if failure is Failure.NOT_SENT else ANSWER_LOST) from error
    else:
        if answer.status < _REFUSING or not refused(answer.status, retry_after=_says_when(answer)):
            return answer
        failure = Failure.REFUSED
        if not await _another(guard, request, failure):
            return answer
        answer.abort()
    return await _again(guard, request, ends, failure)


async def _another(guard: Guard, request: Request, failure: Failure) -> bool:
    """Wait for the moment of a second attempt; tell whether there is to be one."""
    again = failure is Failure.NOT_SENT or isinstance(request.body, bytes)
    if not again or not may_repeat(request.retry, request.method, failure, keyed=request.keyed):
        return False
    now, wait = request.clock(), pause(random.random())  # noqa: S311 nothing secret
    if now + wait >= request.deadline:
        measures.RETRIES.labels(guard.name, "no-time").inc()
        return False
    if not guard.budget.take(now):
        measures.RETRIES.labels(guard.name, "no-budget").inc()
        return False
    await asyncio.sleep(wait)
    return True


async def _again(guard: Guard, request: Request, ends: Ends, failure: Failure) -> Answer:
    """Make the second attempt. What it raises is said of both: a change that was refused may yet have been made."""
    outcome = "failed"
    try:
        answer = await attempt(guard, request, ends, first=False)
        if answer.status < _REFUSING:
            outcome = "answered"
    except (UpstreamError, Problem) as error:
        unsure = failure is Failure.REFUSED and request.method not in SAFE
        if isinstance(error, Problem) and not unsure:
            raise
        raise (UNREACHABLE if isinstance(error, NotSent) and not unsure else ANSWER_LOST) from error
    finally:
        measures.RETRIES.labels(guard.name, outcome).inc()
    return answer


def _says_when(answer: Answer) -> bool:
    return any(name == b"retry-after" for name, _ in answer.headers)
