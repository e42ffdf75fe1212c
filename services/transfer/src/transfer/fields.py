"""Fields that commands, views and searches of several rooms share."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

_ID = r"^[0-9A-Za-z-]+$"

InstitutionRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=_ID,
        examples=["0190a000-0000-7000-8000-000000000101"],
        description="Учреждение, номер в реестре",
    ),
]
OtherInstitutionRef = Annotated[InstitutionRef, Field(examples=["0190a000-0000-7000-8000-000000000102"])]
PersonRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=_ID,
        examples=["0190a000-0000-7000-8000-000000000201"],
        description="Человек, номер в реестре",
    ),
]
PracticeRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=_ID,
        examples=["0190a000-0000-7000-8000-000000000901"],
        description="Карточка практики",
    ),
]
EventRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=_ID,
        examples=["0190a000-0000-7000-8000-000000000951"],
        description="Мероприятие",
    ),
]
RecordRef = Annotated[
    str, Field(min_length=1, max_length=64, pattern=_ID, examples=["0190a000-0000-7000-8000-000000000999"])
]
ORIGIN = Field(default=None, description="Подключение партнёра, чья система это сообщила")
Line = Annotated[str, Field(min_length=1, max_length=500)]
Paragraph = Annotated[str, Field(min_length=1, max_length=4000)]
Day = Annotated[date, Field(examples=["2023-11-20"])]
Persons = Annotated[int, Field(ge=1, le=100_000, examples=[3], description="Сколько человек")]
YearFilter = Annotated[int | None, Field(ge=2000, le=2100, examples=[2023], description="Календарный год")]
IdFilter = Annotated[str | None, Field(min_length=1, max_length=64)]

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


class Question(BaseModel):
    """What a summary is asked for; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")


class Part(BaseModel):
    """A part of a view that is no record of its own."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")
