"""How far the feed is behind: for metrics and for the operator."""

from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge

from chassis import outbox
from chassis.documents import Database
from reporting.feed import store

UNNUMBERED = Gauge("feed_unnumbered_rows", "Public events that wait for their number")
UNNUMBERED_AGE = Gauge("feed_oldest_unnumbered_age_seconds", "How long the first of them has waited")
UNPUBLISHED = Gauge("feed_unpublished_rows", "Numbered events that wait for the partners' broker")
UNPUBLISHED_AGE = Gauge("feed_oldest_unpublished_age_seconds", "How long the first of them has waited")
POSITION = Gauge("feed_position", "Number of the newest event of the feed")


@dataclass(frozen=True, kw_only=True)
class Lag:
    """What waits, and for how many seconds its first has waited; None for what is not published at all."""

    position: int
    unnumbered: tuple[int, float]
    unpublished: tuple[int, float] | None


async def lag(db: Database, now: datetime, *, published: bool) -> Lag:
    """Return how far the feed is behind; `published` tells whether there is a broker of partners."""
    rows, since = await store.unnumbered(db)
    waiting, oldest = await outbox.lag(db, store.FEED)
    numbered_at = oldest["numbered_at"] if oldest else None
    return Lag(
        position=(await store.head(db)).position,
        unnumbered=(rows, _age(since, now)),
        unpublished=(waiting, _age(numbered_at, now)) if published else None,
    )


async def measure(db: Database, now: datetime, *, published: bool) -> None:
    """Set the gauges."""
    found = await lag(db, now, published=published)
    POSITION.set(found.position)
    for gauges, (rows, age) in (
        ((UNNUMBERED, UNNUMBERED_AGE), found.unnumbered),
        ((UNPUBLISHED, UNPUBLISHED_AGE), found.unpublished or (0, 0.0)),
    ):
        gauges[0].set(rows)
        gauges[1].set(age)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
