"""What a process does again and again, through every outage, beside what else; what one process does at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import structlog

from chassis.bus import Interrupted, interruptions, told_to_stop
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
    while not told_to_stop():  # what fails as it is cancelled hides the cancellation
        try:
            with interruptions():
                await work()
        except Exception as error:
            # The edge of the process: nobody awaits this, and what runs beside it goes on.
            log.warning("interrupted", duty=name, error=repr(error), exc_info=not isinstance(error, _OUTAGES))
        await asyncio.sleep(_AGAIN_SECONDS)


@asynccontextmanager
async def beside(*running: Awaitable[object]) -> AsyncIterator[None]:
    """Let what is given run beside the block; when the block is over it is cancelled, and waited for."""
    together = asyncio.gather(*running, return_exceptions=True)
    try:
        yield
    finally:
        together.cancel()
        await asyncio.gather(together, return_exceptions=True)  # who only waits leaves an error for the log


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

    try:
        async with beside(again_and_again(f"{name}: arrivals", lambda: mongo.wake(woken, collection))):
            await again_and_again(name, take_turns)
    finally:
        with suppress(*STORE_FAILURES):
            await lease.release()
