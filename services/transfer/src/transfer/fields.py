"""Fields that commands, views and searches of several rooms share."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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


class Question(BaseModel):
    """What a summary is asked for; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")


class Part(BaseModel):
    """A part of a view that is no record of its own."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")
