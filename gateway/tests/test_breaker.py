"""When a breaker opens, whom it lets look, when it closes: by example and beside a plain account of any traffic."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.resilience.breaker import OPEN_SECONDS, PROBES, REFUSED, SAMPLES, Breaker, State
from gateway.resilience.window import SECONDS


def _fed(breaker: Breaker, *, good: int, bad: int, now: float = 0.0) -> None:
    for failed in [False] * good + [True] * bad:
        breaker.record(breaker.admit(now), now, failed=failed)


def _opened() -> Breaker:
    breaker = Breaker()
    _fed(breaker, good=0, bad=SAMPLES)
    return breaker


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


def test_failures_of_nine_seconds_ago_still_count():
    breaker = Breaker()
    _fed(breaker, good=0, bad=19, now=0)
    _fed(breaker, good=0, bad=1, now=9.9)
    assert breaker.state is State.OPEN


def test_an_open_breaker_admits_nobody_for_five_seconds_and_then_three_probes():
    breaker = _opened()
    assert breaker.admit(4.999) == REFUSED
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


def test_probes_that_come_one_by_one_count_together_however_long_the_last_is_waited_for():
    breaker = _opened()
    early = [breaker.admit(5), breaker.admit(5)]
    late = breaker.admit(10.5)
    for ticket in (*early, late):
        assert breaker.state is State.HALF_OPEN
        breaker.record(ticket, 10.6, failed=False)
    assert breaker.state is State.CLOSED


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
