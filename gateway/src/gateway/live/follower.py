"""The worker `python -m gateway follow`: every fact that somebody is told of becomes an update.

One is enough: the counter lets one transaction commit at a time, so a second worker adds no speed, only collisions,
which are tried again. Two at once, as during a rollout, lose and repeat nothing: the chassis's inbox sees to that.
"""

import time
from collections.abc import Sequence

from prometheus_client import Gauge, Histogram
from pydantic import Field

from chassis.app import Service
from chassis.documents import Index
from chassis.reactions import Reactions
from chassis.settings import ServiceSettings
from chassis.work import Work
from contracts.fact import Fact
from gateway.live import journal
from gateway.live.audiences import BY_TYPE, ROWS
from gateway.live.journal import Update

LAG = Histogram(
    "gateway_live_lag_seconds",
    "From a fact to its update",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)
LAST = Gauge("gateway_live_lag_last_seconds", "Age of the fact that became an update last")


class FollowerSettings(ServiceSettings):
    """What the worker reads: the gateway's own database and broker user, and where its probes answer."""

    prefetch: int = Field(default=1, ge=1, le=1000)
    """More only collide on the counter."""
    gateway_updates_days: float = Field(default=7, gt=0, le=366)
    """How long a client may be away and still resume; after that it loads anew."""


def follower(settings: FollowerSettings, collections: dict[str, Sequence[Index]] | None = None) -> Service:
    """Return the worker; `collections` are further ones of the gateway's database that `migrate` prepares."""
    reactions = Reactions()

    @reactions.when(*(row.model for row in ROWS))
    async def when_anything_happens_tell_those_it_concerns(fact: Fact, work: Work) -> None:
        await note(fact, work, days=settings.gateway_updates_days)

    return Service(
        name="gateway",
        title="Социальный технопарк: обновления",
        settings=settings,
        reactions=(reactions,),
        collections={**journal.COLLECTIONS, **(collections or {})},
    )


async def note(fact: Fact, work: Work, *, days: float) -> None:
    """Write the update of a fact, unless it concerns nobody."""
    row, envelope = BY_TYPE[fact.type], work.event
    audience = row.audience(fact)
    if envelope is None or not audience:
        return
    update = Update(
        type=fact.type,
        resource=row.path(fact),
        subject=envelope.subject,
        version=envelope.sequence,
        occurred_at=envelope.time,
    )
    await journal.append(work.db, update, audience, now=work.now, days=days)
    age = max(0.0, time.time() - envelope.time.timestamp())
    LAG.observe(age)
    LAST.set(age)
