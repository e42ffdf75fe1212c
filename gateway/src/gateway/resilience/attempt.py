"""One attempt at a service: the breaker, what the service is told of the deadline, and what the breaker learns."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.exchange import Ending, Headers
from gateway.refusals import SERVICE_FAILING
from gateway.resilience import measures
from gateway.resilience.breaker import REFUSED
from gateway.resilience.deadline import SERVICE_HEADER, is_to_blame, milliseconds_left
from gateway.resilience.guard import Guard
from gateway.resilience.retry import RetryClass
from gateway.upstream import Answer, UpstreamError
from gateway.upstream.pool import Body

FOREVER = float("inf")
_ERROR, _NOT_IMPLEMENTED, _LATE = 500, 501, 504


class Ends(Protocol):
    """Knows why the work on it was cancelled."""

    @property
    def ending(self) -> Ending:
        """Empty while nothing ended it."""


@dataclass(slots=True)
class Request:
    """What is sent to a service; `headers` are without those that frame the body."""

    method: bytes
    target: bytes
    headers: Headers
    body: Body
    """Bytes can be sent a second time; what is streamed cannot once any of it was read."""
    length: int | None
    """Of a streamed body, where it was declared."""
    keyed: bool
    """It has an Idempotency-Key."""
    retry: RetryClass
    seconds: float | None
    """What the route allows, where `deadline` may be what the client allows."""
    deadline: float
    """In the event loop's time; `FOREVER` for a stream."""
    clock: Callable[[], float]
    """The event loop's."""


async def attempt(guard: Guard, request: Request, ends: Ends, *, first: bool) -> Answer:
    """Send a request once; return its answer once the head is there.

    Raises `SERVICE_FAILING`, NotSent, AnswerLost, and what the body raises.
    """
    clock, breaker = request.clock, guard.breaker
    begun = clock()
    ticket = breaker.admit(begun)
    if ticket == REFUSED:
        raise SERVICE_FAILING
    if first:
        guard.budget.requested(begun)
    failed: bool | None = None  # says nothing of the service
    try:
        answer = await guard.upstream.request(
            request.method, request.target, _told(request, begun), request.body, length=request.length
        )
        failed = _failed(answer.status, request, clock() - begun)
    except UpstreamError:
        failed = True
        raise
    except asyncio.CancelledError:
        if ends.ending == "deadline":
            failed = _overdue(guard, request, clock() - begun)
        raise
    finally:
        if failed is None:
            breaker.forget(ticket)
        else:
            breaker.record(ticket, clock(), failed=failed)
    return answer


def _told(request: Request, now: float) -> Headers:
    if request.deadline == FOREVER:
        return request.headers
    return [*request.headers, (SERVICE_HEADER, b"%d" % milliseconds_left(request.deadline, now))]


def _failed(status: int, request: Request, waited: float) -> bool | None:
    if status == _LATE and not _had_time(request, waited):
        return None
    return status >= _ERROR and status != _NOT_IMPLEMENTED


def _overdue(guard: Guard, request: Request, waited: float) -> bool | None:
    """Count it; a streamed body may have been late itself."""
    measures.DEADLINES.labels(guard.name).inc()
    return True if isinstance(request.body, bytes) and _had_time(request, waited) else None


def _had_time(request: Request, waited: float) -> bool:
    return request.seconds is None or is_to_blame(waited, request.seconds)
