"""The rules of the bulkhead, the budget, the deadline and the retry, by example and by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from gateway.resilience.budget import RetryBudget
from gateway.resilience.bulkhead import Bulkhead
from gateway.resilience.deadline import is_to_blame, milliseconds_left, seconds_allowed
from gateway.resilience.retry import Failure, may_repeat, pause, refused
from gateway.resilience.window import SECONDS, Window

moments = st.lists(st.tuples(st.floats(0, 4), st.booleans()), max_size=80)


@given(moments)
def test_a_window_holds_what_happened_in_this_second_and_the_nine_before(steps):
    window, now, events, marks = Window(), 1000.0, list[int](), list[int]()
    for step, marked in steps:
        now += step
        (window.mark if marked else window.add)(now)
        (marks if marked else events).append(int(now))
        recent = range(int(now) - SECONDS + 1, int(now) + 1)
        assert (window.events, window.marked) == (sum(e in recent for e in events), sum(m in recent for m in marks))


@given(st.integers(1, 5), st.lists(st.booleans()))
def test_a_bulkhead_never_holds_more_than_its_limit_and_turns_away_the_one_too_many(limit, arrivals):
    bulkhead, inside = Bulkhead(limit), 0
    for arrives in arrivals:
        if arrives:
            entered = bulkhead.enter()
            assert entered is (inside < limit)
            inside += entered
        elif inside:
            bulkhead.leave()
            inside -= 1
        assert bulkhead.in_flight == inside


@given(moments)
def test_retries_are_never_more_than_a_tenth_of_the_requests_of_the_last_ten_seconds_and_three(steps):
    budget, now, requests, retries = RetryBudget(), 1000.0, list[int](), list[int]()
    for step, again in steps:
        now += step / 4
        recent = range(int(now) - SECONDS + 1, int(now) + 1)
        if not again:
            budget.requested(now)
            requests.append(int(now))
            continue
        allowed = sum(r in recent for r in requests) * 0.1 + 3
        spent = sum(r in recent for r in retries)
        assert budget.take(now) is (spent + 1 <= allowed)
        if spent + 1 <= allowed:
            retries.append(int(now))


def test_a_hundred_requests_allow_thirteen_retries_and_ten_seconds_later_three():
    budget = RetryBudget()
    for _ in range(100):
        budget.requested(50.5)
    assert sum(budget.take(50.5) for _ in range(100)) == 13
    assert budget.left(50.9) == 0
    assert budget.left(60.0) == 3


def test_retries_that_outlive_the_requests_that_earned_them_leave_nothing_and_no_debt_to_spend():
    budget = RetryBudget()
    for _ in range(100):
        budget.requested(50.5)
    assert sum(budget.take(59.5) for _ in range(100)) == 13
    assert (budget.left(60.0), budget.take(60.0)) == (0, False)


@pytest.mark.parametrize(
    ("asked", "seconds"), [(None, 15), (b"2", 2), (b"0.75", 0.75), (b"0.001", 0.001), (b"15.001", 15), (b"99999", 15)]
)
def test_a_client_may_shorten_the_time_of_a_route_and_never_extend_it(asked, seconds):
    assert seconds_allowed(asked, 15) == seconds


@pytest.mark.parametrize("asked", [b"", b"0", b"0.000", b"-1", b"1e3", b"2s", b"100ms", b"1.2345", b"123456", b"inf"])
def test_a_time_that_is_not_a_positive_number_of_seconds_is_refused(asked):
    with pytest.raises(Problem, match="bad-timeout"):
        seconds_allowed(asked, 15)


@given(st.floats(0, 1e6), st.floats(-20, 600))
def test_a_service_is_told_all_that_remains_and_never_more(now, remains):
    told = milliseconds_left(now + remains, now)
    assert told >= 0
    assert told <= max(0.0, (now + remains - now) * 1000)
    assert told > (now + remains - now) * 1000 - 1


def test_only_a_service_that_had_half_of_the_time_of_its_route_is_blamed_for_being_late():
    assert not is_to_blame(7.4, 15)
    assert is_to_blame(7.5, 15)


@pytest.mark.parametrize(
    ("kind", "method", "failure", "keyed", "repeated"),
    [
        ("always", "GET", Failure.NOT_SENT, False, True),
        ("always", "HEAD", Failure.ANSWER_LOST, False, True),
        ("always", "OPTIONS", Failure.REFUSED, False, True),
        ("keyed", "POST", Failure.NOT_SENT, True, True),
        ("keyed", "POST", Failure.NOT_SENT, False, False),
        ("keyed", "POST", Failure.REFUSED, True, True),
        ("keyed", "POST", Failure.ANSWER_LOST, True, False),
        ("keyed", "PUT", Failure.REFUSED, True, True),
        ("keyed", "DELETE", Failure.REFUSED, False, False),
        ("keyed", "DELETE", Failure.NOT_SENT, True, True),
        ("keyed", "PATCH", Failure.NOT_SENT, True, False),
        ("never", "POST", Failure.NOT_SENT, True, False),
        ("never", "GET", Failure.NOT_SENT, False, False),
    ],
)
def test_a_read_is_repeated_and_a_change_only_with_a_key_and_when_it_surely_was_not_done(
    kind, method, failure, keyed, repeated
):
    assert may_repeat(kind, method.encode(), failure, keyed=keyed) is repeated


@pytest.mark.parametrize(
    ("status", "retry_after", "is_refused"),
    [(502, False, True), (503, False, True), (503, True, False), (500, False, False), (504, False, False)],
)
def test_only_502_and_503_that_do_not_say_when_to_come_back_are_met_again(status, retry_after, is_refused):
    assert refused(status, retry_after=retry_after) is is_refused


@given(st.floats(0, 1, exclude_max=True))
def test_the_second_attempt_waits_between_20_and_120_milliseconds(chance):
    assert 0.02 <= pause(chance) <= 0.12
