"""How partners are: what waits in their queues, as the broker tells it, beside what the registry knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from prometheus_client import Gauge

from chassis.errors import Unavailable
from chassis.work import Reads
from registry.institutions.queries import institution_names
from registry.integrations import domain
from registry.integrations.broker import Broker
from registry.integrations.domain import Integration, Standing
from registry.integrations.store import INTEGRATIONS
from registry.integrations.topology import is_queue, queue_of

_MESSAGES = Gauge("partner_queue_messages", "Events that wait for a partner", ["partner"])
_BYTES = Gauge("partner_queue_bytes", "Their size", ["partner"])
_LIMIT = Gauge("partner_queue_limit_bytes", "The size at which the oldest are dropped", ["partner"])
_CONSUMERS = Gauge("partner_queue_consumers", "Consumers of a partner's queue", ["partner"])
_OLDEST = Gauge("partner_queue_oldest_age_seconds", "Age of the oldest event of a partner that sleeps", ["partner"])
_DAYS = Gauge("partner_days_left", "Days until an integration expires", ["partner"])
_PENDING = Gauge("partner_integrations_pending", "Integrations that the broker does not hold as granted")
_SILENT = Gauge("partner_broker_silent", "1 while the broker's management API does not answer")
_OF_QUEUES = (_MESSAGES, _BYTES, _LIMIT, _CONSUMERS, _OLDEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a partner's queue."""

    messages: int
    size: int
    consumers: int
    oldest: datetime | None
    """When the first message was published; asked only while nobody consumes, see `Broker.first_published`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A partner as an operator sees it."""

    integration: Integration
    institution: str
    standing: Standing
    carried_out: bool
    waiting: Waiting | None
    """None without a queue, or while the broker does not answer."""


async def observe(reads: Reads, broker: Broker | None) -> list[Observed]:
    """Return the integrations that are not revoked, by name. Raises: BrokerSilent, BrokerRefused."""
    queues = {row["name"]: await _waiting(row, broker) for row in await broker.queues()} if broker else {}
    found = await reads.db[INTEGRATIONS.collection].find({"state": "granted"})
    known = {row["_id"]: INTEGRATIONS.read(row) for row in found}
    names = await institution_names(reads, [one.institution_id for one in known.values()])
    return sorted(
        (
            Observed(
                integration=known[row["_id"]],
                institution=names[row["institution_id"]],
                standing=domain.standing(known[row["_id"]], today=reads.now.date()),
                carried_out=row.get("broker", {}).get("version") == row["version"],
                waiting=queues.get(queue_of(known[row["_id"]])),
            )
            for row in found
        ),
        key=lambda one: one.integration.name,
    )


async def _waiting(row: Mapping[str, Any], broker: Broker) -> Waiting:
    messages, consumers = row.get("messages", 0), row.get("consumers", 0)
    sleeps = is_queue(row["name"]) and messages and not consumers
    return Waiting(
        messages=messages,
        size=row.get("message_bytes", 0),
        consumers=consumers,
        oldest=await broker.first_published(row["name"]) if sleeps else None,
    )


async def measure(reads: Reads, broker: Broker) -> None:
    """Set the gauges of all partners; while the broker is silent those of the queues are left out."""
    try:
        observed = await observe(reads, broker)
    except Unavailable:
        _SILENT.set(1)
        _show(await observe(reads, None), reads.now)
        return
    _SILENT.set(0)
    _show(observed, reads.now)


def _show(observed: Sequence[Observed], now: datetime) -> None:
    for gauge in (*_OF_QUEUES, _DAYS):
        gauge.clear()
    _PENDING.set(sum(not one.carried_out for one in observed))
    for one in observed:
        name = one.integration.name
        _DAYS.labels(name).set(days_left(one.integration.valid_until, now.date()))
        if waiting := one.waiting:
            _MESSAGES.labels(name).set(waiting.messages)
            _BYTES.labels(name).set(waiting.size)
            _LIMIT.labels(name).set(one.integration.queue_bytes)
            _CONSUMERS.labels(name).set(waiting.consumers)
            if waiting.oldest:
                _OLDEST.labels(name).set((now - waiting.oldest).total_seconds())


def days_left(valid_until: date, today: date) -> int:
    """Return how many days an integration is in force from today on, today included; 0 when it has expired."""
    return max(0, (valid_until - today + timedelta(days=1)).days)
