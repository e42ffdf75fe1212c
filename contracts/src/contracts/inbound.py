"""Facts that partners announce to the platform; each is told again by the service that takes it in."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.catalogue import by_type
from contracts.envelope import PREFIX, Attributes
from contracts.fact import Date, EventId, Fact, InstitutionId, OptionalId, OptionalText, PracticeId, ShortText
from contracts.transfer import Channel, PublicationChannel, PublicationLevel

MAX_BODY_BYTES = 64 * 1024
"""A longer message is not read."""


class InboundEnvelope(Attributes):
    """CloudEvents attributes that a partner gives; who the partner is, the broker says, not the message."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=64, pattern=r"^[!-~]+$", examples=["c-2023-000117"])
    source: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$", examples=["/crm"])
    type: str = Field(min_length=1, max_length=200)
    time: AwareDatetime
    subject: str | None = Field(default=None, max_length=200)

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "InboundEnvelope":
        """Read the AMQP headers; `cloudEvents_` is the other prefix in use. Raises pydantic.ValidationError."""
        plain = {name.replace("cloudEvents_", PREFIX, 1): value for name, value in headers.items()}
        return cls.model_validate(
            {name.removeprefix(PREFIX): value for name, value in plain.items() if name.startswith(PREFIX)}
        )


class ConsultationGivenV1(Fact):
    """The partner's institution has given a consultation."""

    type: ClassVar[str] = "partner.consultation.given.v1"

    institution_id: InstitutionId
    kind: Annotated[
        Literal["project_design", "implementation", "innovation_experience"], Field(examples=["innovation_experience"])
    ]
    channel: Annotated[Channel, Field(examples=["phone"])]
    topic: Annotated[ShortText, Field(examples=["Как описать результат проекта"])]
    recipient_institution_id: Annotated[OptionalId, Field(examples=[None])] = None
    given_on: Date


class PublicationReleasedV1(Fact):
    """A publication about the partner's institution, or a counted run of posts, has come out."""

    type: ClassVar[str] = "partner.publication.released.v1"

    institution_id: InstitutionId
    channel: Annotated[PublicationChannel, Field(examples=["site"])]
    title: Annotated[ShortText, Field(examples=["«Уроки мужества» в новом учебном году"])]
    outlet: Annotated[OptionalText, Field(examples=["сайт ресурсного центра НКО"])] = None
    level: Annotated[PublicationLevel, Field(examples=["regional"])]
    count: Annotated[int, Field(ge=1, le=100_000, examples=[1])]
    released_on: Date
    practice_id: Annotated[PracticeId | None, Field(examples=[None])] = None


class AttendanceRecordedV1(Fact):
    """People of the partner's institution attended an event of the technopark."""

    type: ClassVar[str] = "partner.attendance.recorded.v1"

    institution_id: InstitutionId
    event_id: EventId
    persons: Annotated[int, Field(ge=1, le=100_000, examples=[3])]


CATALOGUE: dict[str, type[Fact]] = by_type((ConsultationGivenV1, PublicationReleasedV1, AttendanceRecordedV1))
"""Type → model of what partners may be granted to announce."""
