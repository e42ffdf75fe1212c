"""Facts of the registry: who is who in the technopark."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.fact import (
    ActId,
    AgreementId,
    Date,
    Fact,
    InstitutionId,
    LastDay,
    OptionalLastDay,
    OptionalText,
    PersonId,
    RecordId,
    ShortText,
    StatusId,
)

InstitutionKind = Literal[
    "ministry", "methodical_centre", "social_service", "ngo", "education", "municipality", "company"
]
Ownership = Literal["state", "municipal", "private"]
StatusKind = Literal["core", "rip", "site", "resource_centre"]

_Name = Annotated[ShortText, Field(examples=["ОГБУСО «КСЦОН „Веста“»"])]
_IntegrationName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,40}$", examples=["omsk-resource-centre"])]
_Receives = Annotated[
    tuple[str, ...], Field(max_length=100, examples=[["transfer.event.held.v1"]], description="Public types, or only *")
]
_Sends = Annotated[tuple[str, ...], Field(max_length=100, examples=[["partner.consultation.given.v1"]])]
_Theme = Annotated[OptionalText, Field(examples=["Социальное проектирование в организациях социального обслуживания"])]


class InstitutionRegisteredV1(Fact):
    """An institution has been entered in the registry with checked identifiers."""

    type: ClassVar[str] = "registry.institution.registered.v1"

    institution_id: InstitutionId
    name: _Name
    short_name: Annotated[str, Field(min_length=1, max_length=200, examples=["КСЦОН «Веста»"])]
    kind: Annotated[InstitutionKind, Field(examples=["social_service"])]
    ownership: Annotated[Ownership, Field(examples=["state"])]
    inn: Annotated[str, Field(pattern=r"^([0-9]{10}|[0-9]{12})$", examples=["3811000007"])]
    ogrn: Annotated[str, Field(pattern=r"^([0-9]{13}|[0-9]{15})$", examples=["1183800000009"])]
    oktmo: Annotated[str, Field(pattern=r"^([0-9]{8}|[0-9]{11})$", examples=["25703000"])]
    municipality: Annotated[str, Field(min_length=1, max_length=200, examples=["Ангарский городской округ"])]
    region: Annotated[str, Field(pattern=r"^RU-[A-Z]{2,3}$", examples=["RU-IRK"], description="ISO 3166-2")]
    member_since: Date


class InstitutionRenamedV1(Fact):
    """An institution carries a new name."""

    type: ClassVar[str] = "registry.institution.renamed.v1"

    institution_id: InstitutionId
    name: _Name
    short_name: Annotated[str, Field(min_length=1, max_length=200, examples=["КСЦОН «Веста»"])]


class PersonAppointedV1(Fact):
    """A person has taken an office of an institution, possibly as its acting holder.

    The name is that of an office holder, which the institution publishes anyway.
    """

    type: ClassVar[str] = "registry.person.appointed.v1"

    appointment_id: RecordId
    person_id: PersonId
    person_name: Annotated[str, Field(min_length=1, max_length=200, examples=["Н. Л. Веревокина"])]
    institution_id: InstitutionId
    office: Annotated[ShortText, Field(examples=["директор"])]
    acting: Annotated[bool, Field(examples=[True])]
    since: Date
    until: OptionalLastDay = None


class MembershipGrantedV1(Fact):
    """A person works for an institution in the named roles."""

    type: ClassVar[str] = "registry.membership.granted.v1"

    membership_id: RecordId
    person_id: PersonId
    institution_id: InstitutionId
    roles: Annotated[tuple[str, ...], Field(min_length=1, max_length=10, examples=[["specialist"]])]
    valid_from: Date
    valid_until: OptionalLastDay = None


class MembershipEndedV1(Fact):
    """A person no longer works for an institution."""

    type: ClassVar[str] = "registry.membership.ended.v1"

    membership_id: RecordId
    person_id: PersonId
    institution_id: InstitutionId
    ended_on: Date


class ActIssuedV1(Fact):
    """A normative act has been issued."""

    type: ClassVar[str] = "registry.act.issued.v1"

    act_id: ActId
    institution_id: InstitutionId
    kind: Annotated[Literal["order", "decree", "regulation"], Field(examples=["order"])]
    number: Annotated[str, Field(min_length=1, max_length=50, examples=["821/п"])]
    issued_on: Date
    title: Annotated[str, Field(min_length=1, max_length=1000, examples=["О Методическом совете"])]


class ActAmendedV1(Fact):
    """A normative act has been amended by a later one."""

    type: ClassVar[str] = "registry.act.amended.v1"

    act_id: ActId
    institution_id: InstitutionId
    number: Annotated[str, Field(min_length=1, max_length=50, examples=["233/п"], description="Amending act")]
    amended_on: Date


class StatusGrantedV1(Fact):
    """An institution holds a status for a period, on the basis of an act."""

    type: ClassVar[str] = "registry.status.granted.v1"

    status_id: StatusId
    institution_id: InstitutionId
    kind: Annotated[StatusKind, Field(examples=["resource_centre"])]
    theme: _Theme = None
    act_id: ActId
    valid_from: Date
    valid_until: OptionalLastDay = None


class StatusExtendedV1(Fact):
    """A status is valid for longer, on the basis of a further act."""

    type: ClassVar[str] = "registry.status.extended.v1"

    status_id: StatusId
    institution_id: InstitutionId
    kind: Annotated[StatusKind, Field(examples=["resource_centre"])]
    act_id: ActId
    valid_until: LastDay


class StatusRevokedV1(Fact):
    """A status ended before its term."""

    type: ClassVar[str] = "registry.status.revoked.v1"

    status_id: StatusId
    institution_id: InstitutionId
    kind: Annotated[StatusKind, Field(examples=["rip"])]
    act_id: ActId
    revoked_on: Date


class AgreementSignedV1(Fact):
    """An institution has signed a cooperation agreement."""

    type: ClassVar[str] = "registry.agreement.signed.v1"

    agreement_id: AgreementId
    institution_id: InstitutionId
    number: Annotated[str, Field(min_length=1, max_length=50, examples=["7/2023"])]
    partner: Annotated[ShortText, Field(examples=["Вологодский государственный университет"])]
    subject: Annotated[
        str, Field(min_length=1, max_length=1000, examples=["Сотрудничество в социальном проектировании"])
    ]
    signed_on: Date
    valid_until: OptionalLastDay = None


class AddendumSignedV1(Fact):
    """An addendum to a cooperation agreement has been signed."""

    type: ClassVar[str] = "registry.addendum.signed.v1"
    about: ClassVar[str] = "agreement_id"

    addendum_id: RecordId
    agreement_id: AgreementId
    institution_id: InstitutionId
    number: Annotated[str, Field(min_length=1, max_length=50, examples=["1"])]
    subject: Annotated[str, Field(min_length=1, max_length=1000, examples=["Продление срока"])]
    signed_on: Date


class AgreementTerminatedV1(Fact):
    """A cooperation agreement has ended."""

    type: ClassVar[str] = "registry.agreement.terminated.v1"

    agreement_id: AgreementId
    institution_id: InstitutionId
    terminated_on: Date


class IntegrationGrantedV1(Fact):
    """A partner's system may receive the named types of the public stream and announce the named ones of its own."""

    type: ClassVar[str] = "registry.integration.granted.v1"

    integration_id: RecordId
    institution_id: InstitutionId
    name: _IntegrationName
    receives: _Receives
    sends: _Sends
    contact_person_id: PersonId
    valid_until: LastDay


class IntegrationAmendedV1(Fact):
    """What an integration allows has changed; the fact carries all of it."""

    type: ClassVar[str] = "registry.integration.amended.v1"

    integration_id: RecordId
    institution_id: InstitutionId
    name: _IntegrationName
    receives: _Receives
    sends: _Sends
    contact_person_id: PersonId
    valid_until: LastDay


class IntegrationRevokedV1(Fact):
    """An integration has ended for good."""

    type: ClassVar[str] = "registry.integration.revoked.v1"

    integration_id: RecordId
    institution_id: InstitutionId
    revoked_on: Date
