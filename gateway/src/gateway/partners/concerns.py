"""What an operator has to look after. Names and limits are those of the alerts in deploy/kubernetes/components."""

from collections.abc import Iterator
from typing import NamedTuple

from gateway.partners.reading import UNKNOWN, Figures

FULL = 0.8
"""Of a queue's bytes."""
TOO_OLD = 24 * 3600.0
"""Seconds that an event may wait in a partner's queue."""
FAILS = 3600.0
"""Seconds without a delivery that arrived."""
REFUSED = 20
"""Messages of a partner in a day."""
DROPPED = 24 * 3600.0
"""Seconds since the quarantine gave up a message of a partner for a newer one."""
SOON = 14
"""Days until an integration expires."""
FEED_LATE = 300.0
"""Seconds that an event of the feed may wait for its number or for the partners' broker."""


class Concern(NamedTuple):
    """An alert that holds now, and what of whom."""

    alert: str
    words: str


def of_partner(figures: Figures, name: str) -> Iterator[Concern]:
    """What is wrong with one partner."""
    yield from _of_queue(figures, name)
    yield from _of_term(figures, name)
    if stopped := figures.value("webhook_stopped", partner=name):
        yield Concern("WebhookStopped", f"вебхуков остановлено: {stopped:.0f}")
    elif (figures.value("webhook_failing_seconds", partner=name) or 0) > FAILS:
        yield Concern("WebhookFails", "вебхук не принимает больше часа")
    refused = sum(figures.split("quarantine_day_rows", "reason", partner=name).values())
    if refused > REFUSED:
        yield Concern("InboundRefused", f"за сутки отклонено сообщений: {refused:.0f}")
    since = figures.value("quarantine_dropped_age_seconds", partner=name)
    if since is not None and since < DROPPED:
        yield Concern("QuarantineOverflows", "карантин полон: самые старые непринятые уступают место новым")


def _of_queue(figures: Figures, name: str) -> Iterator[Concern]:
    size, limit, age = (
        figures.value(f"partner_queue_{what}", partner=name) or 0
        for what in ("bytes", "limit_bytes", "oldest_age_seconds")
    )
    if limit and size >= FULL * limit:
        yield Concern("PartnerQueueFull", f"очередь полна на {size / limit:.0%}: скоро пропадут самые старые события")
    if age > TOO_OLD:
        yield Concern("PartnerSleeps", "самое старое событие ждёт больше суток")


def _of_term(figures: Figures, name: str) -> Iterator[Concern]:
    days = figures.value("partner_days_left", partner=name)
    if days is not None and days < SOON:
        yield Concern("PartnerExpires", f"дней до конца срока: {days:.0f}" if days else "срок вышел")
    if figures.value("partner_carried_out", partner=name) == 0:
        yield Concern("PartnerNotCarriedOut", "на брокере ещё не выдано")


def of_platform(figures: Figures) -> Iterator[Concern]:
    """What is wrong for all partners."""
    if figures.value("partner_broker_silent"):
        yield Concern("PartnersBrokerSilent", "HTTP API брокера не отвечает: очередей не видно")
    if figures.value("inbound_queue_consumers", queue="inbound") == 0:
        yield Concern("InboundNotTaken", "никто не принимает того, что сообщают партнёры")
    if died := figures.value("inbound_queue_messages", queue="inbound.parked"):
        yield Concern("InboundParked", f"сообщений, на которых умирала обработка: {died:.0f}")
    ages = [figures.value(f"feed_oldest_{kind}_age_seconds") or 0 for kind in ("unnumbered", "unpublished")]
    if max(ages) > FEED_LATE:
        yield Concern("PublicFeedLate", "события опаздывают к партнёрам")
    if strangers := sum(figures.split("quarantine_day_rows", "reason", partner=UNKNOWN).values()):
        yield Concern("UnknownSenders", f"за сутки сообщений от неизвестных отправителей: {strangers:.0f}")
