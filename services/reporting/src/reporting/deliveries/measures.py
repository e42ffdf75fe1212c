"""How deliveries fare, per partner: for metrics and for the operator's command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Counter, Gauge

from chassis.documents import Database, Document
from reporting.deliveries.store import COLLECTION
from reporting.webhooks.store import CURSORS, INTEGRATIONS, WEBHOOKS

ATTEMPTS = Counter("webhook_attempts_total", "Tries of deliveries", ["partner", "outcome"])
WAITING = Gauge("webhook_waiting_rows", "Events that wait for a delivery", ["partner"])
OLDEST = Gauge("webhook_oldest_waiting_age_seconds", "Age of the oldest event that waits for a delivery", ["partner"])
STOPPED = Gauge("webhook_stopped", "Webhooks that the platform has stopped", ["partner"])
SHOWN = ("active", "paused", "suspended", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One webhook: what waits, since when, and what arrived in the time that the log is kept."""

    webhook_id: str
    partner: str
    url: str
    state: str
    reason: str | None
    waiting: int
    oldest: datetime | None
    delivered: int
    failed: int
    failing_since: datetime | None


async def measured(db: Database) -> list[Measured]:
    """Return every webhook that is not removed, with what its log says."""
    webhooks = await db[WEBHOOKS.collection].find({"state": {"$in": SHOWN}}, sort=[("state", 1), ("_id", 1)])
    ids = [row["_id"] for row in webhooks]
    names, waits = await _names(db), await _waiting(db, ids)
    cursors = {row["_id"]: row for row in await db[CURSORS].find({"_id": {"$in": ids}})}
    logged = await db[COLLECTION].aggregate(
        [
            {"$match": {"webhook_id": {"$in": ids}, "state": {"$in": ["delivered", "failed"]}}},
            {"$group": {"_id": {"webhook": "$webhook_id", "state": "$state"}, "rows": {"$sum": 1}}},
        ]
    )
    counts = {(row["_id"]["webhook"], row["_id"]["state"]): row["rows"] for row in logged}
    return [
        Measured(
            webhook_id=row["_id"],
            partner=names.get(row["integration_id"], "?"),
            url=row["url"],
            state=row["state"],
            reason=row.get("reason"),
            waiting=waits.get(row["_id"], {}).get("rows", 0),
            oldest=waits.get(row["_id"], {}).get("oldest"),
            delivered=counts.get((row["_id"], "delivered"), 0),
            failed=counts.get((row["_id"], "failed"), 0),
            failing_since=cursors.get(row["_id"], {}).get("failing_since"),
        )
        for row in webhooks
    ]


async def measure(db: Database, now: datetime) -> None:
    """Read the gauges that live in the database."""
    webhooks = await db[WEBHOOKS.collection].find({"state": {"$in": SHOWN}}, sort=[("state", 1), ("_id", 1)])
    names, waits = await _names(db), await _waiting(db, [row["_id"] for row in webhooks])
    sums: dict[str, list[float]] = {}
    for row in webhooks:
        waiting = waits.get(row["_id"], {})
        total = sums.setdefault(names.get(row["integration_id"], "?"), [0, 0, 0])
        total[0] += waiting.get("rows", 0)
        total[1] = max(total[1], (now - waiting["oldest"]).total_seconds() if waiting else 0)
        total[2] += row["state"] in ("suspended", "ended")
    for partner, (rows, age, stopped) in sums.items():
        WAITING.labels(partner).set(rows)
        OLDEST.labels(partner).set(age)
        STOPPED.labels(partner).set(stopped)


async def _names(db: Database) -> dict[str, str]:
    return {row["_id"]: row.get("name", "?") for row in await db[INTEGRATIONS].find({"_id": {"$gt": ""}})}


async def _waiting(db: Database, webhook_ids: Sequence[str]) -> dict[str, Document]:
    found = await db[COLLECTION].aggregate(
        [
            {"$match": {"webhook_id": {"$in": list(webhook_ids)}, "state": "waiting"}},
            {"$group": {"_id": "$webhook_id", "rows": {"$sum": 1}, "oldest": {"$min": "$created_at"}}},
        ]
    )
    return {row["_id"]: row for row in found}
