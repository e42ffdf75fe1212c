"""Ask a service that keeps failing no more for a while, then carefully."""

from collections.abc import Callable
from enum import IntEnum

from gateway.resilience.window import Window

SAMPLES = 20
SHARE = 0.5
OPEN_SECONDS = 5.0
PROBES = 3
REFUSED = 0


class State(IntEnum):
    """How a breaker stands; the number is what the metric shows."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


def _to_nobody(_: State) -> None:
    """Tell nobody of a change."""


class Breaker:
    """Opens when at least half of at least 20 exchanges of the last 10 s failed; lets 3 probes through 5 s later.

    All three must succeed, one failure opens it again. An exchange gets a ticket, and what it says later counts only
    while the breaker stands as it stood then: the late failures of before do not spoil the probes.
    """

    __slots__ = ("_left", "_passed", "_since", "_tell", "_ticket", "_window", "state")

    def __init__(self, tell: Callable[[State], None] = _to_nobody) -> None:
        """`tell` hears of every change of the state."""
        self.state = State.CLOSED
        self._tell, self._window = tell, Window()
        self._ticket, self._since = REFUSED + 1, 0.0
        self._left = self._passed = 0

    def admit(self, now: float) -> int:
        """Return the ticket of an exchange that may begin, else `REFUSED`. Each ticket ends in one of the next two."""
        if self.state is State.CLOSED:
            return self._ticket
        return self._admit_probe(now)

    def record(self, ticket: int, now: float, *, failed: bool) -> None:
        """Learn how an exchange ended."""
        if ticket != self._ticket:
            return
        if self.state is State.HALF_OPEN:
            self._judge_probe(now, failed=failed)
            return
        self._window.add(now)
        if failed:
            self._window.mark(now)
            if self._window.events >= SAMPLES and self._window.marked >= SHARE * self._window.events:
                self._turn(State.OPEN, now)

    def forget(self, ticket: int) -> None:
        """Learn that an exchange ended and says nothing of the service: its client left, or gave it no time."""
        if ticket == self._ticket and self.state is State.HALF_OPEN:
            self._left += 1

    def _admit_probe(self, now: float) -> int:
        over = now - self._since >= OPEN_SECONDS
        if self.state is State.OPEN and over:
            self._turn(State.HALF_OPEN, now)
        elif self.state is State.HALF_OPEN and over and not self._left:
            self._begin(now)  # the probes still hang: three others may look
        if self.state is State.OPEN or not self._left:
            return REFUSED
        self._left -= 1
        return self._ticket

    def _judge_probe(self, now: float, *, failed: bool) -> None:
        self._passed += not failed
        if failed:
            self._turn(State.OPEN, now)
        elif self._passed == PROBES:
            self._turn(State.CLOSED, now)

    def _turn(self, state: State, now: float) -> None:
        self.state = state
        self._window.clear()
        self._begin(now)
        self._tell(state)

    def _begin(self, now: float) -> None:
        self._ticket += 1
        self._since, self._left, self._passed = now, PROBES, 0
