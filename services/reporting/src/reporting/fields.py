"""Fields that several rooms share."""

from typing import Annotated

from pydantic import Field

Id = Annotated[str, Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])]
IdFilter = Annotated[str | None, Field(min_length=1, max_length=64)]
"""An empty number is no number: it is refused, not taken for «any»."""
