"""Which integrations there are, and what each may be told of, comes from the registry."""

from typing import Any

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import IntegrationAmendedV1, IntegrationGrantedV1, IntegrationRevokedV1
from reporting.integrations.store import INTEGRATIONS

reactions = Reactions()


@reactions.when(IntegrationGrantedV1)
async def when_an_integration_is_granted_keep_what_it_may(fact: IntegrationGrantedV1, work: Work) -> None:
    """Keep what webhooks and the feed depend on."""
    await keep(work, INTEGRATIONS, fact.integration_id, _kept(fact))


@reactions.when(IntegrationAmendedV1)
async def when_an_integration_is_amended_keep_what_it_may_now(fact: IntegrationAmendedV1, work: Work) -> None:
    """Keep what webhooks and the feed depend on; the fact carries all of it."""
    await keep(work, INTEGRATIONS, fact.integration_id, _kept(fact))


@reactions.when(IntegrationRevokedV1)
async def when_an_integration_is_revoked_keep_its_end(fact: IntegrationRevokedV1, work: Work) -> None:
    """Keep the day: deliveries look at it before each try, the feed before each page."""
    await keep(work, INTEGRATIONS, fact.integration_id, {"revoked_on": fact.revoked_on})


def _kept(fact: IntegrationGrantedV1 | IntegrationAmendedV1) -> dict[str, Any]:
    return {
        "institution_id": fact.institution_id,
        "name": fact.name,
        "receives": fact.receives,
        "valid_until": fact.valid_until,
    }
