"""A family of refresh tokens: one sign-in of one person through one client, on one device.

Each refresh replaces the token (RFC 9700 §4.14). A token that comes twice was copied, or its answer was lost on the
way; both look the same from here, so the family ends and the person signs in again. No grace for a lost answer is
given: it would give a thief the same time.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from chassis.errors import NotFound, Words

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)

Ending = Literal["signed-out", "token-reused", "code-reused"]


@dataclass(eq=False, kw_only=True)
class FamilyUnknown(NotFound):
    """No family has this id."""

    code: ClassVar = "family-unknown"
    title: ClassVar = Words("Вход не найден", "Sign-in not found")
    detail: ClassVar = Words("Нет входа {family_id}.", "There is no sign-in {family_id}.")
    family_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A chain of refresh tokens, of which only the newest is good; `id` is the session id of ID tokens."""

    id: str
    version: int = 0
    client_id: str
    person_id: str
    account_id: str
    epoch: int
    """Of the account when the person signed in."""
    scope: tuple[str, ...]
    current: str = field(repr=False)
    """Digest of the only good token."""
    signed_in_at: datetime
    used_at: datetime
    ended: Ending | None = None

    @property
    def forgotten_at(self) -> datetime:
        """When it will be over in any case."""
        return min(self.used_at + IDLE, self.signed_in_at + ABSOLUTE)


def is_alive(family: Family, *, now: datetime) -> bool:
    """Tell whether a family may go on: not ended, used within 14 days, begun within 90."""
    return family.ended is None and now < family.forgotten_at


def rotate(family: Family, *, to: str, now: datetime) -> Family:
    """Make another token the good one; `to` is its digest."""
    return replace(family, current=to, used_at=now)


def end(family: Family, why: Ending) -> Family:
    """Let no token of the family be good any more; the first reason stays."""
    return replace(family, ended=family.ended or why)
