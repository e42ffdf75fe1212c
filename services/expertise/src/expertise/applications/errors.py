"""Refusals of applications."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class ApplicationUnknown(NotFound):
    """No application has this id, or the caller may not see it."""

    code: ClassVar = "application-unknown"
    title: ClassVar = Words("Заявка не найдена", "Application not found")
    detail: ClassVar = Words(
        "Заявки {application_id} нет, или она вам недоступна.", "There is no application {application_id} for you."
    )
    application_id: str


@dataclass(eq=False, kw_only=True)
class ApplicationStateForbids(RuleBroken):
    """The step does not follow from the state the application is in."""

    code: ClassVar = "application-state"
    title: ClassVar = Words("Шаг не соответствует состоянию заявки", "The application's state forbids the step")
    detail: ClassVar = Words("Заявка сейчас в состоянии «{state_name}».", "The application is {state} now.")
    state: str
    state_name: str


@dataclass(eq=False, kw_only=True)
class NotEligible(RuleBroken):
    """The institution does not meet the call's conditions on the day."""

    code: ClassVar = "not-eligible"
    title: ClassVar = Words("Учреждение не может подать заявку", "The institution is not eligible")
    detail: ClassVar = Words(
        "На {on:%d.%m.%Y} учреждение не имеет нужного статуса: {lacking_ru}.",
        "On {on} the institution lacks a required status: {lacking}.",
    )
    on: date
    lacking: str
    lacking_ru: str


@dataclass(eq=False, kw_only=True)
class KindNotEligible(RuleBroken):
    """The call takes other kinds of institutions."""

    code: ClassVar = "kind-not-eligible"
    title: ClassVar = Words("Вид учреждения не подходит", "This kind of institution is not eligible")
    detail: ClassVar = Words("В отборе участвуют: {allowed_ru}.", "The call takes applications of: {allowed}.")
    allowed: str
    allowed_ru: str


@dataclass(eq=False, kw_only=True)
class TeamEmpty(RuleBroken):
    """The creative team has no members."""

    code: ClassVar = "team-empty"
    title: ClassVar = Words("В творческом коллективе никого нет", "The creative team is empty")
    detail: ClassVar = Words("Назовите участников ВТК.", "Name the members of the creative team.")


@dataclass(eq=False, kw_only=True)
class TeamUnsupervised(RuleBroken):
    """The creative team has no supervisor (A51)."""

    code: ClassVar = "team-unsupervised"
    title: ClassVar = Words("У творческого коллектива нет руководителя", "The creative team has no supervisor")
    detail: ClassVar = Words(
        "ВТК работает под руководством специалиста УМЦ: назначьте руководителя не из числа участников.",
        "A creative team is led by a specialist of the methodical centre who is not one of its members.",
    )


@dataclass(eq=False, kw_only=True)
class SupervisorOutsideCentre(RuleBroken):
    """The supervisor of the team does not work for the methodical centre on the day."""

    code: ClassVar = "supervisor-outside-centre"
    title: ClassVar = Words("Руководитель не из УМЦ", "The supervisor is not of the methodical centre")
    detail: ClassVar = Words(
        "На {on:%d.%m.%Y} руководитель ВТК {supervisor_id} не работает в учреждении со статусом: {kinds_ru}.",
        "On {on} the supervisor {supervisor_id} works for no institution with the status: {kinds}.",
    )
    supervisor_id: str
    on: date
    kinds: str
    kinds_ru: str


@dataclass(eq=False, kw_only=True)
class ReturnsExhausted(RuleBroken):
    """The application came back as often as the call allows."""

    code: ClassVar = "returns-exhausted"
    title: ClassVar = Words("Возвратов больше не предусмотрено", "No more returns")
    detail: ClassVar = Words(
        "По условиям отбора заявку можно вернуть столько раз: {limit}.", "The call allows {limit} returns."
    )
    limit: int


@dataclass(eq=False, kw_only=True)
class AlreadySigned(RuleBroken):
    """The opinion has been signed and stays as it is."""

    code: ClassVar = "opinion-signed"
    title: ClassVar = Words("Заключение уже подписано", "The opinion is signed")
    detail: ClassVar = Words("Заключение подписано {signed_on:%d.%m.%Y}.", "The opinion was signed on {signed_on}.")
    signed_on: date
