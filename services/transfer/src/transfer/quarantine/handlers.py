"""Use cases of the quarantine: what an operator decides."""

from pydantic import Field

from chassis.work import Change, Command, Work
from transfer.fields import Paragraph
from transfer.quarantine import domain
from transfer.quarantine.domain import MAY_DECIDE, Entry
from transfer.quarantine.store import QUARANTINE


class RetryEntry(Command):
    """Новая попытка принять сообщение, например после того, как подключению разрешён ещё один тип."""


class DiscardEntry(Command):
    """Отказ от сообщения; оно остаётся доступным для чтения."""

    reason: Paragraph = Field(examples=["Партнёр прислал то же сообщение исправленным"])


async def retry_entry(change: Change[RetryEntry], work: Work) -> Entry:
    """Let a message be tried again within a second. Raises: NotPermitted, MessageUnknown, StaleVersion."""
    MAY_DECIDE.require(work.caller, {})
    entry = await QUARANTINE.load(work, change)
    return await QUARANTINE.save(work, domain.try_again(entry, by=work.caller.subject, now=work.now))


async def discard_entry(change: Change[DiscardEntry], work: Work) -> Entry:
    """Set a message aside for good. Raises: NotPermitted, MessageUnknown, StaleVersion."""
    MAY_DECIDE.require(work.caller, {})
    entry = await QUARANTINE.load(work, change)
    return await QUARANTINE.save(work, domain.discard(entry, because=change.command.reason, by=work.caller.subject))
