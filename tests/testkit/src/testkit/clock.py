"""A clock for what takes the time as an argument."""

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """The real time, and what a test adds to it."""

    ahead: float = 0

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self.ahead
