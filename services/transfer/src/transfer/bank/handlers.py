"""Use cases of the bank."""

from pydantic import Field

from chassis.work import Change, Command, Work
from transfer.bank import domain
from transfer.bank.domain import MAY_ARCHIVE, MAY_NOMINATE, BankEntry, PackageNotPublished
from transfer.bank.store import BANK
from transfer.fields import Day, Paragraph, PracticeRef
from transfer.packages.store import edition_in_force
from transfer.practices.store import PRACTICES


class NominatePractice(Command):
    """Выдвижение упакованной практики в региональный банк."""

    practice_id: PracticeRef
    nominated_on: Day


class NominateAgain(Command):
    """Повторное выдвижение отклонённой практики."""

    nominated_on: Day


class ArchiveEntry(Command):
    """Вывод практики из банка."""

    reason: Paragraph = Field(examples=["Технология заменена новой"])
    archived_on: Day


async def nominate_practice(command: NominatePractice, work: Work) -> BankEntry:
    """Put a packaged practice before the council as a candidate for the bank.

    Raises: PracticeUnknown, NotPermitted, PackageNotPublished, DateInFuture, AlreadyExists (one entry per practice).
    Emits: transfer.bank_entry.nominated.v1.
    """
    practice = await PRACTICES.get(work, command.practice_id)
    MAY_NOMINATE.require(work.caller, practice)
    edition = await edition_in_force(work, practice.id)
    entry, fact = domain.nominate(
        BankEntry(
            id=work.new_id(),
            practice_id=practice.id,
            institution_id=practice.institution_id,
            kind=practice.kind,
            title=practice.title,
            target_groups=practice.target_groups,
            edition=edition.number if edition else 0,
            nominated_on=command.nominated_on,
        ),
        now=work.now,
    )
    return await BANK.save(work, entry, fact)


async def nominate_again(change: Change[NominateAgain], work: Work) -> BankEntry:
    """Put a rejected practice before the council anew, with the edition in force.

    Raises: EntryUnknown, StaleVersion, NotPermitted, PackageNotPublished, EntryNotInState, DateInFuture,
    DecisionTooRecent. Emits: transfer.bank_entry.nominated.v1.
    """
    entry = await BANK.load(work, change)
    MAY_NOMINATE.require(work.caller, entry)
    edition = await edition_in_force(work, entry.practice_id)
    if edition is None:
        raise PackageNotPublished(practice_id=entry.practice_id)
    again, fact = domain.nominate_again(
        entry, edition=edition.number, nominated_on=change.command.nominated_on, now=work.now
    )
    return await BANK.save(work, again, fact)


async def archive_entry(change: Change[ArchiveEntry], work: Work) -> BankEntry:
    """Take an active entry out of the bank.

    Raises: EntryUnknown, StaleVersion, NotPermitted, EntryNotInState, DateInFuture, DatesOutOfOrder.
    Emits: transfer.bank_entry.archived.v1.
    """
    entry = await BANK.load(work, change)
    MAY_ARCHIVE.require(work.caller, entry)
    command = change.command
    archived, fact = domain.archive(entry, reason=command.reason, archived_on=command.archived_on, now=work.now)
    return await BANK.save(work, archived, fact)
