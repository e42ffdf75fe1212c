"""The limits' collections, kept in order while the gateway serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.limits.admission import Limits

_START_SECONDS = 3
"""A replica that starts waits so long for its store: the first requests of a cold connection would be counted alone."""


@asynccontextmanager
async def up(limits: Limits) -> AsyncIterator[None]:
    """Prepare the collections, in the background if it takes longer, and let go of the store in the end."""
    preparing = asyncio.create_task(limits.prepare())
    await asyncio.wait({preparing}, timeout=_START_SECONDS)
    try:
        yield
    finally:
        preparing.cancel()
        await asyncio.gather(preparing, return_exceptions=True)
        await limits.close()
