"""What a process does again and again, through every outage; and what one process at a time does, under a lease."""

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


async def again_and_again(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do something until cancelled; when it ends, and whatever goes wrong, begin anew after a second."""
    while True:
        try:
            with interruptions():
                await work()
        except Exception as error:
            # The edge of the process: nobody awaits this, and what runs beside it goes on.
            log.warning("interrupted", duty=name, error=repr(error), exc_info=not isinstance(error, _OUTAGES))
        await asyncio.sleep(_AGAIN_SECONDS)


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

    async def take_turns() -> None:
        async with session() as turn:
            while True:
                woken.clear()
                if not (await lease.hold() and await turn()):
                    with suppress(TimeoutError):
                        async with asyncio.timeout(settings.relay_poll_seconds):
                            await woken.wait()

    async def listen() -> None:
        async for _ in mongo.arrivals(collection):
            woken.set()

    waker = asyncio.create_task(again_and_again(f"{name}: arrivals", listen))
    try:
        await again_and_again(name, take_turns)
    finally:
        waker.cancel()
        with suppress(*STORE_FAILURES):
            await lease.release()
