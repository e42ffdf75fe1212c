"""Refusals of reviews."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import Forbidden, NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class ReviewUnknown(NotFound):
    """No review has this id, or the caller may not see it."""

    code: ClassVar = "review-unknown"
    title: ClassVar = Words("Рецензия не найдена", "Review not found")
    detail: ClassVar = Words(
        "Рецензии {review_id} нет, или она вам недоступна.", "There is no review {review_id} for you."
    )
    review_id: str


@dataclass(eq=False, kw_only=True)
class ExpertConflicted(RuleBroken):
    """The expert has an interest in the application."""

    code: ClassVar = "expert-conflicted"
    title: ClassVar = Words("Конфликт интересов", "Conflict of interest")
    detail: ClassVar = Words(
        "Эксперт {expert_id} не может оценивать проект: {reasons_ru}.",
        "The expert {expert_id} may not judge the project: {reasons_en}.",
    )
    expert_id: str
    reasons_ru: str
    reasons_en: str


@dataclass(eq=False, kw_only=True)
class InterestBarsReading(Forbidden):
    """Whoever has an interest in an application sees neither its reviewers nor their counts (F3)."""

    code: ClassVar = "interest-bars-reading"
    title: ClassVar = Words("Конфликт интересов", "Conflict of interest")
    detail: ClassVar = Words(
        "Вы заинтересованы в этом проекте, поэтому ход его экспертизы вам не показывается.",
        "You have an interest in this project: its reviews are not shown to you.",
    )


@dataclass(eq=False, kw_only=True)
class AlreadyAssigned(RuleBroken):
    """The expert reviews, has reviewed or has recused themselves from the application."""

    code: ClassVar = "already-assigned"
    title: ClassVar = Words("Эксперт уже назначался", "The expert was assigned before")
    detail: ClassVar = Words(
        "Эксперт {expert_id} назначен на эту заявку {assigned_on:%d.%m.%Y}.",
        "The expert {expert_id} was assigned to this application on {assigned_on}.",
    )
    expert_id: str
    assigned_on: date


@dataclass(eq=False, kw_only=True)
class ReviewFinished(RuleBroken):
    """A completed or recused review does not change."""

    code: ClassVar = "review-finished"
    title: ClassVar = Words("Рецензия закончена", "The review is finished")
    detail: ClassVar = Words("Законченную рецензию изменить нельзя.", "A finished review does not change.")


@dataclass(eq=False, kw_only=True)
class MarkOutOfScale(RuleBroken):
    """A mark lies outside the scale of the call."""

    code: ClassVar = "mark-out-of-scale"
    title: ClassVar = Words("Оценка вне шкалы", "The mark is out of scale")
    detail: ClassVar = Words(
        "Критерий «{criterion}»: оценка {value}, а шкала от {minimum} до {maximum}.",
        "Criterion «{criterion}»: the mark {value} is not within {minimum} to {maximum}.",
    )
    criterion: str
    value: int
    minimum: int
    maximum: int


@dataclass(eq=False, kw_only=True)
class CriteriaMismatch(RuleBroken):
    """A mark is for a criterion the call does not have, or for one twice."""

    code: ClassVar = "criteria-mismatch"
    title: ClassVar = Words("Критерии не совпадают с условиями отбора", "The criteria are not those of the call")
    detail: ClassVar = Words("Неизвестные или повторённые критерии: {codes}.", "Unknown or repeated criteria: {codes}.")
    codes: str


@dataclass(eq=False, kw_only=True)
class MarksMissing(RuleBroken):
    """A review is complete only with a mark for every criterion: a missing one is not a zero."""

    code: ClassVar = "marks-missing"
    title: ClassVar = Words("Не все критерии оценены", "Marks are missing")
    detail: ClassVar = Words("Нет оценок по критериям: {codes}.", "These criteria have no mark: {codes}.")
    codes: str
