"""So many at once and no queue: a service that hangs holds that many requests and no more."""

from typing import Literal

IN_FLIGHT = 100
Kind = Literal["short", "files", "sign-ins"]
"""Exchanges that are counted together."""


class Bulkhead:
    """Counts what is in flight to a service; the one too many is turned away at once."""

    __slots__ = ("in_flight", "limit")

    def __init__(self, limit: int = IN_FLIGHT) -> None:
        self.limit, self.in_flight = limit, 0

    def enter(self) -> bool:
        """Take a place, to be given back with `leave`; tell whether there was one."""
        if self.in_flight >= self.limit:
            return False
        self.in_flight += 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1
