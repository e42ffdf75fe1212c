"""Dates of business: given by people, often about years ago, never about what has not happened yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from chassis.errors import RuleBroken, Words

_AHEAD = timedelta(days=1)


EARLIEST = date(2000, 1, 1)
"""The first day that lists and reports can be asked for; an earlier one is a slip such as 0218 for 2018."""


@dataclass(eq=False, kw_only=True)
class DateTooEarly(RuleBroken):
    """Something is said to have happened before the years that the platform counts."""

    code: ClassVar = "date-too-early"
    title: ClassVar = Words("Слишком ранняя дата", "The date is too early")
    detail: ClassVar = Words(
        "{on:%d.%m}.{on.year:04}: вносится то, что было начиная с 01.01.2000. Проверьте год.",
        "{on} is before 2000-01-01. Check the year.",
    )
    on: date


@dataclass(eq=False, kw_only=True)
class DateInFuture(RuleBroken):
    """Something is said to have happened on a day that has not come."""

    code: ClassVar = "date-in-future"
    title: ClassVar = Words("Дата ещё не наступила", "The date is in the future")
    detail: ClassVar = Words(
        "{on:%d.%m.%Y} ещё не наступило. Укажите день, когда это произошло.", "{on} has not come yet."
    )
    on: date


@dataclass(eq=False, kw_only=True)
class DatesOutOfOrder(RuleBroken):
    """A step is dated before the step it follows."""

    code: ClassVar = "dates-out-of-order"
    title: ClassVar = Words("Даты идут не по порядку", "Dates are out of order")
    detail: ClassVar = Words(
        "{later:%d.%m.%Y} раньше, чем {earlier:%d.%m.%Y}: это действие не может предшествовать предыдущему.",
        "{later} is before {earlier}, the date of the step it follows.",
    )
    earlier: date
    later: date


def has_happened(on: date, today: date) -> None:
    """Refuse a day after tomorrow and later: the regions live up to 12 hours ahead of UTC, where `today` is counted.

    A day before 2000 is refused too. Raises: DateInFuture, DateTooEarly.
    """
    if on < EARLIEST:
        raise DateTooEarly(on=on)
    if on > today + _AHEAD:
        raise DateInFuture(on=on)


def in_order(earlier: date | None, later: date) -> None:
    """Refuse a step dated before the one it follows; None when there is no earlier step. Raises: DatesOutOfOrder."""
    if earlier is not None and later < earlier:
        raise DatesOutOfOrder(earlier=earlier, later=later)
