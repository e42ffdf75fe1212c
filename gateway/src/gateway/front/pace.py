"""How fast a client takes its answer and gives its body."""

from gateway.front.guard import Guard


class Pace:
    """Looked at by the server's watch, twice a second; each question says whether the client is still within bounds."""

    __slots__ = ("_given", "_guard", "_since", "_taken_at", "_untaken")

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._since = self._taken_at = 0.0
        self._given = self._untaken = 0

    def takes(self, untaken: int, now: float) -> bool:
        """Tell of a client that has so much yet to take: it may be as slow as it likes while it goes on taking."""
        if not self._taken_at or untaken > self._untaken or self._untaken - untaken >= self._guard.write_bytes:
            self._taken_at, self._untaken = now, untaken
            return True
        return now - self._taken_at <= self._guard.write_seconds

    def took_all(self) -> None:
        """Note that nothing is left to take."""
        self._taken_at = 0.0

    def gives(self, received: int, now: float) -> bool:
        """Tell of a client that has given so much of a body that is awaited."""
        if not self._since or received - self._given >= self._guard.body_bytes:
            self._since, self._given = now, received
            return True
        return now - self._since <= self._guard.body_seconds

    def rest(self) -> None:
        """Note that nothing is awaited of the client, or nothing read of what it gives."""
        self._since = 0.0
