from dataclasses import replace
from datetime import date

import pytest

from expertise.councils import domain
from expertise.councils.domain import (
    ChairOutside,
    Council,
    Majority,
    Member,
    MemberRepeated,
    Share,
    ShareInvalid,
    TermOver,
)
from expertise.dates import DatesOutOfOrder

TWO_THIRDS, HALF = Share(numerator=2, denominator=3), Share(numerator=1, denominator=2)
COUNCIL = Council(
    id="c", title="Совет", chair_id="a", members=(Member(person_id="a", name="А"), Member(person_id="b", name="Б")),
    quorum=TWO_THIRDS, majority=Majority(share=HALF, strict=True), since=date(2018, 1, 1), until=date(2018, 12, 31),
)  # fmt: skip


@pytest.mark.parametrize(("members", "needed"), [(9, 6), (8, 6), (10, 7), (1, 1), (3, 2)])
def test_a_quorum_of_two_thirds_is_rounded_up(members, needed):
    assert domain.quorum_size(members, TWO_THIRDS) == needed


@pytest.mark.parametrize(("votes", "entitled", "carried"), [(3, 6, False), (4, 6, True), (3, 5, True), (2, 5, False)])
def test_a_simple_majority_is_more_than_half_of_those_entitled(votes, entitled, carried):
    assert domain.carries(votes, entitled, COUNCIL.majority) is carried


@pytest.mark.parametrize(("votes", "carried"), [(3, False), (4, True)])
def test_a_qualified_majority_is_at_least_its_share(votes, carried):
    assert domain.carries(votes, 6, Majority(share=TWO_THIRDS, strict=False)) is carried


def test_the_chair_is_one_of_the_members_and_nobody_is_named_twice():
    domain.form(COUNCIL)
    with pytest.raises(ChairOutside):
        domain.form(replace(COUNCIL, chair_id="stranger"))
    with pytest.raises(MemberRepeated):
        domain.form(replace(COUNCIL, members=(*COUNCIL.members, COUNCIL.members[0])))


@pytest.mark.parametrize("numerator", [0, 4])
def test_a_quorum_of_nothing_or_of_more_than_all_is_refused(numerator):
    domain.form(replace(COUNCIL, quorum=Share(numerator=3, denominator=3)))
    with pytest.raises(ShareInvalid):
        domain.form(replace(COUNCIL, quorum=Share(numerator=numerator, denominator=3)))


def test_a_council_acts_on_the_first_and_the_last_day_of_its_term():
    for day in (date(2018, 1, 1), date(2018, 12, 31)):
        domain.in_term(COUNCIL, day)
    for day in (date(2017, 12, 31), date(2019, 1, 1)):
        with pytest.raises(TermOver):
            domain.in_term(COUNCIL, day)


def test_a_term_does_not_end_before_it_begins():
    with pytest.raises(DatesOutOfOrder):
        domain.form(replace(COUNCIL, until=date(2017, 12, 31)))
