"""Two counters over the last seconds."""

SECONDS = 10


class Window:
    """Counts events and those of them that are marked, by whole seconds: each is forgotten 9 to 10 s later."""

    __slots__ = ("_events", "_marks", "_second", "events", "marked")

    def __init__(self) -> None:
        self._second = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.events = self.marked = 0
        self._events, self._marks = [0] * SECONDS, [0] * SECONDS

    def add(self, now: float) -> None:
        """Count an event; `now` is in seconds of a clock that never goes back."""
        if (second := int(now)) > self._second:
            self._forget(second)
        self._events[self._second % SECONDS] += 1
        self.events += 1

    def mark(self, now: float) -> None:
        """Count a mark: an event of the other kind, or a quality of one counted by `add`."""
        self.roll(now)
        self._marks[self._second % SECONDS] += 1
        self.marked += 1

    def roll(self, now: float) -> None:
        """Forget what is too old at this moment; `events` and `marked` are then of the last seconds."""
        if (second := int(now)) > self._second:
            self._forget(second)

    def _forget(self, second: int) -> None:
        if second - self._second >= SECONDS:
            self.clear()
        else:
            for passed in range(self._second + 1, second + 1):
                place = passed % SECONDS
                self.events -= self._events[place]
                self.marked -= self._marks[place]
                self._events[place] = self._marks[place] = 0
        self._second = second
