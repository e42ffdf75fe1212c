"""What is kept of the registry's statuses."""

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import StatusExtendedV1, StatusGrantedV1, StatusRevokedV1
from transfer.statuses.store import STATUSES

reactions = Reactions()


@reactions.when(StatusGrantedV1)
async def when_status_granted_keep_its_period(fact: StatusGrantedV1, work: Work) -> None:
    """Keep who holds what from when to when."""
    period = {"valid_from": fact.valid_from, "valid_until": fact.valid_until}
    await keep(work, STATUSES, fact.status_id, {"institution_id": fact.institution_id, "kind": fact.kind, **period})


@reactions.when(StatusExtendedV1)
async def when_status_extended_keep_its_new_end(fact: StatusExtendedV1, work: Work) -> None:
    """Keep the new last day; an extension that overtakes its grant waits for the first day."""
    period = {"valid_until": fact.valid_until}
    await keep(work, STATUSES, fact.status_id, {"institution_id": fact.institution_id, "kind": fact.kind, **period})


@reactions.when(StatusRevokedV1)
async def when_status_revoked_keep_its_early_end(fact: StatusRevokedV1, work: Work) -> None:
    """Keep the first day without the status."""
    end = {"revoked_on": fact.revoked_on}
    await keep(work, STATUSES, fact.status_id, {"institution_id": fact.institution_id, "kind": fact.kind, **end})
