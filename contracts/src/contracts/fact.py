"""What every fact is: an immutable model with a literal, versioned type."""

import datetime
from enum import Enum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class Fact(BaseModel):
    """Something that happened, told in ids and what changed.

    Within a major version fields may be added, never changed or removed, so readers ignore fields they do not know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    type: ClassVar[str]
    """`<service>.<noun>.<past participle>.v<major>`; also the routing key."""
    about: ClassVar[str]
    """The field that holds the envelope's `subject`: the first one, unless a type says otherwise."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Fill in what a type does not say."""
        super().__pydantic_init_subclass__(**kwargs)
        if "about" not in vars(cls):
            cls.about = next(iter(cls.model_fields), "")

    @classmethod
    def example(cls) -> dict[str, Any]:
        """Return the published example: the first example of each field, as JSON data."""
        return {name: field.examples[0] for name, field in cls.model_fields.items() if field.examples}


class Redaction(Enum):
    """What happens to a field of a fact on its way to the public stream; a field without a mark passes as it is."""

    DROPPED = "dropped"
    """The field is not in the public type at all."""
    PSEUDONYM = "pseudonym"
    """Each identifier is replaced by one that leads nowhere, always the same for the same person."""


def _identifier(example: str, meaning: str) -> FieldInfo:
    found: FieldInfo = Field(min_length=1, max_length=64, examples=[example], description=meaning)
    return found


ShortText = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
OptionalText = Annotated[str | None, Field(max_length=500)]
OptionalId = Annotated[str | None, Field(max_length=64)]
Date = Annotated[datetime.date, Field(examples=["2023-11-20"])]
OptionalDate = Annotated[datetime.date | None, Field(examples=["2023-12-31"])]
LastDay = Annotated[datetime.date, Field(examples=["2023-12-31"], description="Last day, inclusive")]
OptionalLastDay = Annotated[OptionalDate, Field(description="Last day, inclusive; null when no end is set")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

InstitutionId = Annotated[
    str, _identifier("0190a000-0000-7000-8000-000000000101", "Institution, as the registry knows it")
]
OtherInstitutionId = Annotated[InstitutionId, Field(examples=["0190a000-0000-7000-8000-000000000102"])]
PersonId = Annotated[
    str,
    _identifier("0190a000-0000-7000-8000-000000000201", "Person, as the registry knows them"),
    Redaction.DROPPED,
]
ActId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000301", "Normative act, as the registry knows it")]
StatusId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000401", "Time-bounded status of an institution")]
AgreementId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000501", "Cooperation agreement")]
DirectionId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000601", "Direction of innovation projects")]
CallId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000651", "Call for project applications")]
ApplicationId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000701", "Project application")]
SessionId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000801", "Session of the expert council")]
ProjectId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000851", "Innovation project")]
EntryId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000871", "Entry for an external grant or contest")]
PracticeId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000901", "Practice")]
EventId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000951", "Seminar, workshop or other event")]
ClusterId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000961", "Mentor cluster")]
ReplicationId = Annotated[
    str, _identifier("0190a000-0000-7000-8000-000000000971", "Replication of a practice at a site")
]
ReportId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000991", "Annual report")]
RecordId = Annotated[str, _identifier("0190a000-0000-7000-8000-000000000999", "Record the fact is about")]
