"""What clients ask of applications."""

from datetime import date

from pydantic import Field

from chassis.work import Command
from contracts.fact import Date, ShortText, Text
from expertise.applications.domain import Passport, Team
from expertise.fields import CallId, InstitutionId, PersonId


class PassportFields(Command):
    """Паспорт проекта."""

    problem: Text = Field(examples=["Семьи не получают своевременной помощи"])
    target_group: ShortText = Field(examples=["Семьи, находящиеся в СОП и ТЖС"])
    novelty: Text = Field(examples=["Семейная гостиная вместо разовых консультаций"])
    expected_result: Text = Field(examples=["Снижение числа семей в СОП"])
    aim: Text = Field(examples=["Создать систему встреч для семей с детьми"])
    tasks: tuple[Text, ...] = Field(default=(), max_length=50, examples=[["Разработать цикл встреч"]])
    resources: str | None = Field(default=None, max_length=4000, examples=["Помещение, психолог, педагог"])
    risks: str | None = Field(default=None, max_length=4000, examples=["Низкая явка семей"])

    @property
    def content(self) -> Passport:
        """The passport as the application holds it."""
        return Passport(**self.model_dump())


class TeamFields(Command):
    """Временный творческий коллектив (ВТК)."""

    member_ids: tuple[PersonId, ...] = Field(default=(), max_length=50, examples=[["person-1", "person-2"]])
    lead_id: PersonId | None = Field(default=None, examples=["person-1"], description="Лидер проекта")
    supervisor_id: PersonId | None = Field(
        default=None, examples=["person-9"], description="Специалист УМЦ, руководитель ВТК"
    )
    since: date | None = Field(default=None, examples=["2018-02-01"])
    until: date | None = Field(default=None, examples=["2020-12-31"])

    @property
    def content(self) -> Team:
        """The team as the application holds it; a person named twice is one member."""
        return Team(**self.model_dump() | {"member_ids": tuple(dict.fromkeys(self.member_ids))})


class ReviseApplication(Command):
    """Содержание заявки."""

    title: ShortText = Field(examples=["Семейная гостиная «Разговор с будущим»"])
    passport: PassportFields
    team: TeamFields


class DraftApplication(ReviseApplication):
    """Черновик заявки."""

    call_id: CallId
    institution_id: InstitutionId
    drafted_on: Date = Field(examples=["2018-02-06"])


class SubmitApplication(Command):
    """Подача заявки."""

    submitted_on: Date = Field(examples=["2018-03-01"])


class ReturnApplication(Command):
    """Возврат на доработку."""

    remark: Text = Field(examples=["Уточните показатели результата"])
    returned_on: Date = Field(examples=["2018-03-05"])


class AdmitApplication(Command):
    """Допуск к экспертизе и защите."""

    admitted_on: Date = Field(examples=["2018-03-20"])


class WithdrawApplication(Command):
    """Отзыв заявки."""

    reason: Text = Field(examples=["Учреждение реорганизуется"])
    withdrawn_on: Date = Field(examples=["2018-03-21"])


class SignOpinion(Command):
    """Заключение научного руководителя направления."""

    favourable: bool = Field(examples=[True], description="Рекомендует к защите")
    text: Text = Field(examples=["Проект соответствует направлению и готов к защите"])
    signed_on: Date = Field(examples=["2018-03-25"])
