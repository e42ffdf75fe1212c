"""The CloudEvents 1.0 attributes around a fact, in both forms: binary on AMQP 0-9-1, structured as JSON on HTTP.

Binary: the attributes are headers beside the body. Structured: one JSON object holds the attributes and, as `data`,
the body; `Envelope.model_validate` reads the attributes from it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PREFIX = "cloudEvents:"
CONTENT_TYPE = "application/json"
SCHEMA_ROOT = "urn:technopark:schema:"


class Attributes(BaseModel):
    """CloudEvents attributes in both forms."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def headers(self) -> dict[str, str]:
        """Return the AMQP headers, all of them text."""
        return {f"{PREFIX}{name}": value for name, value in self._texts().items()}

    def structured(self, data: Any) -> dict[str, Any]:
        """Return the whole event as the JSON object of structured mode; `data` is the body as JSON data."""
        return {**self._texts(), "datacontenttype": CONTENT_TYPE, "data": data}

    def _texts(self) -> dict[str, str]:
        # All of them text in both forms, as CloudEvents has it for the extension `sequence`.
        attributes = self.model_dump(mode="json", exclude_none=True)
        return {name: str(value) for name, value in attributes.items()}


class Envelope(Attributes):
    """CloudEvents attributes of one fact.

    `id` is unique per `source` and is what readers deduplicate by; `sequence` is the version of the aggregate
    `subject` that the fact is about: of two facts on one subject the higher sequence is the newer.
    """

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

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "Envelope":
        """Read the AMQP headers. Raises pydantic.ValidationError."""
        return cls.model_validate(
            {name.removeprefix(PREFIX): value for name, value in headers.items() if name.startswith(PREFIX)}
        )
