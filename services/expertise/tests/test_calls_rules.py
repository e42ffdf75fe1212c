from dataclasses import replace
from datetime import date

import pytest

from expertise.calls import domain
from expertise.calls.domain import (
    Call,
    CallClosed,
    CriteriaRepeated,
    Criterion,
    Eligibility,
    Scale,
    ScaleEmpty,
    WeightsIncomplete,
)
from expertise.dates import DatesOutOfOrder

NOVELTY = Criterion(code="novelty", title="Новизна", weight=60)
EFFECT = Criterion(code="effect", title="Эффект", weight=40)
CALL = Call(
    id="c1",
    direction_id="d1",
    title="Отбор",
    opens_on=date(2018, 2, 5),
    closes_on=date(2018, 3, 30),
    criteria=(NOVELTY, EFFECT),
    scale=Scale(minimum=1, maximum=5),
    eligibility=Eligibility(
        status_kinds=frozenset({"rip"}), institution_kinds=frozenset(), team_supervisor_status_kinds=frozenset()
    ),
    returns_limit=2,
    reviews_required=2,
    divergence_threshold=20,
)


@pytest.mark.parametrize("day", [date(2018, 2, 5), date(2018, 3, 30)])
def test_the_first_and_the_last_day_belong_to_the_call(day):
    domain.is_open(CALL, day)


@pytest.mark.parametrize("day", [date(2018, 2, 4), date(2018, 3, 31)])
def test_the_days_around_the_term_are_outside_the_call(day):
    with pytest.raises(CallClosed) as refusal:
        domain.is_open(CALL, day)
    assert "с 05.02.2018 по 30.03.2018 включительно" in refusal.value.say("ru")[1]


@pytest.mark.parametrize("weight", [39, 41])
def test_weights_of_ninety_nine_or_a_hundred_and_one_are_refused(weight):
    with pytest.raises(WeightsIncomplete) as refusal:
        domain.open_call(replace(CALL, criteria=(NOVELTY, replace(EFFECT, weight=weight))))
    assert refusal.value.total == 60 + weight


def test_one_code_for_two_criteria_is_refused():
    with pytest.raises(CriteriaRepeated):
        domain.open_call(replace(CALL, criteria=(NOVELTY, replace(EFFECT, code="novelty"))))


def test_a_scale_needs_two_different_ends():
    domain.open_call(replace(CALL, scale=Scale(minimum=4, maximum=5)))
    with pytest.raises(ScaleEmpty):
        domain.open_call(replace(CALL, scale=Scale(minimum=5, maximum=5)))


def test_a_call_of_one_day_opens_but_does_not_close_before_it_opens():
    domain.open_call(replace(CALL, closes_on=CALL.opens_on))
    with pytest.raises(DatesOutOfOrder):
        domain.open_call(replace(CALL, closes_on=date(2018, 2, 4)))


@pytest.mark.parametrize(("novelty", "effect", "total"), [(1, 1, 0), (5, 5, 100), (5, 1, 60), (1, 5, 40), (2, 3, 35)])
def test_the_weighted_total_runs_from_zero_to_a_hundred(novelty, effect, total):
    assert domain.weighted_total(CALL, {"novelty": novelty, "effect": effect}) == total
