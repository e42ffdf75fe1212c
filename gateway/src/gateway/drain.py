"""Whether the gateway is leaving."""

import asyncio


class Drain:
    """Read by the readiness probe and by every answer, waited for by streams, set by the server."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    @property
    def begun(self) -> bool:
        """Tell whether it has begun."""
        return self._begun.is_set()

    async def wait(self) -> None:
        """Return once it has begun."""
        await self._begun.wait()

    def begin(self) -> None:
        """Say from now on that no new connection is wanted."""
        self._begun.set()
