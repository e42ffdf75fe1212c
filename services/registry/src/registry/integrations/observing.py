"""How partners are: what waits in their queues, as the broker tells it, beside what the registry knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from prometheus_client import Gauge

from chassis.documents import Database
from chassis.errors import Unavailable
from chassis.work import Reads
from registry.institutions.queries import institution_names
from registry.integrations import domain
from registry.integrations.ageing import Watched, looked
from registry.integrations.broker import Broker, BrokerSilent
from registry.integrations.domain import Integration, Standing
from registry.integrations.queries import QueueView, readable
from registry.integrations.store import INTEGRATIONS, forget_all_but, keep_watched, watched_queues
from registry.integrations.topology import INBOUND, is_queue, queue_of

_MESSAGES = Gauge("partner_queue_messages", "Events that wait for a partner", ["partner"])
_BYTES = Gauge("partner_queue_bytes", "Their size", ["partner"])
_LIMIT = Gauge("partner_queue_limit_bytes", "The size at which the oldest are dropped", ["partner"])
_CONSUMERS = Gauge("partner_queue_consumers", "Consumers of a partner's queue", ["partner"])
_OLDEST = Gauge("partner_queue_oldest_age_seconds", "For how long at least the oldest of them has waited", ["partner"])
_INBOUND = Gauge("inbound_queue_messages", "What partners told and transfer has not taken yet", ["queue"])
_READERS = Gauge("inbound_queue_consumers", "Consumers of what partners tell", ["queue"])
_DAYS = Gauge("partner_days_left", "Days until an integration expires", ["partner"])
_CARRIED_OUT = Gauge("partner_carried_out", "1 while the broker holds an integration as granted", ["partner"])
_PENDING = Gauge("partner_integrations_pending", "Integrations that the broker does not hold as granted")
_SILENT = Gauge("partner_broker_silent", "1 while the broker's management API does not answer")
_OF_PARTNERS = (_MESSAGES, _BYTES, _LIMIT, _CONSUMERS, _OLDEST, _DAYS, _CARRIED_OUT)
_TAKEN = ("ack", "deliver_no_ack", "get_no_ack")
"""How messages leave a queue for good, as the broker counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a queue."""

    messages: int
    size: int
    consumers: int
    oldest: datetime | None
    """Since when, at least, the first of them has waited (`ageing`); None until somebody has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A partner as an operator sees it."""

    integration: Integration
    institution: str
    standing: Standing
    carried_out: bool
    waiting: Waiting | None
    """None without a queue, or while the broker does not answer."""


async def look(db: Database, broker: Broker, now: datetime) -> None:
    """Look at the partners' queues, so that later the age of what waits is known. Raises: BrokerSilent, BrokerRefused.

    For one process at a time, about twice a minute.
    """
    known, names = await watched_queues(db), []
    for row in await broker.queues():
        name, waiting = row["name"], row.get("messages")
        if is_queue(name):
            names.append(name)
            if waiting is not None:  # of a queue that is just starting the broker knows nothing yet
                earlier = known.get(name, Watched(id=name))
                await keep_watched(db, looked(earlier, waiting=waiting, taken=_taken(row), at=now))
    await forget_all_but(db, names)


def _taken(row: Mapping[str, Any]) -> int:
    counted = row.get("message_stats", {})
    return sum(counted.get(name, 0) for name in _TAKEN)


async def queue(reads: Reads, integration_id: str, broker: Broker | None) -> QueueView:
    """Return what waits for one partner. Raises: IntegrationUnknown, BrokerSilent, BrokerRefused."""
    integration = INTEGRATIONS.read(await readable(reads, integration_id))
    if broker is None:
        raise BrokerSilent(why="BROKER_MANAGEMENT_URL")
    name = queue_of(integration)
    row = next((row for row in await broker.queues() if row["name"] == name), None)
    waiting = _waiting(row or {}, (await watched_queues(reads.db)).get(name))
    return QueueView(
        name=name if row else None,
        messages=waiting.messages,
        size_bytes=waiting.size,
        limit_bytes=integration.queue_bytes,
        consumers=waiting.consumers,
        oldest_since=waiting.oldest,
    )


async def observe(reads: Reads, broker: Broker | None) -> list[Observed]:
    """Return the integrations that are not revoked, by name. Raises: BrokerSilent, BrokerRefused."""
    return await _observed(reads, await broker.queues() if broker else ())


async def _observed(reads: Reads, queues: Sequence[Mapping[str, Any]]) -> list[Observed]:
    watched = await watched_queues(reads.db)
    waiting = {row["name"]: _waiting(row, watched.get(row["name"])) for row in queues}
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
                waiting=waiting.get(queue_of(known[row["_id"]])),
            )
            for row in found
        ),
        key=lambda one: one.integration.name,
    )


def _waiting(row: Mapping[str, Any], watched: Watched | None) -> Waiting:
    messages = row.get("messages", 0)
    return Waiting(
        messages=messages,
        size=row.get("message_bytes", 0),
        consumers=row.get("consumers", 0),
        oldest=watched.since if watched and messages else None,
    )


async def measure(reads: Reads, broker: Broker) -> None:
    """Set the gauges of all partners; while the broker is silent those of the queues are left out."""
    try:
        queues: Sequence[Mapping[str, Any]] = await broker.queues()
        _SILENT.set(0)
    except Unavailable:
        queues = ()
        _SILENT.set(1)
    _show(await _observed(reads, queues), reads.now)
    for gauge in (_INBOUND, _READERS):
        gauge.clear()
    for row in queues:
        if row["name"].partition(".")[0] == INBOUND:
            _INBOUND.labels(row["name"]).set(row.get("messages", 0))
            _READERS.labels(row["name"]).set(row.get("consumers", 0))


def _show(observed: Sequence[Observed], now: datetime) -> None:
    for gauge in _OF_PARTNERS:
        gauge.clear()
    _PENDING.set(sum(not one.carried_out for one in observed))
    for one in observed:
        name = one.integration.name
        _DAYS.labels(name).set(days_left(one.integration.valid_until, now.date()))
        _CARRIED_OUT.labels(name).set(one.carried_out)
        if waiting := one.waiting:
            _MESSAGES.labels(name).set(waiting.messages)
            _BYTES.labels(name).set(waiting.size)
            _LIMIT.labels(name).set(one.integration.queue_bytes)
            _CONSUMERS.labels(name).set(waiting.consumers)
            if waiting.oldest or not waiting.messages:
                _OLDEST.labels(name).set((now - waiting.oldest).total_seconds() if waiting.oldest else 0)


def days_left(valid_until: date, today: date) -> int:
    """Return how many days an integration is in force from today on, today included; 0 when it has expired."""
    return max(0, (valid_until - today + timedelta(days=1)).days)
