"""Days and periods of the business: a period includes its first and its last day, without a last day it is open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from chassis.errors import RuleBroken, Words

_TIME_ZONE_ALLOWANCE = timedelta(days=1)


@dataclass(eq=False, kw_only=True)
class DateInFuture(RuleBroken):
    """Something is said to have happened on a day that has not come."""

    code: ClassVar = "date-in-future"
    title: ClassVar = Words("Дата ещё не наступила", "The date is in the future")
    detail: ClassVar = Words(
        "{on:%d.%m.%Y} ещё не наступило: внесите то, что уже произошло.", "{on} has not come: enter what has happened."
    )
    on: date


@dataclass(eq=False, kw_only=True)
class PeriodReversed(RuleBroken):
    """A period ends before it begins."""

    code: ClassVar = "period-reversed"
    title: ClassVar = Words("Срок задан неверно", "The period is reversed")
    detail: ClassVar = Words(
        "Последний день {last:%d.%m.%Y} раньше первого дня {first:%d.%m.%Y}.",
        "The last day {last} is before the first day {first}.",
    )
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; empty when `last` is before `first`."""

    first: date
    last: date | None = None

    @property
    def last_day(self) -> date:
        """The last day; the last day of the calendar for an open period."""
        return self.last or date.max

    def covers(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last_day

    def meets(self, other: "Period") -> bool:
        """Tell whether the periods share a day."""
        return max(self.first, other.first) <= min(self.last_day, other.last_day)


def happened(on: date, *, today: date) -> None:
    """Refuse a day that has not come. Raises: DateInFuture.

    `today` is in UTC; in the regions the day begins up to twelve hours earlier, so tomorrow may have come there.
    """
    if on > today + _TIME_ZONE_ALLOWANCE:
        raise DateInFuture(on=on)


def in_order(first: date, last: date | None) -> Period:
    """Return a period that a client gave. Raises: PeriodReversed."""
    if last is not None and last < first:
        raise PeriodReversed(first=first, last=last)
    return Period(first, last)
