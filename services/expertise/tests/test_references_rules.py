from datetime import date
from typing import Any

import pytest

from expertise.references.domain import Membership, Status, kinds_in_force, membership_in_force, status_in_force


def status(**parts: Any) -> Status:
    return Status(id="s", institution_id="vesta", kind="rip", **parts)


def membership(**parts: Any) -> Membership:
    return Membership(id="m", person_id="p", institution_id="vesta", **parts)


TERM = {"valid_from": date(2018, 1, 1), "valid_until": date(2018, 12, 31)}


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2017, 12, 31), False), (date(2018, 1, 1), True), (date(2018, 12, 31), True), (date(2019, 1, 1), False),
    ],
)  # fmt: skip
def test_both_ends_of_a_term_are_inside_it(day, held):
    assert status_in_force(status(**TERM), day) is held
    assert membership_in_force(membership(**TERM), day) is held


def test_a_status_is_not_held_from_the_day_of_its_revocation():
    revoked = status(**TERM, revoked_on=date(2018, 6, 1))
    assert status_in_force(revoked, date(2018, 5, 31))
    assert not status_in_force(revoked, date(2018, 6, 1))


def test_the_last_day_of_work_is_still_a_day_of_work():
    ended = membership(**TERM, ended_on=date(2018, 6, 1))
    assert membership_in_force(ended, date(2018, 6, 1))
    assert not membership_in_force(ended, date(2018, 6, 2))


def test_a_record_whose_beginning_has_not_arrived_is_not_in_force():
    assert not status_in_force(status(valid_until=date(2030, 1, 1)), date(2018, 1, 1))
    assert not membership_in_force(membership(ended_on=date(2030, 1, 1)), date(2018, 1, 1))


def test_an_open_end_never_comes():
    assert kinds_in_force([status(valid_from=date(2018, 1, 1))], date(2099, 1, 1)) == {"rip"}
