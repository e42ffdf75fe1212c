"""Fields that several rooms share."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

Id = Annotated[str, Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])]
IdFilter = Annotated[str | None, Field(min_length=1, max_length=64)]
"""An empty number is no number: it is refused, not taken for «any»."""

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_PLUS_LOST = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:\d\d)$")


def _as_text(said: object) -> object:
    """Refuse a bare number, which pydantic takes for seconds since 1970: 20260101 would be a day of that year.

    A `+` that stood in a URL as it is has come as a space.
    """
    text = _PLUS_LOST.sub(r"\1+\2", said) if isinstance(said, str) else said
    if isinstance(text, int | float) or (isinstance(text, str) and not _DATED.match(text)):
        raise ValueError("ожидается время по RFC 3339, например 2026-01-31T09:00:00Z")
    return text


def _within_reach(moment: datetime) -> datetime:
    """Return a moment that any clock and the database can hold: before all that is recorded, or behind it."""
    return max(_EARLIEST, min(moment, _LATEST))


Moment = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_within_reach)]
"""A moment from which something is wanted."""
