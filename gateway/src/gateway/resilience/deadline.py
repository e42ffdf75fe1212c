"""When an exchange must be over, and what a service is told of it."""

import re

from gateway.refusals import BAD_TIMEOUT

CLIENT_HEADER = b"x-request-timeout"
"""What a client may send: seconds with up to three decimals (`2`, `0.75`). It shortens the route's time only."""
SERVICE_HEADER = b"x-request-deadline-ms"
"""What a service is told: the whole milliseconds that remain when its request is sent."""

_SECONDS = re.compile(rb"[0-9]{1,5}(?:\.[0-9]{1,3})?")
_BLAMED_SHARE = 0.5


def seconds_allowed(asked: bytes | None, route_seconds: float | None) -> float | None:
    """Return how long an exchange may take; None for a stream, which may take as long as both sides like.

    Raises `BAD_TIMEOUT` for what is not a positive number of seconds.
    """
    if asked is None:
        return route_seconds
    if not _SECONDS.fullmatch(asked) or not (seconds := float(asked)):
        raise BAD_TIMEOUT
    return None if route_seconds is None else min(seconds, route_seconds)


def milliseconds_left(deadline: float, now: float) -> int:
    """Return what a service is told; never negative, rounded down."""
    return max(0, int((deadline - now) * 1000))


def is_to_blame(waited: float, route_seconds: float) -> bool:
    """Tell whether a service that did not answer in time counts as failing.

    It does when it had half of the route's time: else a client that gives every request a millisecond could open the
    breaker for everybody.
    """
    return waited >= _BLAMED_SHARE * route_seconds
