"""A moment that a client names: from when something is wanted."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

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
"""RFC 3339 with a zone; what lies before 1970 or after the year 9998 is taken for those."""
