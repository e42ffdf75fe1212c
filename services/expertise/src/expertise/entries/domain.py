"""An entry for an external grant competition or contest: pending until its outcome is known (A57, C09, C19)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import EntryDecidedV1, EntryFiledV1
from expertise.dates import in_order

EntryKind = Literal["grant", "contest"]
EntryOutcome = Literal["pending", "won", "not_won"]
_TEAM = frozenset({"head", "specialist"})
MAY_FILE = Allow(roles=frozenset({"curator"}), members=_TEAM)
MAY_READ = Allow(roles=frozenset({"administrator", "curator", "official"}), members=_TEAM)


@dataclass(eq=False, kw_only=True)
class EntryUnknown(NotFound):
    """No entry has this id, or the caller may not see it."""

    code: ClassVar = "entry-unknown"
    title: ClassVar = Words("Заявка на конкурс не найдена", "Entry not found")
    detail: ClassVar = Words(
        "Заявки на конкурс {entry_id} нет, или она вам недоступна.", "There is no entry {entry_id} for you."
    )
    entry_id: str


@dataclass(eq=False, kw_only=True)
class OutcomeRecorded(RuleBroken):
    """The outcome of an entry is recorded once."""

    code: ClassVar = "outcome-recorded"
    title: ClassVar = Words("Результат уже внесён", "The outcome is recorded")
    detail: ClassVar = Words("Результат известен с {decided_on:%d.%m.%Y}.", "The outcome is known since {decided_on}.")
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """An external contest; editions of one contest share its name («Смартека», третий и четвёртый отборы)."""

    name: str
    edition: str | None = None
    organiser: str

    @property
    def title(self) -> str:
        """The name with the edition, as reports print it."""
        return f"{self.name}, {self.edition}" if self.edition else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An institution's entry; `sum_requested` is in roubles, `result_due` the last day the result is expected by."""

    id: str
    version: int = 0
    institution_id: str
    kind: EntryKind
    contest: Contest
    project_title: str | None = None
    sum_requested: int | None = None
    filed_on: date
    result_due: date | None = None
    outcome: EntryOutcome = "pending"
    decided_on: date | None = None


def file(entry: Entry) -> tuple[Entry, EntryFiledV1]:
    """Record an entry; its outcome is pending. Raises: DatesOutOfOrder when the result is due before the filing."""
    if entry.result_due:
        in_order(entry.filed_on, entry.result_due)
    fact = EntryFiledV1(
        entry_id=entry.id,
        institution_id=entry.institution_id,
        kind=entry.kind,
        contest=entry.contest.title,
        organiser=entry.contest.organiser,
        project_title=entry.project_title,
        filed_on=entry.filed_on,
        result_due=entry.result_due,
    )
    return entry, fact


def decide(entry: Entry, outcome: Literal["won", "not_won"], *, on: date) -> tuple[Entry, EntryDecidedV1]:
    """Record the outcome, once; it may come before or after it was due. Raises: OutcomeRecorded, DatesOutOfOrder."""
    if entry.decided_on:
        raise OutcomeRecorded(decided_on=entry.decided_on)
    in_order(entry.filed_on, on)
    fact = EntryDecidedV1(
        entry_id=entry.id,
        institution_id=entry.institution_id,
        kind=entry.kind,
        contest=entry.contest.title,
        outcome=outcome,
        decided_on=on,
    )
    return replace(entry, outcome=outcome, decided_on=on), fact
