"""Facts of reporting: what came of it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.fact import Date, Fact, InstitutionId, PersonId, RecordId, ReportId, Text


class _ReportFact(Fact):
    report_id: ReportId
    institution_id: InstitutionId
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2023])]


class ReportDraftedV1(_ReportFact):
    """An annual report has been opened from a template."""

    type: ClassVar[str] = "reporting.report.drafted.v1"

    template: Annotated[str, Field(min_length=1, max_length=100, examples=["vologda-resource-centre"])]
    edition: Annotated[int, Field(ge=1, examples=[1])]


class ReportSubmittedV1(_ReportFact):
    """A report has been submitted for agreement."""

    type: ClassVar[str] = "reporting.report.submitted.v1"

    submitted_on: Date


class ReportReturnedV1(_ReportFact):
    """A submitted report has been sent back with a remark."""

    type: ClassVar[str] = "reporting.report.returned.v1"

    remark: Annotated[Text, Field(examples=["Уточните число мероприятий"])]
    returned_on: Date


class ReportAgreedV1(_ReportFact):
    """The head of the institution has put the agreement stamp (СОГЛАСОВАНО)."""

    type: ClassVar[str] = "reporting.report.agreed.v1"

    person_id: PersonId
    office: Annotated[str, Field(min_length=1, max_length=1000, examples=["директор"])]
    acting: Annotated[bool, Field(examples=[True])]
    agreed_on: Date


class ReportApprovedV1(_ReportFact):
    """The ministry has put the approval stamp (УТВЕРЖДАЮ); the content is locked under its hash."""

    type: ClassVar[str] = "reporting.report.approved.v1"

    person_id: PersonId
    office: Annotated[str, Field(min_length=1, max_length=1000, examples=["начальник Департамента"])]
    acting: Annotated[bool, Field(examples=[False])]
    approved_on: Date
    content_hash: Annotated[
        str,
        Field(
            pattern=r"^[0-9a-f]{64}$",
            examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
            description="SHA-256 of the canonical content",
        ),
    ]


class ReportSupplementedV1(_ReportFact):
    """An addendum to an approved report has been recorded; the approved content stays as it was."""

    type: ClassVar[str] = "reporting.report.supplemented.v1"

    number: Annotated[int, Field(ge=1, examples=[1])]
    supplemented_on: Date


class WebhookSuspendedV1(Fact):
    """The platform has stopped telling a webhook: it failed for too long, or answered that it is gone."""

    type: ClassVar[str] = "reporting.webhook.suspended.v1"

    webhook_id: RecordId
    institution_id: InstitutionId
    integration_id: RecordId
    reason: Annotated[Literal["failing", "gone"], Field(examples=["failing"])]
    suspended_on: Date
