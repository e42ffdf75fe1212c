"""Whose hand made a step, and at what moment."""

from dataclasses import dataclass
from datetime import datetime

from chassis.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The person who did it and the moment it was entered; the day it happened is a date of business beside it."""

    person_id: str
    at: datetime


def hand_of(work: Work) -> Hand:
    """Return the caller's hand at this moment."""
    return Hand(person_id=work.caller.subject, at=work.now)
