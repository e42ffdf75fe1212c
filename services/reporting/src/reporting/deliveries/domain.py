"""A delivery: one event on its way to one webhook. How long it is tried, and when a webhook is given up."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from chassis.errors import NotFound, Words

State = Literal["waiting", "delivered", "failed", "withdrawn"]
Kind = Literal["event", "test"]
TEST_TYPE = "reporting.webhook.tested.v1"
"""Of an event that says nothing happened; it is in no catalogue."""
GONE = 410
PROBED_AFTER = 10
"""After so many failures in a row a webhook is asked by one event at a time, until one arrives."""
SHORT = 300
_MOST_TRIPLINGS = 15
_OK = range(200, 300)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffd]+")


@dataclass(eq=False, kw_only=True)
class DeliveryUnknown(NotFound):
    """The webhook has no delivery of this id."""

    code: ClassVar = "delivery-unknown"
    title: ClassVar = Words("Доставка не найдена", "Delivery not found")
    detail: ClassVar = Words("У вебхука нет доставки {delivery_id}.", "The webhook has no delivery {delivery_id}.")
    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an event is tried, and how long a webhook may fail."""

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=6)
    give_up: timedelta = timedelta(days=3)
    """From an event's first try."""
    suspend: timedelta = timedelta(days=1)
    """Of failures without one success between."""
    rouse: timedelta = timedelta(hours=1)
    """Between two times that all that waits is tried because one event arrived after many failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What has become of one event for one webhook; `id` is made of both."""

    id: str
    state: State = "waiting"
    attempts: int = 0
    first_at: datetime | None = None
    next_at: datetime | None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one try: a status and the beginning of the body, or what stood in the way."""

    status: int | None = None
    text: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the receiver took the event."""
        return self.status in _OK

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more events."""
        return self.status == GONE


def backoff(attempts: int, patience: Patience, jitter: float) -> timedelta:
    """Return the pause after so many tries: tripled each time up to the longest, of it between a half and all.

    `jitter` is from 0 up to 1: receivers that failed together are not asked again together.
    """
    tripled: timedelta = patience.first * 3 ** min(attempts - 1, _MOST_TRIPLINGS)
    return min(tripled, patience.longest) * (0.5 + jitter / 2)


def tried(delivery: Delivery, answer: Answer, now: datetime, *, patience: Patience, jitter: float) -> Delivery:
    """Return a delivery after one more try; the last try comes when its time is over."""
    first_at = delivery.first_at or now
    after = replace(delivery, attempts=delivery.attempts + 1, first_at=first_at)
    end = first_at + patience.give_up
    if answer.arrived or now >= end:
        return replace(after, state="delivered" if answer.arrived else "failed", next_at=None, done_at=now)
    return replace(after, next_at=min(now + backoff(after.attempts, patience, jitter), end))


def again(delivery: Delivery, now: datetime) -> Delivery:
    """Return a delivery with all its tries before it, whatever became of it."""
    return replace(delivery, state="waiting", attempts=0, first_at=None, next_at=now, done_at=None)


def withdrawn(delivery: Delivery, now: datetime) -> Delivery:
    """Return a delivery whose event the integration may no longer receive."""
    return replace(delivery, state="withdrawn", next_at=None, done_at=now)


def is_given_up(failing_since: datetime, now: datetime, patience: Patience) -> bool:
    """Tell whether a webhook has failed for so long that the platform suspends it."""
    return now - failing_since >= patience.suspend


def short(body: bytes) -> str:
    """Return the beginning of an answer as one readable line."""
    text = _UNSEEN.sub(" ", body.decode("utf-8", "replace")).strip()
    return text[:SHORT]
