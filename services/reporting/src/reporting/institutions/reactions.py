"""What reporting learns of institutions from the registry."""

from datetime import timedelta

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import (
    InstitutionRegisteredV1,
    InstitutionRenamedV1,
    PersonAppointedV1,
    StatusExtendedV1,
    StatusGrantedV1,
    StatusRevokedV1,
)
from reporting.institutions.store import INSTITUTIONS, OFFICES, STATUSES

reactions = Reactions()


@reactions.when(InstitutionRegisteredV1)
async def when_an_institution_is_registered_copy_it(fact: InstitutionRegisteredV1, work: Work) -> None:
    """Keep the names, the kind and the region."""
    fields = fact.model_dump(include={"name", "short_name", "kind", "region"})
    await keep(work, INSTITUTIONS, fact.institution_id, fields)


@reactions.when(InstitutionRenamedV1)
async def when_an_institution_is_renamed_take_its_new_names(fact: InstitutionRenamedV1, work: Work) -> None:
    """Keep the names, whichever fact comes first."""
    await keep(work, INSTITUTIONS, fact.institution_id, {"name": fact.name, "short_name": fact.short_name})


@reactions.when(PersonAppointedV1)
async def when_a_person_is_appointed_keep_the_office(fact: PersonAppointedV1, work: Work) -> None:
    """Keep who may sign, in which office and since when."""
    await keep(work, OFFICES, fact.appointment_id, fact.model_dump(exclude={"appointment_id"}))


@reactions.when(StatusGrantedV1)
async def when_a_status_is_granted_keep_its_theme(fact: StatusGrantedV1, work: Work) -> None:
    """Keep the theme and the term."""
    fields = fact.model_dump(include={"institution_id", "kind", "theme", "valid_from", "valid_until"})
    await keep(work, STATUSES, fact.status_id, fields)


@reactions.when(StatusExtendedV1)
async def when_a_status_is_extended_keep_its_new_term(fact: StatusExtendedV1, work: Work) -> None:
    """Keep the later last day."""
    await keep(work, STATUSES, fact.status_id, {"valid_until": fact.valid_until})


@reactions.when(StatusRevokedV1)
async def when_a_status_is_revoked_end_its_term(fact: StatusRevokedV1, work: Work) -> None:
    """Keep the day before the revocation as the last one: on `revoked_on` the status is not held any more."""
    await keep(work, STATUSES, fact.status_id, {"valid_until": fact.revoked_on - timedelta(days=1)})
