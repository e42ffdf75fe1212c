"""How many announcements of whom were taken in, or refused and why."""

from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge

from chassis.documents import Database
from transfer.contributions.store import CONTRIBUTIONS
from transfer.integrations.store import in_force

_CONTRIBUTIONS = Counter("contributions_total", "Announcements of partners handled", ["partner", "outcome", "reason"])
_ACCEPTED = Gauge("contributions_day_rows", "Announcements accepted within the last 24 hours", ["partner"])
_LATEST = Gauge("contributions_latest_age_seconds", "How long ago the latest announcement was accepted", ["partner"])
_DAY = timedelta(days=1)


def count(partner: str, outcome: str, reason: str = "") -> None:
    """Count an announcement `accepted`, `duplicate` or `refused`; a partner that nobody knows is `unknown`."""
    _CONTRIBUTIONS.labels(partner or "unknown", outcome, reason).inc()


async def measure(db: Database, now: datetime) -> None:
    """Set what was accepted of each partner that may tell something today."""
    for gauge in (_ACCEPTED, _LATEST):
        gauge.clear()
    taken_in = db[CONTRIBUTIONS.collection]
    for partner in await in_force(db, now.date()):
        if not partner.sends:
            continue
        own = {"integration_id": partner.id}
        _ACCEPTED.labels(partner.name).set(await taken_in.count({**own, "taken_at": {"$gte": now - _DAY}}))
        latest = await taken_in.find(own, sort=[("taken_at", -1)], limit=1)
        if latest:
            _LATEST.labels(partner.name).set((now - latest[0]["taken_at"]).total_seconds())
