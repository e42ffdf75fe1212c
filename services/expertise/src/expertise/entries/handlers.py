"""Use cases of entries."""

from datetime import date
from typing import Literal

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import Date
from expertise.dates import has_happened
from expertise.entries import domain
from expertise.entries.domain import MAY_FILE, Contest, Entry, EntryKind
from expertise.entries.store import ENTRIES
from expertise.fields import InstitutionId
from expertise.references.store import institution


class ContestFields(Command):
    """Внешний конкурс."""

    name: str = Field(min_length=1, max_length=300, examples=["Спорт для всех 2024"])
    edition: str | None = Field(default=None, max_length=190, examples=[None], description="Который отбор или год")
    organiser: str = Field(min_length=1, max_length=500, examples=["Благотворительный фонд Владимира Потанина"])


class FileEntry(Command):
    """Заявка учреждения на грант или конкурс."""

    institution_id: InstitutionId
    kind: EntryKind = Field(examples=["grant"])
    contest: ContestFields
    project_title: str | None = Field(default=None, max_length=500, examples=["Уроки Мужества"])
    sum_requested: int | None = Field(default=None, ge=0, examples=[None], description="Запрошенная сумма, рублей")
    filed_on: Date = Field(examples=["2023-11-20"])
    result_due: date | None = Field(default=None, examples=["2024-02-29"], description="Когда ждать результата")


class RecordOutcome(Command):
    """Результат конкурса."""

    outcome: Literal["won", "not_won"] = Field(examples=["won"])
    decided_on: Date = Field(examples=["2024-02-20"])


async def file_entry(command: FileEntry, work: Work) -> Entry:
    """Record an entry of an institution.

    Raises: NotPermitted, InstitutionUnknown, DateInFuture, DatesOutOfOrder. Emits: expertise.entry.filed.v1.
    """
    MAY_FILE.require(work.caller, {"institution_id": command.institution_id})
    has_happened(command.filed_on, work.today)
    await institution(work.db, command.institution_id)
    contest = Contest(**command.contest.model_dump())
    entry = Entry(id=work.new_id(), contest=contest, **command.model_dump(exclude={"contest"}))
    filed, fact = domain.file(entry)
    return await ENTRIES.save(work, filed, fact)


async def record_outcome(change: Change[RecordOutcome], work: Work) -> Entry:
    """Record the outcome of an entry.

    Raises: EntryUnknown, NotPermitted, OutcomeRecorded, DateInFuture, DatesOutOfOrder.
    Emits: expertise.entry.decided.v1.
    """
    entry, command = await ENTRIES.load(work, change), change.command
    MAY_FILE.require(work.caller, entry)
    has_happened(command.decided_on, work.today)
    decided, fact = domain.decide(entry, command.outcome, on=command.decided_on)
    return await ENTRIES.save(work, decided, fact)
