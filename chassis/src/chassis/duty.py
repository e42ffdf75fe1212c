"""What one process at a time does, again and again, while it holds a lease; through every outage."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress

import structlog

from chassis.bus import Interrupted, interruptions
from chassis.documents import STORE_FAILURES
from chassis.lease import Lease
from chassis.mongo import Mongo
from chassis.settings import ServiceSettings

log = structlog.get_logger("duty")
Turn = Callable[[], Awaitable[object]]
"""A share of the work; its result is true when more may be waiting."""
_AGAIN_SECONDS, _OUTAGES = 1.0, (Interrupted, *STORE_FAILURES)


async def on_duty(
    mongo: Mongo,
    settings: ServiceSettings,
    name: str,
    collection: str,
    session: Callable[[], AbstractAsyncContextManager[Turn]],
) -> None:
    """Take turns until cancelled, one process at a time under the lease `name`; whatever goes wrong, begin anew.

    Each beginning opens a session, which gives what is done at a turn. Between turns that found nothing a poll is the
    truth; rows that arrive in `collection` only wake it.
    """
    lease, woken = Lease(mongo, name, seconds=settings.relay_lease_seconds), asyncio.Event()
    waker = asyncio.create_task(_listen(mongo, collection, woken))
    try:
        while True:
            try:
                with interruptions():
                    async with session() as turn:
                        await _take_turns(turn, lease, woken, settings.relay_poll_seconds)
            except Exception as error:
                # The edge of the process: the duties beside this one go on.
                log.warning("duty interrupted", duty=name, error=repr(error), exc_info=not isinstance(error, _OUTAGES))
            await asyncio.sleep(_AGAIN_SECONDS)
    finally:
        waker.cancel()
        with suppress(*STORE_FAILURES):
            await lease.release()


async def _take_turns(turn: Turn, lease: Lease, woken: asyncio.Event, poll_seconds: float) -> None:
    while True:
        woken.clear()
        if not (await lease.hold() and await turn()):
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), poll_seconds)


async def _listen(mongo: Mongo, collection: str, woken: asyncio.Event) -> None:
    while True:
        with suppress(*STORE_FAILURES):
            async for _ in mongo.arrivals(collection):
                woken.set()
        await asyncio.sleep(_AGAIN_SECONDS)
