"""What one key may still do in its window, as one replica knows it. Pure: times are seconds of one monotonic clock."""

from dataclasses import dataclass
from datetime import datetime

from gateway.limits.policies import Policy

AGAIN_SECONDS = 1.0
SHARES = 8
"""A replica takes this part of what is left: few leases while there is plenty, single tokens near the end."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Tokens that the store has given to one replica."""

    window: datetime
    """The end of the window by the store's clock: it tells one window from the next."""
    seconds: float
    """From the store's answer to that end."""
    granted: int
    left: int
    """What no replica has taken yet."""


def share(left: int, wanted: int) -> int:
    """Return how many tokens a lease takes when `wanted` requests wait for it; `LeaseStore` computes the same."""
    return min(left, max(wanted, -(-left // SHARES)))


class Window:
    """Tokens in hand, and what is known of the rest. A new one knows nothing: it has to be filled first."""

    __slots__ = ("_alone", "_of", "_until", "end", "left", "tokens")

    def __init__(self) -> None:
        self.tokens = self.left = 0
        self.end = self._until = float("-inf")
        self._of: datetime | None = None
        self._alone = 0

    @property
    def remaining(self) -> int:
        """Return what may still be asked in this window, as far as this replica knows."""
        return self.tokens + self.left

    @property
    def owed(self) -> int:
        """Return how many requests this replica has admitted alone, which the store does not know of."""
        return max(0, self._alone - self.tokens)

    def take(self, now: float) -> bool | None:
        """Use a token: True; False when the window is spent; None when it must be filled first."""
        if now >= self._until:
            return None
        if self.tokens:
            self.tokens -= 1
            return True
        return None if self.left else False

    def fill(self, lease: Lease, sent: float) -> None:
        """Put a lease in. It was asked for at `sent`, before the store read its clock: no token outlives its window.

        What was admitted alone since then is taken off it.
        """
        end = sent + lease.seconds
        kept, owed = max(0, self.tokens - self._alone), self.owed
        if lease.window == self._of:
            end = max(end, self.end)
        elif self._of is not None:
            kept = owed = 0
        self.tokens, self.left = max(0, kept + lease.granted - owed), lease.left
        self.end = self._until = end
        self._of, self._alone = lease.window, 0

    def go_on_alone(self, policy: Policy, now: float) -> None:
        """Count without the store: what was left in this window, then whole windows of this replica's own.

        It is asked again soon, so that a moment's silence does not part the replicas for a whole window.
        """
        if now >= self.end:
            self.tokens, self.left, self.end = 0, policy.limit, now + policy.seconds
            self._of, self._alone = None, 0
        self.tokens += self.left
        self._alone += self.left
        self.left = 0
        self._until = min(self.end, now + AGAIN_SECONDS)
