"""Facts of technology transfer: what has been passed on."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.fact import (
    ClusterId,
    Count,
    Date,
    EventId,
    Fact,
    InstitutionId,
    OptionalId,
    OptionalText,
    OtherInstitutionId,
    PersonId,
    PracticeId,
    RecordId,
    Redaction,
    ReplicationId,
    ShortText,
    Text,
)

PracticeKind = Literal["practice", "technology", "programme", "project"]
TargetGroup = Literal["families", "elderly", "disabled", "ngo", "municipalities"]
SeminarKind = Literal["analytical_seminar", "training_seminar", "design_seminar", "hand_over_seminar"]
TrainingKind = Literal["workshop", "master_class", "internship", "practical_class"]
EventKind = Literal[SeminarKind, TrainingKind, "round_table", "consultative_session", "forum", "meeting"]
Channel = Literal["in_person", "zoom", "whatsapp", "phone"]
ConsultationKind = Literal["project_design", "implementation", "innovation_experience"]
PublicationChannel = Literal["journal", "site", "social_network", "media", "talk"]
PublicationLevel = Literal["institution", "municipal", "regional", "federal"]
ParticipationForm = Literal[
    "professional_education",
    "qualification",
    "programmes",
    "retraining",
    "seminars_webinars",
    "conferences_forums",
    "consultative_sessions",
    "external_event",
]

_Title = Annotated[ShortText, Field(examples=["Уроки Мужества"])]
_MaybePractice = Annotated[PracticeId | None, Field(examples=["0190a000-0000-7000-8000-000000000901"])]
_Origin = Annotated[OptionalId, Field(examples=[None], description="Partner's integration that told it")]
_EventTitle = Annotated[OptionalText, Field(examples=["VI Всероссийский онлайн форум «Россия – территория заботы»"])]
_Mentor = Annotated[InstitutionId, Field(description="РИП that mentors the site")]
_Site = Annotated[OtherInstitutionId, Field(description="Site that takes the practice over")]


class PracticeDescribedV1(Fact):
    """An institution has described a practice, possibly derived from another one."""

    type: ClassVar[str] = "transfer.practice.described.v1"

    practice_id: PracticeId
    institution_id: InstitutionId
    kind: Annotated[PracticeKind, Field(examples=["project"])]
    title: _Title
    target_groups: Annotated[tuple[TargetGroup, ...], Field(examples=[["elderly"]])] = ()
    project_id: Annotated[OptionalId, Field(examples=[None], description="Project it grew from")] = None
    derived_from: Annotated[OptionalId, Field(examples=[None], description="Parent practice")] = None
    described_on: Date


class PackagePublishedV1(Fact):
    """The package of a practice is complete (manual and guidelines) and published."""

    type: ClassVar[str] = "transfer.package.published.v1"

    package_id: RecordId
    practice_id: PracticeId
    institution_id: InstitutionId
    title: _Title
    edition: Annotated[int, Field(ge=1, examples=[1])]
    published_on: Date


class BankEntryNominatedV1(Fact):
    """A packaged practice has been put before the council as a candidate for the regional bank."""

    type: ClassVar[str] = "transfer.bank_entry.nominated.v1"

    entry_id: RecordId
    practice_id: PracticeId
    institution_id: InstitutionId
    title: _Title
    nominated_on: Date


class BankEntryActivatedV1(Fact):
    """A practice is in the regional bank of social technologies, after a positive verdict."""

    type: ClassVar[str] = "transfer.bank_entry.activated.v1"

    entry_id: RecordId
    practice_id: PracticeId
    institution_id: InstitutionId
    kind: Annotated[PracticeKind, Field(examples=["project"])]
    title: _Title
    verdict_id: Annotated[RecordId, Field(description="Verdict that let it in")]
    activated_on: Date


class BankEntryArchivedV1(Fact):
    """A practice has left the regional bank."""

    type: ClassVar[str] = "transfer.bank_entry.archived.v1"

    entry_id: RecordId
    practice_id: PracticeId
    institution_id: InstitutionId
    archived_on: Date


class ClusterFormedV1(Fact):
    """A РИП mentors a cluster of sites for one practice."""

    type: ClassVar[str] = "transfer.cluster.formed.v1"

    cluster_id: ClusterId
    practice_id: PracticeId
    mentor_institution_id: _Mentor
    load_limit: Annotated[Count, Field(examples=[4])]


class SiteAttachedV1(Fact):
    """A site has joined a mentor cluster."""

    type: ClassVar[str] = "transfer.site.attached.v1"

    cluster_id: ClusterId
    practice_id: PracticeId
    mentor_institution_id: _Mentor
    site_institution_id: _Site


class _ReplicationFact(Fact):
    replication_id: ReplicationId
    practice_id: PracticeId
    site_institution_id: _Site
    mentor_institution_id: _Mentor


class ReplicationAgreedV1(_ReplicationFact):
    """A site and its mentor have agreed on the replication of a practice."""

    type: ClassVar[str] = "transfer.replication.agreed.v1"

    agreed_on: Date


class ReplicationTrainedV1(_ReplicationFact):
    """The site has been trained at a seminar of this package."""

    type: ClassVar[str] = "transfer.replication.trained.v1"

    event_id: EventId
    trained_on: Date


class ReplicationStartedV1(_ReplicationFact):
    """The site works by the practice."""

    type: ClassVar[str] = "transfer.replication.started.v1"

    started_on: Date


class ReplicationReportedV1(_ReplicationFact):
    """The site has reported on its replication."""

    type: ClassVar[str] = "transfer.replication.reported.v1"

    reported_on: Date
    adaptations: Annotated[Count, Field(examples=[2], description="Steps that differ from the guidelines")]


class ReplicationSelfDescribedV1(_ReplicationFact):
    """The site has described its own practice, derived from the replicated one."""

    type: ClassVar[str] = "transfer.replication.self_described.v1"

    derived_practice_id: Annotated[PracticeId, Field(examples=["0190a000-0000-7000-8000-000000000902"])]
    described_on: Date


class ReplicationStoppedV1(_ReplicationFact):
    """A replication has ended before its time."""

    type: ClassVar[str] = "transfer.replication.stopped.v1"

    reason: Annotated[Text, Field(examples=["Учреждение реорганизовано"]), Redaction.DROPPED]
    stopped_on: Date


class EventHeldV1(Fact):
    """A seminar, workshop, meeting or other event has been held."""

    type: ClassVar[str] = "transfer.event.held.v1"

    event_id: EventId
    institution_id: InstitutionId
    kind: Annotated[EventKind, Field(examples=["round_table"])]
    scope: Annotated[Literal["institution", "system"], Field(examples=["system"])]
    title: Annotated[
        ShortText, Field(examples=["Опыт организации социальной работы на территории Вологодской области"])
    ]
    held_on: Date
    online: Annotated[bool, Field(examples=[False])]
    venue: Annotated[OptionalText, Field(examples=["Вологодский государственный университет"])] = None
    practice_id: _MaybePractice = None


class AttendanceRecordedV1(Fact):
    """People of an institution attended an event; people are counted, not named."""

    type: ClassVar[str] = "transfer.attendance.recorded.v1"

    event_id: EventId
    host_institution_id: InstitutionId
    institution_id: Annotated[OtherInstitutionId, Field(description="Institution that attended")]
    persons: Annotated[Count, Field(examples=[3])]
    held_on: Date
    origin: _Origin = None


class ConsultationGivenV1(Fact):
    """A specialist of an institution has given a consultation."""

    type: ClassVar[str] = "transfer.consultation.given.v1"

    consultation_id: RecordId
    institution_id: InstitutionId
    consultant_id: PersonId
    kind: Annotated[ConsultationKind, Field(examples=["innovation_experience"])]
    channel: Annotated[Channel, Field(examples=["zoom"])]
    topic: Annotated[ShortText, Field(examples=["Как описать результат проекта"]), Redaction.DROPPED]
    recipient_institution_id: Annotated[OptionalId, Field(examples=[None])] = None
    application_id: Annotated[
        OptionalId, Field(examples=[None], description="Application the advice was about"), Redaction.DROPPED
    ] = None
    given_on: Date
    origin: _Origin = None


class _PublicationFact(Fact):
    publication_id: RecordId
    institution_id: InstitutionId
    channel: Annotated[PublicationChannel, Field(examples=["journal"])]
    title: Annotated[ShortText, Field(examples=["«Уроки мужества» – это путь к постижению добра"])]
    outlet: Annotated[OptionalText, Field(examples=["журнал «Работник социальной службы», № 3 2023 года"])] = None
    level: Annotated[PublicationLevel, Field(examples=["federal"])]
    count: Annotated[int, Field(ge=1, le=100_000, examples=[1], description="Publications the record stands for")]
    released_on: Date
    practice_id: _MaybePractice = None
    origin: _Origin = None


class PublicationReleasedV1(_PublicationFact):
    """A publication, or a counted run of posts, has come out."""

    type: ClassVar[str] = "transfer.publication.released.v1"


class PublicationCorrectedV1(_PublicationFact):
    """The record of a publication has been corrected; the fact carries the whole new record."""

    type: ClassVar[str] = "transfer.publication.corrected.v1"


class MaterialIssuedV1(Fact):
    """Methodical materials have been issued."""

    type: ClassVar[str] = "transfer.material.issued.v1"

    material_id: RecordId
    institution_id: InstitutionId
    title: Annotated[ShortText, Field(examples=["Материалы методической консультативной площадки"])]
    event_id: Annotated[OptionalId, Field(examples=["0190a000-0000-7000-8000-000000000951"])] = None
    issued_on: Date


class ParticipationRecordedV1(Fact):
    """Specialists of an institution took part in training or in somebody else's event.

    `persons` counts participations of this record; one person may stand in several records.
    """

    type: ClassVar[str] = "transfer.participation.recorded.v1"

    participation_id: RecordId
    institution_id: InstitutionId
    form: Annotated[ParticipationForm, Field(examples=["external_event"])]
    title: _EventTitle = None
    persons: Annotated[Count, Field(examples=[3])]
    took_place_on: Date
