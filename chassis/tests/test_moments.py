"""A moment that a client names, from a URL or a body."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.moments import Moment

READ = TypeAdapter(Moment).validate_python


def test_a_plus_that_a_url_turned_into_a_space_is_a_plus():
    east = datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=8)))
    assert READ("2026-01-31T09:00:00+08:00") == READ("2026-01-31T09:00:00 08:00") == east


@pytest.mark.parametrize("said", [20260101, 1.5, "20260101", "1767225600", "2026-01-31T09:00:00", "вчера"])
def test_a_number_a_time_without_its_zone_and_no_time_at_all_are_refused(said):
    with pytest.raises(ValidationError):
        READ(said)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("0001-01-01T00:00:00+14:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:01Z", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("9998-12-31T23:59:59Z", datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", datetime(9999, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_that_no_database_holds_is_taken_for_the_nearest_one_that_it_does(said, taken):
    assert READ(said) == taken
