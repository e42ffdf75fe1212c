"""How deliveries fare, per partner: for metrics and for the operator's command."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import prometheus_client
from prometheus_client import Gauge

from chassis.documents import Database, Document
from reporting.deliveries.store import COLLECTION
from reporting.feed.store import head
from reporting.integrations.store import INTEGRATIONS
from reporting.webhooks.store import CURSORS, WEBHOOKS

ATTEMPTS = prometheus_client.Counter("webhook_attempts_total", "Tries of deliveries", ["partner", "outcome"])
WAITING = Gauge("webhook_waiting_rows", "Events that wait for a delivery", ["partner"])
OLDEST = Gauge("webhook_oldest_waiting_age_seconds", "Age of the oldest event that waits for a delivery", ["partner"])
STOPPED = Gauge("webhook_stopped", "Webhooks that the platform has stopped", ["partner"])
STATES = Gauge("webhook_rows", "Webhooks by their state", ["partner", "state"])
FAILING = Gauge("webhook_failing_seconds", "For how long no try of one of its webhooks has arrived", ["partner"])
BEHIND = Gauge("webhook_behind_events", "Events of the feed that one of its webhooks has not come to", ["partner"])
ENDED = Gauge("webhook_day_rows", "Deliveries that ended within the last 24 hours", ["partner", "state"])
_OF_DATABASE = (WAITING, OLDEST, STOPPED, STATES, FAILING, BEHIND, ENDED)
_DAY = timedelta(days=1)
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
    """Read the gauges that live in the database; it costs as much as a day has deliveries.

    Of a revoked integration nothing is told: whatever state its webhooks were in, nobody is to be called for them.
    """
    found = await db[WEBHOOKS.collection].find({"state": {"$in": SHOWN}}, sort=[("state", 1), ("_id", 1)])
    let_go = {row["_id"] for row in await db[INTEGRATIONS].find({"_id": {"$gt": ""}}) if row.get("revoked_on")}
    webhooks = [row for row in found if row["integration_id"] not in let_go]
    ids, newest = [row["_id"] for row in webhooks], (await head(db)).position
    names, waits, ended = await _names(db), await _waiting(db, ids), await _ended(db, now - _DAY)
    cursors = {row["_id"]: row for row in await db[CURSORS].find({"_id": {"$in": ids}})}
    fares: dict[str, _Fare] = defaultdict(_Fare)
    for row in webhooks:
        fare, waiting = fares[names.get(row["integration_id"], "?")], waits.get(row["_id"], {})
        cursor = cursors.get(row["_id"], {})
        fare.states[row["state"]] += 1
        fare.ended += ended[row["_id"]]
        fare.waiting += waiting.get("rows", 0)
        fare.oldest = max(fare.oldest, _seconds(waiting.get("oldest"), now))
        fare.failing = max(fare.failing, _seconds(cursor.get("failing_since"), now))
        fare.behind = max(fare.behind, newest - cursor.get("position", newest))
    for gauge in _OF_DATABASE:
        gauge.clear()
    for partner, fare in fares.items():
        _show(partner, fare)


@dataclass
class _Fare:
    """How all webhooks of a partner fare together."""

    waiting: int = 0
    oldest: float = 0
    failing: float = 0
    behind: int = 0
    states: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)


def _show(partner: str, fare: _Fare) -> None:
    WAITING.labels(partner).set(fare.waiting)
    OLDEST.labels(partner).set(fare.oldest)
    STOPPED.labels(partner).set(fare.states["suspended"] + fare.states["ended"])
    FAILING.labels(partner).set(fare.failing)
    BEHIND.labels(partner).set(fare.behind)
    for state, rows in fare.states.items():
        STATES.labels(partner, state).set(rows)
    for state in ("delivered", "failed"):
        ENDED.labels(partner, state).set(fare.ended[state])


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0


async def _ended(db: Database, since: datetime) -> dict[str, Counter[str]]:
    found = await db[COLLECTION].aggregate(
        [
            {"$match": {"done_at": {"$gte": since}}},
            {"$group": {"_id": {"webhook": "$webhook_id", "state": "$state"}, "rows": {"$sum": 1}}},
        ]
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in found:
        counts[row["_id"]["webhook"]][row["_id"]["state"]] = row["rows"]
    return counts


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
