"""Fields that several rooms share."""

from typing import Annotated

from pydantic import Field

IdFilter = Annotated[str | None, Field(min_length=1, max_length=64)]
"""An empty number is no number: it is refused, not taken for «any»."""
