"""Facts of the registry and of technology transfer that the council keeps copies of."""

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.registry import (
    InstitutionRegisteredV1,
    InstitutionRenamedV1,
    MembershipEndedV1,
    MembershipGrantedV1,
    StatusExtendedV1,
    StatusGrantedV1,
    StatusRevokedV1,
)
from contracts.transfer import BankEntryNominatedV1, ConsultationGivenV1
from expertise.references.store import CONSULTATIONS, INSTITUTIONS, MEMBERSHIPS, NOMINATIONS, STATUSES

reactions = Reactions()


@reactions.when(InstitutionRegisteredV1)
async def when_institution_registered_know_it(fact: InstitutionRegisteredV1, work: Work) -> None:
    """Know the institution and its kind."""
    await keep(work, INSTITUTIONS, fact.institution_id, fact.model_dump(include={"name", "short_name", "kind"}))


@reactions.when(InstitutionRenamedV1)
async def when_institution_renamed_know_its_new_names(fact: InstitutionRenamedV1, work: Work) -> None:
    """Know the new names."""
    await keep(work, INSTITUTIONS, fact.institution_id, fact.model_dump(include={"name", "short_name"}))


@reactions.when(StatusGrantedV1)
async def when_status_granted_open_the_right_to_submit(fact: StatusGrantedV1, work: Work) -> None:
    """Know who may answer calls that ask for this status."""
    fields = fact.model_dump(include={"institution_id", "kind", "valid_from", "valid_until"})
    await keep(work, STATUSES, fact.status_id, fields)


@reactions.when(StatusExtendedV1)
async def when_status_extended_prolong_the_right_to_submit(fact: StatusExtendedV1, work: Work) -> None:
    """Know the new last day."""
    await keep(work, STATUSES, fact.status_id, fact.model_dump(include={"institution_id", "kind", "valid_until"}))


@reactions.when(StatusRevokedV1)
async def when_status_revoked_close_the_right_to_submit(fact: StatusRevokedV1, work: Work) -> None:
    """Know the day from which the status is not held."""
    await keep(work, STATUSES, fact.status_id, fact.model_dump(include={"institution_id", "kind", "revoked_on"}))


@reactions.when(MembershipGrantedV1)
async def when_membership_granted_know_the_affiliation(fact: MembershipGrantedV1, work: Work) -> None:
    """Know where a person works: an expert never judges their own institution."""
    fields = fact.model_dump(include={"person_id", "institution_id", "valid_from", "valid_until"})
    await keep(work, MEMBERSHIPS, fact.membership_id, fields)


@reactions.when(MembershipEndedV1)
async def when_membership_ended_close_the_affiliation(fact: MembershipEndedV1, work: Work) -> None:
    """Know the last day of the affiliation."""
    await keep(
        work, MEMBERSHIPS, fact.membership_id, fact.model_dump(include={"person_id", "institution_id", "ended_on"})
    )


@reactions.when(ConsultationGivenV1)
async def when_consultation_given_bar_the_consultant(fact: ConsultationGivenV1, work: Work) -> None:
    """Know who advised on an application: they do not judge it (A43)."""
    fields = fact.model_dump(include={"consultant_id", "application_id", "given_on"})
    await keep(work, CONSULTATIONS, fact.consultation_id, fields)


@reactions.when(BankEntryNominatedV1)
async def when_bank_entry_nominated_let_it_be_heard(fact: BankEntryNominatedV1, work: Work) -> None:
    """Know the candidates for the regional bank: a session may put them on its agenda."""
    fields = fact.model_dump(include={"practice_id", "institution_id", "title", "nominated_on"})
    await keep(work, NOMINATIONS, fact.entry_id, fields)
