"""What one key may still do in its window, as one replica knows it. Pure: times are seconds of one monotonic clock."""

from dataclasses import dataclass
from datetime import datetime

from gateway.limits.policies import Policy

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

    __slots__ = ("_end", "left", "tokens", "until")

    def __init__(self) -> None:
        self.tokens = self.left = 0
        self.until = float("-inf")
        self._end: datetime | None = None

    @property
    def remaining(self) -> int:
        """Return what may still be asked in this window, as far as this replica knows."""
        return self.tokens + self.left

    def take(self, now: float) -> bool | None:
        """Use a token: True; False when the window is spent; None when it must be filled first."""
        if now >= self.until:
            return None
        if self.tokens:
            self.tokens -= 1
            return True
        return None if self.left else False

    def fill(self, lease: Lease, sent: float) -> None:
        """Put a lease in. It was asked for at `sent`, before the store read its clock: no token outlives its window."""
        until = sent + lease.seconds
        if lease.window == self._end:
            self.tokens += lease.granted
            self.until = max(self.until, until)
        else:
            self.tokens, self.until, self._end = lease.granted, until, lease.window
        self.left = lease.left

    def go_on_alone(self, policy: Policy, now: float) -> None:
        """Count without the store: what was left in this window, then whole windows of this replica's own."""
        if now < self.until:
            self.tokens += self.left
        else:
            self.tokens, self.until, self._end = policy.limit, now + policy.seconds, None
        self.left = 0
