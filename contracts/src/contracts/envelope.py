"""The CloudEvents 1.0 attributes around a fact, and their form on AMQP 0-9-1 (binary mode: headers beside the body)."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PREFIX = "cloudEvents:"
SCHEMA_ROOT = "urn:technopark:schema:"


class Envelope(BaseModel):
    """CloudEvents attributes of one fact.

    `id` is unique per `source` and is what readers deduplicate by; `sequence` is the version of the aggregate
    `subject` that the fact is about: of two facts on one subject the higher sequence is the newer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(pattern=r"^/[a-z]+$", examples=["/transfer"])
    type: str = Field(pattern=r"^[a-z]+\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*$", examples=["transfer.event.held.v1"])
    subject: str = Field(min_length=1, max_length=64)
    time: AwareDatetime
    dataschema: str | None = Field(default=None, min_length=1, description="Identifier of the payload's JSON Schema")
    sequence: int = Field(ge=1)
    actor: str | None = Field(default=None, description="Person or process that caused the fact; not an authority")
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the AMQP headers, all of them text."""
        attributes = self.model_dump(mode="json", exclude_none=True)
        return {f"{PREFIX}{name}": str(value) for name, value in attributes.items()}

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "Envelope":
        """Read the AMQP headers. Raises pydantic.ValidationError."""
        return cls.model_validate(
            {name.removeprefix(PREFIX): value for name, value in headers.items() if name.startswith(PREFIX)}
        )
