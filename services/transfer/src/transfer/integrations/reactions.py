"""What is kept of the registry's integrations."""

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import IntegrationAmendedV1, IntegrationGrantedV1, IntegrationRevokedV1
from transfer.integrations.store import INTEGRATIONS

reactions = Reactions()


_TERMS = {"institution_id", "name", "sends", "contact_person_id", "valid_until"}


@reactions.when(IntegrationGrantedV1)
async def when_integration_granted_keep_its_terms(fact: IntegrationGrantedV1, work: Work) -> None:
    """Keep whose system may tell what, for how long, and who answers for it."""
    await keep(work, INTEGRATIONS, fact.integration_id, fact.model_dump(include=_TERMS))


@reactions.when(IntegrationAmendedV1)
async def when_integration_amended_keep_its_new_terms(fact: IntegrationAmendedV1, work: Work) -> None:
    """Keep the terms as they are from now on."""
    await keep(work, INTEGRATIONS, fact.integration_id, fact.model_dump(include=_TERMS))


@reactions.when(IntegrationRevokedV1)
async def when_integration_revoked_keep_its_end(fact: IntegrationRevokedV1, work: Work) -> None:
    """Keep that it has ended; a revocation that overtakes its grant ends what is not known yet."""
    end = {"institution_id": fact.institution_id, "revoked_on": fact.revoked_on}
    await keep(work, INTEGRATIONS, fact.integration_id, end)
