from datetime import date

import pytest

from registry.periods import DateInFuture, Period, PeriodReversed, happened, in_order
from registry.wording import beginnings, normalised

TODAY = date(2024, 1, 15)


def test_tomorrow_in_utc_may_have_come_in_the_east_of_the_country():
    happened(date(2024, 1, 16), today=TODAY)


def test_the_day_after_tomorrow_has_come_nowhere_in_the_country():
    with pytest.raises(DateInFuture) as refused:
        happened(date(2024, 1, 17), today=TODAY)
    assert refused.value.say("ru")[1].startswith("17.01.2024")


def test_a_period_may_last_one_day_but_not_less():
    assert in_order(TODAY, TODAY) == Period(TODAY, TODAY)
    with pytest.raises(PeriodReversed):
        in_order(TODAY, date(2024, 1, 14))


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2022-12-31", False), ("2023-01-01", True), ("2023-12-31", True), ("2024-01-01", False)],
)
def test_a_period_covers_its_first_and_its_last_day(day: str, covered: bool):
    assert Period(date(2023, 1, 1), date(2023, 12, 31)).covers(date.fromisoformat(day)) is covered


def test_an_open_period_covers_every_later_day():
    assert Period(TODAY).covers(date.max)


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        ("2022-01-01", "2022-12-31", False),
        ("2022-01-01", "2023-01-01", True),
        ("2023-12-31", None, True),
        ("2024-01-01", None, False),
        ("2023-06-01", "2023-05-31", False),
    ],
)
def test_periods_meet_when_they_share_a_day(first: str, last: str | None, meets: bool):
    year = Period(date(2023, 1, 1), date(2023, 12, 31))
    other = Period(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    assert year.meets(other) is meets
    assert other.meets(year) is meets


def test_names_are_compared_without_case_quotation_marks_and_yo():
    assert normalised("  КСЦОН  «Берёзка» ") == normalised('ксцон "березка"')


def test_type_ahead_may_start_from_any_word_of_a_name():
    assert beginnings("КСЦОН «Веста» г. Ангарск") == [
        "ангарск",
        "веста г. ангарск",
        "г. ангарск",
        "ксцон веста г. ангарск",
    ]
