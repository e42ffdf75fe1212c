from datetime import UTC, date, datetime

import pytest

from transfer.dates import DateInFuture, DatesOutOfOrder, DateTooEarly, day_has_come, days_in_order
from transfer.statuses.domain import Status, StatusRequired, institution_holds

NOW = datetime(2023, 11, 20, 11, 59, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2023, 11, 20)])
def test_a_day_that_has_begun_is_accepted(day):
    day_has_come(day, now=NOW)


def test_tomorrow_is_refused_with_the_day_named():
    with pytest.raises(DateInFuture) as refused:
        day_has_come(date(2023, 11, 21), now=NOW)
    assert "21.11.2023" in refused.value.say("ru")[1]


def test_a_day_before_the_year_2000_is_refused_as_a_slip_and_the_first_of_2000_is_not():
    day_has_come(date(2000, 1, 1), now=NOW)
    for slip in (date(1999, 12, 31), date(24, 3, 1)):
        with pytest.raises(DateTooEarly) as refused:
            day_has_come(slip, now=NOW)
    assert refused.value.say("ru")[1].startswith("01.03.0024: вносится то")


def test_a_day_that_has_begun_on_kamchatka_is_accepted_while_utc_is_still_yesterday():
    day_has_come(date(2023, 11, 21), now=NOW.replace(hour=12, minute=0))


def test_the_same_day_is_in_order_and_the_day_before_is_not():
    days_in_order(date(2023, 5, 2), date(2023, 5, 2))
    with pytest.raises(DatesOutOfOrder):
        days_in_order(date(2023, 5, 2), date(2023, 5, 1))


def status(**period: date) -> Status:
    return Status(institution_id="vesta", kind="rip", **{"valid_from": date(2018, 1, 1), **period})


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2017, 12, 31), False),
        (date(2018, 1, 1), True),
        (date(2018, 12, 31), True),
        (date(2019, 1, 1), False),
    ],
)
def test_a_status_is_held_from_its_first_to_its_last_day(day, valid):
    assert status(valid_until=date(2018, 12, 31)).is_valid_on(day) is valid


@pytest.mark.parametrize(("day", "valid"), [(date(2018, 5, 31), True), (date(2018, 6, 1), False)])
def test_a_revoked_status_is_not_held_from_the_day_of_revocation(day, valid):
    assert status(revoked_on=date(2018, 6, 1)).is_valid_on(day) is valid


def test_an_extension_without_its_grant_gives_no_status_yet():
    assert not Status(institution_id="vesta", kind="rip", valid_until=date(2030, 1, 1)).is_valid_on(date(2018, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [
        (date(2017, 1, 1), date(2017, 12, 31), False),
        (date(2017, 1, 1), date(2018, 1, 1), True),
        (date(2018, 12, 31), date(2019, 12, 31), True),
        (date(2019, 1, 1), date(2019, 12, 31), False),
    ],
)
def test_a_status_counts_for_a_year_that_it_touches_by_a_day(first, last, valid):
    assert status(valid_until=date(2018, 12, 31)).is_valid_within(first, last) is valid


def test_an_institution_with_another_status_is_refused_by_name_of_the_lacking_one():
    with pytest.raises(StatusRequired) as refused:
        institution_holds("site", [status()], institution_id="vesta", day=date(2018, 5, 1))
    assert "площадка по внедрению" in refused.value.say("ru")[1]
    assert "site" in refused.value.say("en")[1]
