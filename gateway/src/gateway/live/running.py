"""What the streams of a process share, and its life."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.duty import beside
from chassis.mongo import Mongo
from gateway.drain import Drain
from gateway.limits.streams import Streams
from gateway.live.feed import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How streams are kept; durations in seconds."""

    heartbeat: float
    patience: float
    """How long one write may take."""
    most: int
    """Streams of this process, whoever's they are; one takes about 40 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """State `live` of the gateway's own application."""

    feed: Feed | None
    """None where the gateway has no database."""
    places: Streams
    pace: Pace
    drain: Drain

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Read the journal, and end every stream when the gateway leaves."""
        if self.feed is None:
            yield
            return
        async with beside(self.feed.run(), self._leave(self.feed)):
            yield

    async def _leave(self, feed: Feed) -> None:
        await self.drain.wait()
        feed.end_all("leaving")


def live(mongo: Mongo | None, places: Streams, pace: Pace, drain: Drain) -> Live:
    """Return what streams share; without a database they are refused."""
    return Live(feed=None if mongo is None else Feed(mongo), places=places, pace=pace, drain=drain)
