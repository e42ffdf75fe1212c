"""What is kept of the registry's institutions."""

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import InstitutionRegisteredV1, InstitutionRenamedV1
from transfer.institutions.store import INSTITUTIONS

reactions = Reactions()


@reactions.when(InstitutionRegisteredV1)
async def when_institution_registered_keep_its_card(fact: InstitutionRegisteredV1, work: Work) -> None:
    """Keep the names and the municipality of an institution."""
    card = {"name": fact.name, "short_name": fact.short_name, "kind": fact.kind, "municipality": fact.municipality}
    await keep(work, INSTITUTIONS, fact.institution_id, card)


@reactions.when(InstitutionRenamedV1)
async def when_institution_renamed_keep_its_new_name(fact: InstitutionRenamedV1, work: Work) -> None:
    """Keep the new names of an institution."""
    await keep(work, INSTITUTIONS, fact.institution_id, {"name": fact.name, "short_name": fact.short_name})
