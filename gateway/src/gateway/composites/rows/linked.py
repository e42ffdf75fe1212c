"""Rows of every service."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Row(BaseModel):
    """What is taken of a service's record; the rest of it is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Linked(Row):
    """A record with an address of its own."""

    service: ClassVar[str]
    address: ClassVar[str]
    listed_at: ClassVar[str] = ""
    """Where the list of such records is, if not where their addresses begin."""
    id: str = Field(examples=["0190a000-0000-7000-8000-000000000101"])
    resource: str = Field(
        description="Где читать запись целиком", examples=["/v1/projects/0190a000-0000-7000-8000-000000000101"]
    )

    @model_validator(mode="before")
    @classmethod
    def _linked(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        return {**record, "resource": f"{cls.address}/{record['id']}"}
