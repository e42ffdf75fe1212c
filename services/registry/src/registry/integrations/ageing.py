"""How long the oldest event has waited in a partner's queue, told from the outside.

A quorum queue does not say when its first message came, and to take that message, look at it and put it back counts
as a delivery and may let a later one overtake it. So the queue is looked at from time to time: how many messages wait,
and how many were taken. A queue hands out in order: the message behind the last one taken waits at least since the
first look at which it was there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

SHARE = 10
"""Looks are thinned out as they age: two that stay are apart by no more than this part of their age."""
STILL = timedelta(seconds=15)
"""When nothing has changed for so long, the broker's figures, each up to some seconds late, fit each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far a queue was filled at a moment; `newest` numbers its last message, counted from the first look."""

    at: datetime
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A queue and the looks at it that still tell something: those at which the oldest message was there."""

    id: str
    looks: tuple[Look, ...] = ()
    taken: int = 0
    """As the broker counted at the last look."""
    before: int = 0
    """Taken, and no longer or never counted: before a node was restarted, or over a channel that closed at once."""
    waiting: int = 0
    sure: int = 0
    """The number of the last message that has come for certain."""
    still_since: datetime | None = None
    """Since which look `waiting` and `taken` have been what they are."""

    @property
    def gone(self) -> int:
        """The number of the last message that was taken."""
        return self.before + self.taken

    @property
    def since(self) -> datetime | None:
        """Since when, at least, the oldest message has waited; None while nothing does.

        Later than the truth by the pause between two looks or by a tenth of the age, whichever is more. Earlier only
        where messages left uncounted, and until the queue has been still for `STILL` or empty: dropped when it was
        full, rejected, or acknowledged shortly before the broker swept the counts of closed channels away.
        """
        return self.looks[0].at if self.looks else None


def looked(watched: Watched, *, waiting: int, taken: int, at: datetime) -> Watched:
    """Return what is known of a queue after one more look."""
    same = (waiting, taken) == (watched.waiting, watched.taken)
    still_since = watched.still_since or at if same else at
    still = at - still_since >= STILL
    # Not all that was taken since the last look: it may still be counted among what waits.
    sure = max(watched.sure, watched.gone + waiting)
    gone = watched.before + taken if taken >= watched.taken else _counted_anew(watched, sure - waiting, taken)
    gone = max(gone, sure - waiting) if still else gone
    newest = gone + waiting
    looks = [look for look in watched.looks if look.newest > gone] if waiting else []
    if still:
        looks = [replace(look, newest=min(look.newest, newest)) for look in looks]
    if waiting and (not looks or newest > looks[-1].newest):
        looks.append(Look(at=at, newest=newest))
    return Watched(
        id=watched.id,
        looks=_thinned(looks, at),
        taken=taken,
        before=gone - taken,
        waiting=waiting,
        sure=newest if still or not waiting else sure,
        still_since=still_since,
    )


def _counted_anew(watched: Watched, missing: int, taken: int) -> int:
    """Return how many are gone after a restart of the broker or of one node of it: at least what is missing."""
    return min(max(watched.gone, missing), watched.gone + taken)


def _thinned(looks: Sequence[Look], now: datetime) -> tuple[Look, ...]:
    kept: list[Look] = []
    for look, following in pairwise(looks):
        if not kept or (following.at - kept[-1].at) * SHARE > now - following.at:
            kept.append(look)
    return (*kept, *looks[-1:])
