"""An entry of the regional bank of social technologies: nominated, heard by the council, active, archived.

`supported` activates an entry. `supported_with_remarks` does not: the entry stays a candidate until it is heard again,
because the bank holds what an institution may take over as it is (A37); an active entry stays active. `not_supported`
rejects a candidate and takes an active entry out of the bank. The council's latest decision counts, whatever the order
in which its decisions become known here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import VerdictOutcome
from contracts.fact import Fact
from contracts.transfer import (
    BankEntryActivatedV1,
    BankEntryArchivedV1,
    BankEntryNominatedV1,
    PracticeKind,
    TargetGroup,
)
from transfer.access import CURATOR, STAFF
from transfer.dates import day_has_come, days_in_order

EntryState = Literal["candidate", "active", "rejected", "archived"]
STATE_NAMES: Mapping[EntryState, str] = {
    "candidate": "кандидат",
    "active": "в банке",
    "rejected": "отклонена",
    "archived": "в архиве",
}

MAY_NOMINATE = Allow(roles=CURATOR, members=STAFF)
MAY_ARCHIVE = Allow(roles=CURATOR)
MAY_SEE = Allow(roles=CURATOR, members=STAFF, conditions={"state": "active"})


@dataclass(eq=False, kw_only=True)
class EntryUnknown(NotFound):
    """No entry has this id, or the caller may not see it."""

    code: ClassVar = "bank-entry-unknown"
    title: ClassVar = Words("Запись банка не найдена", "Bank entry not found")
    detail: ClassVar = Words("Записи {entry_id} в банке нет.", "The bank has no entry {entry_id}.")
    entry_id: str


@dataclass(eq=False, kw_only=True)
class NominationUnknown(NotFound):
    """The council has decided on a practice that has not been nominated, or not yet."""

    code: ClassVar = "nomination-unknown"
    title: ClassVar = Words("Практика не выдвигалась", "The practice was not nominated")
    detail: ClassVar = Words(
        "Практика {practice_id} не выдвигалась в банк.", "Practice {practice_id} was not nominated for the bank."
    )
    practice_id: str


@dataclass(eq=False, kw_only=True)
class PackageNotPublished(RuleBroken):
    """A practice without a published package is nominated."""

    code: ClassVar = "package-not-published"
    title: ClassVar = Words("Пакет не издан", "The package is not published")
    detail: ClassVar = Words(
        "Практику {practice_id} нельзя выдвинуть: её пакет ещё не издан.",
        "Practice {practice_id} cannot be nominated: its package has not been published.",
    )
    practice_id: str


@dataclass(eq=False, kw_only=True)
class EntryNotInState(RuleBroken):
    """The entry is not in the state that the action needs."""

    code: ClassVar = "bank-entry-state"
    title: ClassVar = Words("Действие не подходит к состоянию записи", "The entry is in another state")
    detail: ClassVar = Words(
        "Запись банка {entry_id} сейчас в состоянии «{state_ru}».", "Bank entry {entry_id} is in the state {state}."
    )
    entry_id: str
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class DecisionTooRecent(RuleBroken):
    """A practice is nominated anew after the day of its rejection: the council tells its nominations apart by days."""

    code: ClassVar = "bank-decision-too-recent"
    title: ClassVar = Words("Решение совета ещё свежо", "The decision is too recent")
    detail: ClassVar = Words(
        "Совет отклонил практику {decided_on:%d.%m.%Y}: снова её выдвигают не раньше следующего дня.",
        "The council rejected the practice on {decided_on}: it is nominated again on a later day.",
    )
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A decision of the council on the practice."""

    verdict_id: str
    outcome: VerdictOutcome
    remarks: tuple[str, ...]
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """A practice as nominated, with every decision of the council on it.

    `past_hearings` are those before the last nomination: they no longer count.
    """

    id: str
    version: int = 0
    practice_id: str
    institution_id: str
    kind: PracticeKind
    title: str
    target_groups: tuple[TargetGroup, ...]
    edition: int
    nominated_on: date
    state: EntryState = "candidate"
    hearings: tuple[Hearing, ...] = ()
    past_hearings: tuple[Hearing, ...] = ()
    verdict_id: str | None = None
    activated_on: date | None = None
    archived_on: date | None = None
    archived_because: str | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """The remarks that the candidate has to meet before it is heard again."""
        return self.hearings[-1].remarks if self.hearings and self.state == "candidate" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the decisions of the council leave an entry."""

    state: EntryState = "candidate"
    verdict_id: str | None = None
    activated_on: date | None = None
    archived_on: date | None = None


def nominate(entry: BankEntry, *, now: datetime) -> tuple[BankEntry, BankEntryNominatedV1]:
    """Put a packaged practice before the council. Raises: PackageNotPublished, DateInFuture."""
    if entry.edition < 1:
        raise PackageNotPublished(practice_id=entry.practice_id)
    day_has_come(entry.nominated_on, now=now)
    return entry, _nominated(entry)


def nominate_again(
    entry: BankEntry, *, edition: int, nominated_on: date, now: datetime
) -> tuple[BankEntry, BankEntryNominatedV1]:
    """Put a rejected practice before the council anew. Raises: EntryNotInState, DateInFuture, DecisionTooRecent."""
    if entry.state != "rejected":
        raise EntryNotInState(entry_id=entry.id, state=entry.state, state_ru=STATE_NAMES[entry.state])
    day_has_come(nominated_on, now=now)
    decided_on = max((hearing.decided_on for hearing in entry.hearings), default=entry.nominated_on)
    if nominated_on <= decided_on:
        raise DecisionTooRecent(decided_on=decided_on)
    past = (*entry.past_hearings, *entry.hearings)
    again = replace(
        entry, edition=edition, nominated_on=nominated_on, state="candidate", hearings=(), past_hearings=past
    )
    return again, _nominated(again)


def standing_after(hearings: Iterable[Hearing]) -> Standing:
    """Return where decisions, in the order in which they were taken, leave an entry (A37)."""
    standing = Standing()
    for hearing in hearings:
        is_active = standing.state == "active"
        match hearing.outcome:
            case "supported" if not is_active:
                standing = Standing(state="active", verdict_id=hearing.verdict_id, activated_on=hearing.decided_on)
            case "not_supported" if is_active:
                standing = replace(standing, state="archived", archived_on=hearing.decided_on)
            case "not_supported" if standing.state != "archived":
                standing = replace(standing, state="rejected")
            case "supported_with_remarks" if standing.state == "rejected":
                standing = replace(standing, state="candidate")
    return standing


def hear(entry: BankEntry, hearing: Hearing) -> tuple[BankEntry, tuple[Fact, ...]]:
    """Take note of a decision of the council; what a curator has archived stays archived."""
    others = (item for item in entry.hearings if item.verdict_id != hearing.verdict_id)
    hearings = tuple(sorted((*others, hearing), key=lambda item: (item.decided_on, item.verdict_id)))
    if entry.archived_because is not None:
        return replace(entry, hearings=hearings), ()
    standing = standing_after(hearings)
    heard = replace(
        entry,
        hearings=hearings,
        state=standing.state,
        verdict_id=standing.verdict_id,
        activated_on=standing.activated_on,
        archived_on=standing.archived_on,
    )
    return heard, tuple(_changes(entry, heard))


def archive(
    entry: BankEntry, *, reason: str, archived_on: date, now: datetime
) -> tuple[BankEntry, BankEntryArchivedV1]:
    """Take an active entry out of the bank (A50). Raises: EntryNotInState, DateInFuture, DatesOutOfOrder."""
    if entry.state != "active" or entry.activated_on is None:
        raise EntryNotInState(entry_id=entry.id, state=entry.state, state_ru=STATE_NAMES[entry.state])
    day_has_come(archived_on, now=now)
    days_in_order(entry.activated_on, archived_on)
    archived = replace(entry, state="archived", archived_on=archived_on, archived_because=reason)
    return archived, _archived(archived, archived_on)


def _changes(before: BankEntry, after: BankEntry) -> Iterable[Fact]:
    if after.state == "active" != before.state and after.verdict_id and after.activated_on:
        yield BankEntryActivatedV1(
            entry_id=after.id,
            practice_id=after.practice_id,
            institution_id=after.institution_id,
            kind=after.kind,
            title=after.title,
            verdict_id=after.verdict_id,
            activated_on=after.activated_on,
        )
    if before.state == "active" != after.state and after.archived_on:
        yield _archived(after, after.archived_on)


def _archived(entry: BankEntry, archived_on: date) -> BankEntryArchivedV1:
    return BankEntryArchivedV1(
        entry_id=entry.id,
        practice_id=entry.practice_id,
        institution_id=entry.institution_id,
        archived_on=archived_on,
    )


def _nominated(entry: BankEntry) -> BankEntryNominatedV1:
    return BankEntryNominatedV1(
        entry_id=entry.id,
        practice_id=entry.practice_id,
        institution_id=entry.institution_id,
        title=entry.title,
        nominated_on=entry.nominated_on,
    )
