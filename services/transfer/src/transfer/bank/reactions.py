"""What the council's decisions do to the bank."""

from chassis.reactions import Reactions
from chassis.work import Work
from contracts.expertise import VerdictIssuedV1
from transfer.bank import domain
from transfer.bank.domain import Hearing, NominationUnknown
from transfer.bank.store import BANK

reactions = Reactions()


@reactions.when(VerdictIssuedV1)
async def when_verdict_issued_on_a_practice_hear_it(fact: VerdictIssuedV1, work: Work) -> None:
    """Take note of a decision on a nominated practice; decisions on projects are not the bank's.

    Raises: NominationUnknown while the nomination is not stored: the decision is then tried again.
    Emits: transfer.bank_entry.activated.v1 or transfer.bank_entry.archived.v1 when the entry comes or goes.
    """
    if fact.subject_kind != "practice":
        return
    entries = await BANK.find(work, {"practice_id": fact.subject_id})
    if not entries:
        raise NominationUnknown(practice_id=fact.subject_id)
    hearing = Hearing(
        verdict_id=fact.verdict_id, outcome=fact.outcome, remarks=fact.remarks, decided_on=fact.decided_on
    )
    heard, facts = domain.hear(entries[0], hearing)
    await BANK.save(work, heard, *facts)
