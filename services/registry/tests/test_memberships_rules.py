from dataclasses import replace
from datetime import date

import pytest

from chassis.identity import Caller
from registry.memberships.domain import (
    AlreadyMember,
    EndOutsideMembership,
    Membership,
    end,
    grant,
    policy_for_granting,
)
from registry.periods import DateInFuture, PeriodReversed

TODAY = date(2024, 1, 15)
YEAR = Membership(
    id="m-1",
    person_id="p-1",
    institution_id="i-1",
    roles=("specialist",),
    valid_from=date(2023, 1, 1),
    valid_until=date(2023, 12, 31),
)


def test_a_granted_membership_is_told_with_its_roles_and_days():
    _, fact = grant(YEAR, [])
    assert (fact.roles, fact.valid_from, fact.valid_until) == (("specialist",), YEAR.valid_from, YEAR.valid_until)


def test_memberships_of_one_person_in_one_institution_may_follow_each_other():
    following = replace(YEAR, id="m-2", valid_from=date(2024, 1, 1), valid_until=None)
    assert grant(following, [YEAR])[0] == following


def test_memberships_of_one_person_in_one_institution_share_no_day():
    with pytest.raises(AlreadyMember) as refused:
        grant(replace(YEAR, id="m-2", valid_from=date(2023, 12, 31), valid_until=None), [YEAR])
    assert refused.value.membership_id == "m-1"


def test_a_membership_cannot_end_before_it_begins():
    with pytest.raises(PeriodReversed):
        grant(replace(YEAR, valid_until=date(2022, 12, 31)), [])


def test_the_day_a_membership_ends_on_is_its_last_day():
    ended, fact = end(YEAR, ended_on=date(2023, 11, 20), today=TODAY)
    assert ended.period.covers(date(2023, 11, 20))
    assert not ended.period.covers(date(2023, 11, 21))
    assert fact.ended_on == date(2023, 11, 20)


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_a_membership_ends_only_within_its_term(day: str):
    with pytest.raises(EndOutsideMembership):
        end(YEAR, ended_on=date.fromisoformat(day), today=TODAY)


def test_an_end_that_has_not_come_is_refused():
    with pytest.raises(DateInFuture):
        end(replace(YEAR, valid_until=None), ended_on=date(2024, 2, 1), today=TODAY)


def test_a_head_appoints_specialists_of_the_own_institution_and_no_heads():
    head = Caller(subject="p-2", memberships={"i-1": frozenset({"head"})})
    assert policy_for_granting(("specialist",)).permits(head, YEAR)
    assert not policy_for_granting(("specialist",)).permits(head, replace(YEAR, institution_id="i-2"))
    assert not policy_for_granting(("specialist", "head")).permits(head, YEAR)
