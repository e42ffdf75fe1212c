"""The history that an application keeps of itself: who did what, on which day, entered when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from expertise.hands import Hand

StepKind = Literal[
    "drafted", "revised", "submitted", "returned", "admitted", "withdrawn", "opinion_signed", "expert_assigned",
    "expert_recused", "review_completed", "hearing_scheduled", "verdict_issued", "report_heard",
]  # fmt: skip
# Entered today whatever the days before and after: they say nothing about the order of dates of business.
UNDATED: frozenset[StepKind] = frozenset({"revised", "hearing_scheduled"})
# Who reviews stays inside the council: the applicant sees these steps only through their result.
INTERNAL: frozenset[StepKind] = frozenset({"expert_assigned", "expert_recused", "review_completed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an application; `on` is the day it happened, `at` the moment it was entered."""

    what: StepKind
    on: date
    at: datetime
    by: str
    note: str | None = None

    @property
    def internal(self) -> bool:
        """Tell whether the step is hidden from the applicant."""
        return self.what in INTERNAL


def step(what: StepKind, *, on: date, hand: Hand, note: str | None = None) -> Step:
    """Return a step made by a hand."""
    return Step(what=what, on=on, at=hand.at, by=hand.person_id, note=note)
