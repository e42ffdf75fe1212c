from datetime import date

import pytest

from expertise.dates import DateInFuture, DatesOutOfOrder, DateTooEarly, has_happened, in_order

TODAY = date(2023, 11, 20)


def test_the_day_after_utc_today_has_already_come_in_the_far_east():
    has_happened(date(2023, 11, 21), TODAY)


def test_two_days_after_today_have_come_nowhere():
    with pytest.raises(DateInFuture) as refusal:
        has_happened(date(2023, 11, 22), TODAY)
    assert refusal.value.say("ru")[1].startswith("22.11.2023 ещё не наступило")
    assert refusal.value.say("en")[1] == "2023-11-22 has not come yet."


def test_a_day_before_the_year_2000_is_refused_as_a_slip_and_the_first_of_2000_is_not():
    has_happened(date(2000, 1, 1), TODAY)
    with pytest.raises(DateTooEarly) as refusal:
        has_happened(date(1999, 12, 31), TODAY)
    assert refusal.value.say("ru")[1].startswith("31.12.1999: вносится то")


def test_a_step_may_share_the_day_of_the_step_before():
    in_order(TODAY, TODAY)
    in_order(None, TODAY)


def test_a_step_a_day_before_its_predecessor_is_refused():
    with pytest.raises(DatesOutOfOrder):
        in_order(TODAY, date(2023, 11, 19))
