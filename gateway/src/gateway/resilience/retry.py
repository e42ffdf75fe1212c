"""Which failed exchange is begun a second time."""

from enum import Enum
from typing import Literal

SAFE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
KEYED = frozenset({b"PUT", b"DELETE", b"POST"})

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.02, 0.12
_REFUSALS = frozenset({502, 503})

RetryClass = Literal["always", "keyed", "never"]


class Failure(Enum):
    """How an attempt ended while nothing had been sent to the client."""

    NOT_SENT = "not-sent"
    """Surely nothing of the request reached the service."""
    ANSWER_LOST = "answer-lost"
    """The service may have done what was asked."""
    REFUSED = "refused"
    """502 or 503 that does not say when to come back."""


def refused(status: int, *, retry_after: bool) -> bool:
    """Tell whether an answer is a refusal that another attempt might not meet."""
    return status in _REFUSALS and not retry_after


def may_repeat(kind: RetryClass, method: bytes, failure: Failure, *, keyed: bool) -> bool:
    """Tell whether a request may be sent a second time; `keyed`: it has an Idempotency-Key.

    A read always; a change only with a key, and only when it surely did not reach the service or the service refused
    it. A service remembers keys, yet it may still be at work on a request whose answer was lost.
    """
    if kind == "never":
        return False
    if method in SAFE:
        return True
    return method in KEYED and keyed and failure is not Failure.ANSWER_LOST


def pause(chance: float) -> float:
    """Return for how many seconds to wait before the second attempt; `chance` is random in [0, 1)."""
    return _SHORTEST_PAUSE + (_LONGEST_PAUSE - _SHORTEST_PAUSE) * chance
