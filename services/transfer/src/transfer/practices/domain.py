"""A practice card: what an institution does in a new way, and what it was derived from."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import PracticeDescribedV1, PracticeKind, TargetGroup
from transfer.access import CURATOR, STAFF
from transfer.dates import day_has_come

MAY_DESCRIBE = Allow(roles=CURATOR, members=STAFF)


@dataclass(eq=False, kw_only=True)
class PracticeUnknown(NotFound):
    """No practice has this id."""

    code: ClassVar = "practice-unknown"
    title: ClassVar = Words("Практика не найдена", "Practice not found")
    detail: ClassVar = Words("Карточки практики {practice_id} нет.", "There is no practice {practice_id}.")
    practice_id: str


@dataclass(eq=False, kw_only=True)
class DifferencesMissing(RuleBroken):
    """A derived practice does not say how it differs from its parent."""

    code: ClassVar = "differences-missing"
    title: ClassVar = Words("Не указаны отличия", "The differences are missing")
    detail: ClassVar = Words(
        "Практика выведена из {derived_from}: перечислите, чем она от неё отличается.",
        "The practice is derived from {derived_from}: list how it differs.",
    )
    derived_from: str


@dataclass(eq=False, kw_only=True)
class ParentMissing(RuleBroken):
    """A practice lists differences and names no parent."""

    code: ClassVar = "parent-missing"
    title: ClassVar = Words("Не указана исходная практика", "The parent practice is missing")
    detail: ClassVar = Words(
        "Отличия перечислены, но не указано, от какой практики.", "Differences are listed, but not from which practice."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A card of a practice; `differences` are from the parent `derived_from` (A62)."""

    id: str
    version: int = 0
    institution_id: str
    kind: PracticeKind
    title: str
    target_groups: tuple[TargetGroup, ...]
    summary: str
    project_id: str | None
    derived_from: str | None
    differences: tuple[str, ...]
    described_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a revision of a card may change; whose it is and what it came from stay."""

    title: str
    target_groups: tuple[TargetGroup, ...]
    summary: str
    differences: tuple[str, ...]


def derived_practice_lists_differences(*, derived_from: str | None, differences: tuple[str, ...]) -> None:
    """Refuse a parent without differences, and differences without a parent (A62).

    Raises: DifferencesMissing, ParentMissing.
    """
    if derived_from and not differences:
        raise DifferencesMissing(derived_from=derived_from)
    if differences and not derived_from:
        raise ParentMissing


def describe(practice: Practice, *, now: datetime) -> tuple[Practice, PracticeDescribedV1]:
    """Put a practice on its card. Raises: DateInFuture, DifferencesMissing, ParentMissing."""
    day_has_come(practice.described_on, now=now)
    derived_practice_lists_differences(derived_from=practice.derived_from, differences=practice.differences)
    return practice, _described(practice)


def revise(practice: Practice, wording: Wording) -> tuple[Practice, PracticeDescribedV1]:
    """Word a card anew; the fact is announced again, whole: of two facts on a card the newer counts.

    Raises: DifferencesMissing, ParentMissing.
    """
    derived_practice_lists_differences(derived_from=practice.derived_from, differences=wording.differences)
    revised = replace(
        practice,
        title=wording.title,
        target_groups=wording.target_groups,
        summary=wording.summary,
        differences=wording.differences,
    )
    return revised, _described(revised)


def _described(practice: Practice) -> PracticeDescribedV1:
    return PracticeDescribedV1(
        practice_id=practice.id,
        institution_id=practice.institution_id,
        kind=practice.kind,
        title=practice.title,
        target_groups=practice.target_groups,
        project_id=practice.project_id,
        derived_from=practice.derived_from,
        described_on=practice.described_on,
    )
