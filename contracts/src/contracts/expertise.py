"""Facts of the expert council: what has been judged."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.fact import (
    ActId,
    ApplicationId,
    CallId,
    Count,
    Date,
    DirectionId,
    EntryId,
    Fact,
    InstitutionId,
    OptionalDate,
    OptionalText,
    PersonId,
    ProjectId,
    RecordId,
    Redaction,
    SessionId,
    ShortText,
    Text,
)

SubjectKind = Literal["project", "practice"]
VerdictOutcome = Literal["supported", "supported_with_remarks", "not_supported"]

_Title = Annotated[ShortText, Field(examples=["Семейная гостиная «Разговор с будущим»"])]
_Remark = Annotated[Text, Field(examples=["Уточните показатели результата"])]
_Contest = Annotated[ShortText, Field(examples=["Спорт для всех 2024"])]
_ProjectTitle = Annotated[OptionalText, Field(examples=["Почитай мне"])]


class DirectionProposedV1(Fact):
    """A direction of innovation projects has been put to the ministry for agreement."""

    type: ClassVar[str] = "expertise.direction.proposed.v1"

    direction_id: DirectionId
    title: Annotated[ShortText, Field(examples=["Работа с семьями СОП и ТЖС"])]
    supervisor_id: PersonId
    revision: Annotated[int, Field(ge=1, examples=[1])]


class DirectionReturnedV1(Fact):
    """The ministry has returned a direction with a remark."""

    type: ClassVar[str] = "expertise.direction.returned.v1"

    direction_id: DirectionId
    remark: _Remark
    revision: Annotated[int, Field(ge=1, examples=[1])]


class DirectionAgreedV1(Fact):
    """The ministry has agreed a direction: applications may be submitted to it."""

    type: ClassVar[str] = "expertise.direction.agreed.v1"

    direction_id: DirectionId
    title: Annotated[ShortText, Field(examples=["Работа с семьями СОП и ТЖС"])]
    supervisor_id: PersonId
    revision: Annotated[int, Field(ge=1, examples=[3])]
    agreed_on: Date
    act_id: Annotated[ActId | None, Field(examples=[None])] = None


class CallOpenedV1(Fact):
    """A call for project applications is open; both dates are inclusive."""

    type: ClassVar[str] = "expertise.call.opened.v1"

    call_id: CallId
    direction_id: DirectionId
    title: Annotated[ShortText, Field(examples=["Отбор инновационных проектов 2018 года"])]
    opens_on: Date
    closes_on: Date


class ApplicationSubmittedV1(Fact):
    """An institution has submitted a project application; `submission` counts from 1 and grows with each return."""

    type: ClassVar[str] = "expertise.application.submitted.v1"

    application_id: ApplicationId
    call_id: CallId
    direction_id: DirectionId
    institution_id: InstitutionId
    title: _Title
    submission: Annotated[int, Field(ge=1, examples=[1])]
    submitted_on: Date


class ApplicationReturnedV1(Fact):
    """The curator has returned an application for revision."""

    type: ClassVar[str] = "expertise.application.returned.v1"

    application_id: ApplicationId
    institution_id: InstitutionId
    remark: _Remark
    returned_on: Date


class ApplicationAdmittedV1(Fact):
    """An application has been admitted to review and defence."""

    type: ClassVar[str] = "expertise.application.admitted.v1"

    application_id: ApplicationId
    call_id: CallId
    direction_id: DirectionId
    institution_id: InstitutionId
    title: _Title
    admitted_on: Date


class OpinionSignedV1(Fact):
    """The scientific supervisor has signed an opinion on an application."""

    type: ClassVar[str] = "expertise.opinion.signed.v1"

    application_id: ApplicationId
    institution_id: InstitutionId
    supervisor_id: PersonId
    favourable: Annotated[bool, Field(examples=[True])]
    signed_on: Date


class ExpertAssignedV1(Fact):
    """An expert has been assigned to review an application."""

    type: ClassVar[str] = "expertise.expert.assigned.v1"

    review_id: RecordId
    application_id: ApplicationId
    expert_id: PersonId
    assigned_on: Date


class ReviewCompletedV1(Fact):
    """An expert has finished a review; the marks stay inside the council."""

    type: ClassVar[str] = "expertise.review.completed.v1"

    review_id: RecordId
    application_id: ApplicationId
    expert_id: PersonId
    completed_on: Date


class SessionScheduledV1(Fact):
    """A session of the expert council has a date and an agenda."""

    type: ClassVar[str] = "expertise.session.scheduled.v1"

    session_id: SessionId
    title: Annotated[ShortText, Field(examples=["Открытая защита инновационных проектов"])]
    held_on: Date
    items: Annotated[Count, Field(examples=[6])]


class SessionOpenedV1(Fact):
    """A session has opened with a quorum."""

    type: ClassVar[str] = "expertise.session.opened.v1"

    session_id: SessionId
    held_on: Date
    members: Annotated[Count, Field(examples=[9])]
    present: Annotated[Count, Field(examples=[6])]


class VerdictIssuedV1(Fact):
    """The council has decided on a project or a practice in an open session."""

    type: ClassVar[str] = "expertise.verdict.issued.v1"

    verdict_id: RecordId
    session_id: SessionId
    subject_kind: Annotated[SubjectKind, Field(examples=["practice"])]
    subject_id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            examples=["0190a000-0000-7000-8000-000000000901"],
            description="Application when the subject is a project; practice otherwise",
        ),
    ]
    institution_id: InstitutionId
    title: _Title
    outcome: Annotated[VerdictOutcome, Field(examples=["supported"])]
    remarks: Annotated[tuple[str, ...], Field(max_length=50, examples=[[]]), Redaction.DROPPED] = ()
    votes_for: Annotated[Count, Field(examples=[6])]
    votes_against: Annotated[Count, Field(examples=[0])]
    decided_on: Date


class SessionClosedV1(Fact):
    """A session has ended."""

    type: ClassVar[str] = "expertise.session.closed.v1"

    session_id: SessionId
    held_on: Date


class ProtocolApprovedV1(Fact):
    """The protocol of a session has been approved by its chair."""

    type: ClassVar[str] = "expertise.protocol.approved.v1"

    session_id: SessionId
    number: Annotated[str, Field(min_length=1, max_length=50, examples=["3"])]
    approved_on: Date


class ProjectStartedV1(Fact):
    """A supported application has become an innovation project."""

    type: ClassVar[str] = "expertise.project.started.v1"

    project_id: ProjectId
    application_id: ApplicationId
    direction_id: DirectionId
    institution_id: InstitutionId
    title: _Title
    started_on: Date


class EntryFiledV1(Fact):
    """An institution has entered an external grant competition or contest."""

    type: ClassVar[str] = "expertise.entry.filed.v1"

    entry_id: EntryId
    institution_id: InstitutionId
    kind: Annotated[Literal["grant", "contest"], Field(examples=["grant"])]
    contest: _Contest
    organiser: Annotated[ShortText, Field(examples=["Благотворительный фонд Владимира Потанина"])]
    project_title: _ProjectTitle = None
    filed_on: Date
    result_due: OptionalDate = None


class EntryDecidedV1(Fact):
    """The outcome of an external competition is known."""

    type: ClassVar[str] = "expertise.entry.decided.v1"

    entry_id: EntryId
    institution_id: InstitutionId
    kind: Annotated[Literal["grant", "contest"], Field(examples=["grant"])]
    contest: _Contest
    outcome: Annotated[Literal["won", "not_won"], Field(examples=["won"])]
    decided_on: Date


class AwardGrantedV1(Fact):
    """Specialists of an institution have won a prize: one fact is one prize, whatever the number of its winners."""

    type: ClassVar[str] = "expertise.award.granted.v1"

    award_id: RecordId
    institution_id: InstitutionId
    contest: _Contest
    project_title: _ProjectTitle = None
    result: Annotated[str, Field(min_length=1, max_length=200, examples=["призовое место"])]
    winner_ids: Annotated[
        tuple[str, ...],
        Field(min_length=1, max_length=50, examples=[["0190a000-0000-7000-8000-000000000201"]]),
        Redaction.PSEUDONYM,
    ]
    granted_on: Date
