"""Records with an address of their own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from gateway.composites.parts import Row


class Linked(Row):
    """A record with an address of its own."""

    address: ClassVar[str]
    id: str = Field(examples=["0190a000-0000-7000-8000-000000000101"])
    resource: str = Field(
        description="Где читать запись целиком", examples=["/v1/projects/0190a000-0000-7000-8000-000000000101"]
    )

    @model_validator(mode="before")
    @classmethod
    def _linked(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        return {**record, "resource": f"{cls.address}/{record['id']}"}
