"""The rules of the breaker, the bulkhead, the budget, the deadline and the retry, by example and by property."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.problem import Problem
from gateway.resilience.breaker import OPEN_SECONDS, PROBES, REFUSED, SAMPLES, Breaker, State
from gateway.resilience.budget import RetryBudget
from gateway.resilience.bulkhead import Bulkhead
from gateway.resilience.deadline import is_to_blame, milliseconds_left, seconds_allowed
from gateway.resilience.retry import Failure, may_repeat, pause, refused
from gateway.resilience.window import SECONDS, Window

moments = st.lists(st.tuples(st.floats(0, 4), st.booleans()), max_size=80)


def _fed(breaker: Breaker, *, good: int, bad: int, now: float = 0.0) -> None:
    for failed in [False] * good + [True] * bad:
        breaker.record(breaker.admit(now), now, failed=failed)


def _opened() -> Breaker:
    breaker = Breaker()
    _fed(breaker, good=0, bad=SAMPLES)
    return breaker


@given(moments)
def test_a_window_holds_what_happened_in_this_second_and_the_nine_before(steps):
    window, now, events, marks = Window(), 1000.0, list[int](), list[int]()
    for step, marked in steps:
        now += step
        (window.mark if marked else window.add)(now)
        (marks if marked else events).append(int(now))
        recent = range(int(now) - SECONDS + 1, int(now) + 1)
        assert (window.events, window.marked) == (sum(e in recent for e in events), sum(m in recent for m in marks))


@pytest.mark.parametrize(
    ("good", "bad", "state"),
    [(9, 10, State.CLOSED), (10, 10, State.OPEN), (11, 10, State.CLOSED), (0, 19, State.CLOSED), (0, 20, State.OPEN)],
)
def test_a_breaker_opens_at_twenty_samples_of_which_half_failed(good, bad, state):
    breaker = Breaker()
    _fed(breaker, good=good, bad=bad)
    assert breaker.state is state


def test_failures_of_ten_seconds_ago_open_no_breaker():
    breaker = Breaker()
    _fed(breaker, good=0, bad=19, now=0)
    _fed(breaker, good=0, bad=1, now=10)
    assert breaker.state is State.CLOSED


def test_an_open_breaker_admits_nobody_for_five_seconds_and_then_three_probes():
    breaker = _opened()
    assert breaker.admit(4.999) == REFUSED
    assert breaker.seconds_left(4) == 1
    assert [breaker.admit(5.0) != REFUSED for _ in range(5)] == [True, True, True, False, False]
    assert breaker.state is State.HALF_OPEN


def test_three_probes_that_succeed_close_the_breaker_and_one_that_fails_opens_it_for_five_seconds_more():
    healed, relapsed = _opened(), _opened()
    probes = [healed.admit(5) for _ in range(PROBES)]
    for number, ticket in enumerate(probes, 1):
        healed.record(ticket, 5.1, failed=False)
        assert (healed.state is State.CLOSED) is (number == PROBES)
    relapsed.record(relapsed.admit(5), 5.1, failed=False)
    relapsed.record(relapsed.admit(5), 5.1, failed=True)
    assert relapsed.state is State.OPEN
    assert relapsed.admit(10) == REFUSED
    assert relapsed.admit(10.1) != REFUSED


def test_a_healed_breaker_has_forgotten_the_failures_of_before():
    breaker = _opened()
    _fed(breaker, good=PROBES, bad=0, now=5)
    _fed(breaker, good=0, bad=SAMPLES - 1, now=5)
    assert breaker.state is State.CLOSED


def test_a_probe_whose_client_left_makes_room_for_another_and_decides_nothing():
    breaker = _opened()
    probes = [breaker.admit(5) for _ in range(PROBES)]
    breaker.forget(probes[0])
    assert breaker.state is State.HALF_OPEN
    assert breaker.admit(5) != REFUSED
    assert breaker.admit(5) == REFUSED


def test_a_cancelled_exchange_of_a_closed_breaker_is_no_sample():
    breaker = Breaker()
    _fed(breaker, good=0, bad=SAMPLES - 1)
    for _ in range(100):
        breaker.forget(breaker.admit(0))
    assert breaker.state is State.CLOSED


def test_what_began_before_the_breaker_opened_decides_nothing_about_the_probes():
    breaker = Breaker()
    late = breaker.admit(0)
    _fed(breaker, good=0, bad=SAMPLES)
    breaker.admit(5)
    breaker.record(late, 5.1, failed=True)
    assert breaker.state is State.HALF_OPEN
    breaker.forget(late)
    assert [breaker.admit(5.2) != REFUSED for _ in range(3)] == [True, True, False]


def test_probes_that_hang_are_followed_by_three_others_after_five_seconds():
    breaker = _opened()
    hanging = [breaker.admit(5) for _ in range(PROBES)]
    assert breaker.admit(9.9) == REFUSED
    assert [breaker.admit(10) != REFUSED for _ in range(4)] == [True, True, True, False]
    breaker.record(hanging[0], 10.1, failed=True)
    assert breaker.state is State.HALF_OPEN


def test_a_breaker_tells_of_every_change_of_its_state():
    told: list[State] = []
    breaker = Breaker(told.append)
    _fed(breaker, good=0, bad=SAMPLES)
    _fed(breaker, good=PROBES, bad=0, now=5)
    assert told == [State.OPEN, State.HALF_OPEN, State.CLOSED]


class AnyTraffic(RuleBasedStateMachine):
    """A breaker beside a plain account of what it was told."""

    def __init__(self):
        super().__init__()
        self.now, self.breaker = 100.0, Breaker(self.turned)
        self.samples: list[tuple[int, bool]] = []
        self.tickets: list[int] = []
        self.probes: list[int] = []
        self.opened = 0.0

    def turned(self, state):
        if state is State.OPEN:
            self.opened = self.now
        self.samples.clear()

    def recent(self) -> list[bool]:
        return [failed for second, failed in self.samples if second > int(self.now) - SECONDS]

    @rule(seconds=st.floats(0, 7))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(count=st.integers(1, 30))
    def many_ask(self, count):
        for _ in range(count):
            before = self.breaker.state
            ticket = self.breaker.admit(self.now)
            if before is State.CLOSED:
                assert ticket != REFUSED
            if before is State.OPEN:
                assert (ticket == REFUSED) is (self.now - self.opened < OPEN_SECONDS)
            if ticket != REFUSED:
                self.tickets.append(ticket)
                if self.breaker.state is State.HALF_OPEN:
                    self.probes.append(ticket)

    @precondition(lambda self: self.tickets)
    @rule(count=st.integers(1, 30), failed=st.booleans(), newest=st.booleans())
    def some_end(self, count, failed, newest):
        for _ in range(min(count, len(self.tickets))):
            ticket = self.tickets.pop(-1 if newest else 0)
            was_closed = self.breaker.state is State.CLOSED
            counted = was_closed and ticket == self.breaker.admit(self.now)
            if counted:
                self.samples.append((int(self.now), failed))
            recent = self.recent()
            due = counted and failed and len(recent) >= SAMPLES and sum(recent) * 2 >= len(recent)
            self.breaker.record(ticket, self.now, failed=failed)
            if was_closed:
                assert (self.breaker.state is State.OPEN) is due

    @precondition(lambda self: self.tickets)
    @rule(newest=st.booleans())
    def one_leaves(self, newest):
        ticket = self.tickets.pop(-1 if newest else 0)
        before = self.breaker.state
        self.breaker.forget(ticket)
        assert self.breaker.state is before
        if ticket in self.probes:
            self.probes.remove(ticket)

    @invariant()
    def no_more_than_three_probes_look_at_once(self):
        assert all(count <= PROBES for count in Counter(self.probes).values())


AnyTraffic.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyTraffic = AnyTraffic.TestCase


@given(st.integers(1, 5), st.lists(st.booleans()))
def test_a_bulkhead_never_holds_more_than_its_limit_and_counts_whom_it_turned_away(limit, arrivals):
    bulkhead, inside, away = Bulkhead(limit), 0, 0
    for arrives in arrivals:
        if arrives:
            entered = bulkhead.enter()
            assert entered is (inside < limit)
            inside, away = inside + entered, away + (not entered)
        elif inside:
            bulkhead.leave()
            inside -= 1
        assert (bulkhead.in_flight, bulkhead.shed) == (inside, away)


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
