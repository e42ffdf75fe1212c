"""Who is told of which fact: one reviewed row per type, and the types that nobody is told of, each with the reason.

An update says that a record changed and where to read it, nothing of its content. So a row names only those who may
read that record by its own service's policy. Whoever is not named by a field of the fact is not guessed:

- who reviews an application and when a review was finished is told to the expert alone, never to the applicant;
- a verdict is told when the fact is: decisions fall in open sessions and are readable by everyone from then on;
- winners of an award may not all be members of the institution, so the institution is told, not they.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from contracts import expertise, registry, reporting, transfer
from contracts.fact import Fact

MEMBERS = frozenset({"head", "specialist"})
"""Roles in an institution whose holders follow everything of it."""

_OVERSIGHT = frozenset({"administrator", "curator", "official"})
_CURATOR = frozenset({"curator"})
_REPORTS = frozenset({"administrator", "curator"})
_ADMINISTRATOR = frozenset({"administrator"})
OVERSEERS = _OVERSIGHT
"""Platform roles whose holders follow any institution, each the types that its rows name the role for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is told of one type. Field names are the fact's; a field that is None or empty names nobody."""

    model: type[Fact]
    resource: str
    """Path to read, with fields of the fact."""
    institutions: tuple[str, ...] = ("institution_id",)
    persons: tuple[str, ...] = ()
    overseers: frozenset[str] = _OVERSIGHT

    def path(self, fact: Fact) -> str:
        """Return the resource of a fact."""
        named = {name: quote(str(value), safe="") for name, value in fact if f"{{{name}}}" in self.resource}
        return self.resource.format_map(named)

    def audience(self, fact: Fact) -> frozenset[str]:
        """Return the keys of everyone who is told; empty when nobody is."""
        institutions = _values(fact, self.institutions)
        return frozenset(
            {person(each) for each in _values(fact, self.persons)}
            | {member(each) for each in institutions}
            | {overseer(role, each) for role in self.overseers for each in institutions}
        )


def person(person_id: str) -> str:
    """Return the key of a person."""
    return f"person:{person_id}"


def member(institution_id: str) -> str:
    """Return the key shared by the members of an institution."""
    return f"member:{institution_id}"


def overseer(role: str, institution_id: str) -> str:
    """Return the key of a platform role with regard to an institution."""
    return f"{role}:{institution_id}"


def _values(fact: Fact, names: tuple[str, ...]) -> set[str]:
    return {value for name in names if (value := getattr(fact, name))}


_BOTH_SIDES = ("site_institution_id", "mentor_institution_id")
_INSTITUTION = "/v1/institutions/{institution_id}"
_APPOINTMENT = "/v1/appointments/{appointment_id}"
_MEMBERSHIP = "/v1/memberships/{membership_id}"
_ACT, _STATUS, _AGREEMENT = "/v1/acts/{act_id}", "/v1/statuses/{status_id}", "/v1/agreements/{agreement_id}"
_INTEGRATION = "/v1/integrations/{integration_id}"
_DIRECTION, _APPLICATION = "/v1/directions/{direction_id}", "/v1/applications/{application_id}"
_REVIEW, _ENTRY = "/v1/reviews/{review_id}", "/v1/entries/{entry_id}"
_BANK_ENTRY, _CLUSTER = "/v1/bank-entries/{entry_id}", "/v1/clusters/{cluster_id}"
_REPLICATION, _EVENT = "/v1/replications/{replication_id}", "/v1/events/{event_id}"
_PUBLICATION, _REPORT = "/v1/publications/{publication_id}", "/v1/reports/{report_id}"

ROWS: tuple[Row, ...] = (
    Row(model=registry.InstitutionRegisteredV1, resource=_INSTITUTION),
    Row(model=registry.InstitutionRenamedV1, resource=_INSTITUTION),
    Row(model=registry.PersonAppointedV1, resource=_APPOINTMENT, persons=("person_id",)),
    Row(model=registry.MembershipGrantedV1, resource=_MEMBERSHIP, persons=("person_id",)),
    Row(model=registry.MembershipEndedV1, resource=_MEMBERSHIP, persons=("person_id",)),
    Row(model=registry.ActIssuedV1, resource=_ACT),
    Row(model=registry.ActAmendedV1, resource=_ACT),
    Row(model=registry.StatusGrantedV1, resource=_STATUS),
    Row(model=registry.StatusExtendedV1, resource=_STATUS),
    Row(model=registry.StatusRevokedV1, resource=_STATUS),
    Row(model=registry.AgreementSignedV1, resource=_AGREEMENT),
    Row(model=registry.AddendumSignedV1, resource=_AGREEMENT),
    Row(model=registry.AgreementTerminatedV1, resource=_AGREEMENT),
    Row(model=registry.IntegrationGrantedV1, resource=_INTEGRATION, overseers=_ADMINISTRATOR),
    Row(model=registry.IntegrationAmendedV1, resource=_INTEGRATION, overseers=_ADMINISTRATOR),
    Row(model=registry.IntegrationRevokedV1, resource=_INTEGRATION, overseers=_ADMINISTRATOR),
    Row(model=expertise.DirectionProposedV1, resource=_DIRECTION, institutions=(), persons=("supervisor_id",)),
    Row(model=expertise.DirectionAgreedV1, resource=_DIRECTION, institutions=(), persons=("supervisor_id",)),
    Row(model=expertise.ApplicationSubmittedV1, resource=_APPLICATION),
    Row(model=expertise.ApplicationReturnedV1, resource=_APPLICATION),
    Row(model=expertise.ApplicationAdmittedV1, resource=_APPLICATION),
    Row(model=expertise.OpinionSignedV1, resource=_APPLICATION, persons=("supervisor_id",)),
    Row(model=expertise.ExpertAssignedV1, resource=_REVIEW, institutions=(), persons=("expert_id",)),
    Row(model=expertise.ReviewCompletedV1, resource=_REVIEW, institutions=(), persons=("expert_id",)),
    Row(model=expertise.VerdictIssuedV1, resource="/v1/verdicts/{verdict_id}"),
    Row(model=expertise.ProjectStartedV1, resource="/v1/projects/{project_id}"),
    Row(model=expertise.EntryFiledV1, resource=_ENTRY),
    Row(model=expertise.EntryDecidedV1, resource=_ENTRY),
    Row(model=expertise.AwardGrantedV1, resource="/v1/awards/{award_id}"),
    Row(model=transfer.PracticeDescribedV1, resource="/v1/practices/{practice_id}"),
    Row(model=transfer.PackagePublishedV1, resource="/v1/packages/{package_id}", overseers=_CURATOR),
    Row(model=transfer.BankEntryNominatedV1, resource=_BANK_ENTRY, overseers=_CURATOR),
    Row(model=transfer.BankEntryActivatedV1, resource=_BANK_ENTRY),
    Row(model=transfer.BankEntryArchivedV1, resource=_BANK_ENTRY, overseers=_CURATOR),
    Row(model=transfer.ClusterFormedV1, resource=_CLUSTER, institutions=("mentor_institution_id",)),
    Row(model=transfer.SiteAttachedV1, resource=_CLUSTER, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationAgreedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationTrainedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationStartedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationReportedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationSelfDescribedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.ReplicationStoppedV1, resource=_REPLICATION, institutions=_BOTH_SIDES),
    Row(model=transfer.EventHeldV1, resource=_EVENT),
    Row(model=transfer.AttendanceRecordedV1, resource=_EVENT, institutions=("host_institution_id", "institution_id")),
    Row(
        model=transfer.ConsultationGivenV1,
        resource="/v1/consultations/{consultation_id}",
        institutions=("institution_id", "recipient_institution_id"),
        persons=("consultant_id",),
    ),
    Row(model=transfer.PublicationReleasedV1, resource=_PUBLICATION),
    Row(model=transfer.PublicationCorrectedV1, resource=_PUBLICATION),
    Row(model=transfer.MaterialIssuedV1, resource="/v1/materials/{material_id}"),
    Row(model=transfer.ParticipationRecordedV1, resource="/v1/participations/{participation_id}"),
    Row(model=reporting.ReportDraftedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.ReportSubmittedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.ReportReturnedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.ReportAgreedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.ReportApprovedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.ReportSupplementedV1, resource=_REPORT, overseers=_REPORTS),
    Row(model=reporting.WebhookSuspendedV1, resource="/v1/webhooks/{webhook_id}", overseers=_ADMINISTRATOR),
)

_EVERYBODY_S = (
    "open to everyone signed in; the fact names no institution and no person it would be news of their own for"
)
SILENT: Mapping[type[Fact], str] = {
    expertise.DirectionReturnedV1: "its author is not named by the fact; the supervisor learns of the next proposal",
    expertise.CallOpenedV1: _EVERYBODY_S,
    expertise.SessionScheduledV1: _EVERYBODY_S,
    expertise.SessionOpenedV1: _EVERYBODY_S,
    expertise.SessionClosedV1: _EVERYBODY_S,
    expertise.ProtocolApprovedV1: _EVERYBODY_S,
}
BY_TYPE: Mapping[str, Row] = {row.model.type: row for row in ROWS}
