"""How much of the traffic may be repetition, so that retries never finish off a service that is going down."""

from gateway.resilience.window import Window

ONE_IN = 10
MINIMUM = 3


class RetryBudget:
    """Allows retries of 10 % of the requests of the last 10 s and three more."""

    __slots__ = ("_window",)

    def __init__(self) -> None:
        self._window = Window()

    def requested(self, now: float) -> None:
        """Count a request, not its retries."""
        self._window.add(now)

    def take(self, now: float) -> bool:
        """Spend one retry; tell whether it was there."""
        if not self.left(now):
            return False
        self._window.mark(now)
        return True

    def left(self, now: float) -> int:
        """Return how many retries may be spent at this moment."""
        self._window.roll(now)
        return max(0, self._window.events // ONE_IN + MINIMUM - self._window.marked)
