"""Days on which things happened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from chassis.errors import RuleBroken, Words

_EASTERNMOST = timedelta(hours=12)
"""Kamchatka, UTC+12: a day that has begun there is today for somebody in the country."""


EARLIEST = date(2000, 1, 1)
"""The first day that lists and reports can be asked for; an earlier one is a slip such as 0218 for 2018."""


@dataclass(eq=False, kw_only=True)
class DateTooEarly(RuleBroken):
    """Something is said to have happened before the years that the platform counts."""

    code: ClassVar = "date-too-early"
    title: ClassVar = Words("Слишком ранняя дата", "The date is too early")
    detail: ClassVar = Words(
        "{day:%d.%m}.{day.year:04}: вносится то, что было начиная с 01.01.2000. Проверьте год.",
        "{day} is before 2000-01-01. Check the year.",
    )
    day: date


@dataclass(eq=False, kw_only=True)
class DateInFuture(RuleBroken):
    """Something is said to have happened on a day that has not come."""

    code: ClassVar = "date-in-future"
    title: ClassVar = Words("Дата ещё не наступила", "The date is in the future")
    detail: ClassVar = Words(
        "{day:%d.%m.%Y} ещё не наступило: вносится только то, что уже произошло.",
        "{day} has not come: only what has happened is recorded.",
    )
    day: date


@dataclass(eq=False, kw_only=True)
class DatesOutOfOrder(RuleBroken):
    """A step is dated before the step it follows."""

    code: ClassVar = "dates-out-of-order"
    title: ClassVar = Words("Даты идут не по порядку", "The dates are out of order")
    detail: ClassVar = Words(
        "Дата {later:%d.%m.%Y} раньше даты предыдущего шага {earlier:%d.%m.%Y}.",
        "{later} is before the previous step, {earlier}.",
    )
    earlier: date
    later: date


def day_has_come(day: date, *, now: datetime) -> None:
    """Refuse a day that has not begun anywhere in Russia, or one before 2000. Raises: DateInFuture, DateTooEarly."""
    if day < EARLIEST:
        raise DateTooEarly(day=day)
    if day > (now + _EASTERNMOST).date():
        raise DateInFuture(day=day)


def days_in_order(earlier: date, later: date) -> None:
    """Refuse a step dated before the one it follows; the same day is in order. Raises: DatesOutOfOrder."""
    if later < earlier:
        raise DatesOutOfOrder(earlier=earlier, later=later)


def within(year: int | None) -> dict[str, Any]:
    """Return the Mongo condition of a day of this year, or of any day when no year is given."""
    return {"$gte": f"{year}-01-01", "$lte": f"{year}-12-31"} if year else {"$type": "string"}
