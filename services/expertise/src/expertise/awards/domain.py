"""A prize won by specialists of an institution: prizes and people are counted apart (C20, T5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import AwardGrantedV1
from expertise.entries.domain import Contest, Entry

_TEAM = frozenset({"head", "specialist"})
MAY_RECORD = Allow(roles=frozenset({"curator"}), members=_TEAM)
MAY_READ = Allow(roles=frozenset({"administrator", "curator", "official"}), members=_TEAM)


@dataclass(eq=False, kw_only=True)
class AwardUnknown(NotFound):
    """No award has this id, or the caller may not see it."""

    code: ClassVar = "award-unknown"
    title: ClassVar = Words("Награда не найдена", "Award not found")
    detail: ClassVar = Words("Награды {award_id} нет, или она вам недоступна.", "There is no award {award_id} for you.")
    award_id: str


@dataclass(eq=False, kw_only=True)
class EntryNotWon(RuleBroken):
    """The entry that the award names belongs to another institution or has not won."""

    code: ClassVar = "entry-not-won"
    title: ClassVar = Words("Заявка не победила", "The entry has not won")
    detail: ClassVar = Words(
        "Награда ссылается на заявку {entry_id}, которая не победила или принадлежит другому учреждению.",
        "The award names the entry {entry_id}, which has not won or is of another institution.",
    )
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One prize with its winners; a person may stand in several awards."""

    id: str
    version: int = 0
    institution_id: str
    entry_id: str | None = None
    contest: Contest
    project_title: str | None = None
    result: str
    winner_ids: tuple[str, ...]
    granted_on: date


class Counted(NamedTuple):
    """Prizes, and the different people who won them."""

    awards: int
    people: int


def grant(award: Award) -> tuple[Award, AwardGrantedV1]:
    """Record a prize."""
    fact = AwardGrantedV1(
        award_id=award.id,
        institution_id=award.institution_id,
        contest=award.contest.title,
        project_title=award.project_title,
        result=award.result,
        winner_ids=award.winner_ids,
        granted_on=award.granted_on,
    )
    return award, fact


def won_by(entry: Entry, institution_id: str) -> None:
    """Refuse an entry that has not won, or of another institution. Raises: EntryNotWon."""
    if entry.outcome != "won" or entry.institution_id != institution_id:
        raise EntryNotWon(entry_id=entry.id)


def count(awards: Iterable[Award]) -> Counted:
    """Count prizes and people: somebody who won twice is one person and two prizes."""
    known = list(awards)
    return Counted(awards=len(known), people=len({person_id for award in known for person_id in award.winner_ids}))
