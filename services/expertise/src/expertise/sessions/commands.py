"""What clients ask of sessions."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from chassis.work import Command
from contracts.expertise import SubjectKind
from contracts.fact import Date, RecordId, ShortText, Text
from expertise.fields import CouncilId, PersonId
from expertise.sessions.domain import Resolution
from expertise.sessions.voting import Ballot, Choice, Votes
from expertise.verdicts.domain import Purpose


class AgendaItemFields(Command):
    """Вопрос повестки."""

    subject_kind: SubjectKind = Field(examples=["project"])
    subject_id: RecordId = Field(description="Заявка для проекта, практика для кандидата в банк")
    purpose: Purpose = Field(default="defence", examples=["defence"], description="Защита или отчёт о реализации")


class RescheduleSession(Command):
    """Дата и повестка заседания."""

    title: ShortText = Field(examples=["Открытая защита инновационных проектов"])
    held_on: date = Field(examples=["2018-04-20"])
    items: tuple[AgendaItemFields, ...] = Field(min_length=1, max_length=100)


class ScheduleSession(RescheduleSession):
    """Заседание совета."""

    council_id: CouncilId


class RegisterPresence(Command):
    """Кто присутствует."""

    present_ids: tuple[PersonId, ...] = Field(max_length=100, examples=[["member-1", "member-2"]])


class OpenSession(Command):
    """Открытие заседания."""


class RecuseMember(Command):
    """Самоотвод или отвод члена совета по вопросу."""

    item: int = Field(ge=1, examples=[1])
    person_id: PersonId
    reason: Text = Field(examples=["работает в учреждении-заявителе"])


class BallotFields(Command):
    """Голос члена совета."""

    person_id: PersonId
    choice: Choice = Field(examples=["for"])


class TallyFields(Command):
    """Подсчитанные голоса."""

    votes_for: int = Field(ge=0, le=100, examples=[5])
    votes_against: int = Field(ge=0, le=100, examples=[1])
    abstained: int = Field(default=0, ge=0, le=100, examples=[0])

    @property
    def votes(self) -> Votes:
        """The votes as the item holds them."""
        return Votes(**self.model_dump())


class DecideItem(Command):
    """Голосование по вопросу: поимённо или итогом."""

    item: int = Field(ge=1, examples=[1])
    tally: TallyFields | None = Field(default=None, examples=[{"votes_for": 5, "votes_against": 1, "abstained": 0}])
    ballots: tuple[BallotFields, ...] | None = Field(default=None, max_length=100, examples=[None])
    remarks: tuple[Text, ...] = Field(default=(), max_length=50, examples=[["Уточните показатели результата"]])
    remarks_due_on: date | None = Field(default=None, examples=["2018-05-20"], description="Срок устранения замечаний")

    @model_validator(mode="after")
    def _one_way_to_vote(self) -> Self:
        if (self.tally is None) == (self.ballots is None):
            raise ValueError("укажите либо tally, либо ballots")
        return self

    @property
    def names(self) -> tuple[Ballot, ...]:
        """The ballots, when votes are recorded by name."""
        return tuple(Ballot(**ballot.model_dump()) for ballot in self.ballots or ())

    @property
    def resolution(self) -> Resolution:
        """What the council adds to its votes."""
        return Resolution(remarks=self.remarks, due_on=self.remarks_due_on)


class CloseSession(Command):
    """Закрытие заседания."""


class ApproveProtocol(Command):
    """Утверждение протокола."""

    number: str = Field(min_length=1, max_length=50, examples=["3"])
    approved_on: Date = Field(examples=["2018-04-25"])
