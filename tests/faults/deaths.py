"""Processes that end themselves at named points, and what starts them again: as an orchestrator does."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from tests.faults.house import House
from tests.faults.ledger import Ledger
from tests.faults.telling import tell

from testkit.platform import Platform, Role

KILLED = 137
REGISTRY, RELAY, REPORTING, TRANSFER = (
    ("registry", "serve"), ("expertise", "relay"), ("reporting", "serve"), ("transfer", "serve"),
)  # fmt: skip
FIFTH_AGREEMENT = 107
"""Which change of the registry it is, as the story goes."""


def drawn(seed: int) -> Mapping[Role, str]:
    """Return where each process dies: seed 0 at the fifth agreement, others by lot."""
    lot = random.Random(seed)  # noqa: S311 a repeatable choice, not a secret
    return {
        REGISTRY: f"after_commit:{lot.randint(1, FIFTH_AGREEMENT) if seed else FIFTH_AGREEMENT}",
        RELAY: f"after_confirm_before_mark:{lot.randint(1, 12)}",
        REPORTING: f"inside_consumer_transaction:{lot.randint(1, 200)}",
        TRANSFER: f"after_consumer_commit:{lot.randint(1, 30)}",
    }


@asynccontextmanager
async def orchestrated(platform: Platform, roles: tuple[Role, ...]) -> AsyncIterator[dict[Role, int]]:
    """Start each of the processes again when it has ended; give what they ended with."""
    ended: dict[Role, int] = {}

    async def replace(role: Role) -> None:
        ended[role] = await platform.running[role][0].wait(300)
        await platform.start_again(*role)

    tasks = [asyncio.create_task(replace(role)) for role in roles]
    try:
        yield ended
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def tell_until_death(house: House, ledger: Ledger, role: Role) -> int:
    """Tell the story until a process dies; the client goes with it, in the middle of its request."""
    telling = asyncio.create_task(tell(house, ledger))
    died = asyncio.create_task(house.platform.running[role][0].wait(300))
    await asyncio.wait({telling, died}, return_when=asyncio.FIRST_COMPLETED)
    assert not telling.done(), f"the whole story was told and nobody died: {telling}"
    telling.cancel()
    with suppress(asyncio.CancelledError):
        await telling
    return await died
