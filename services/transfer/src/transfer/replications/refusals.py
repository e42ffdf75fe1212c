"""Why a step of a replication is refused."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class ReplicationUnknown(NotFound):
    """No replication has this id, or the caller may not see it."""

    code: ClassVar = "replication-unknown"
    title: ClassVar = Words("Внедрение не найдено", "Replication not found")
    detail: ClassVar = Words("Внедрения {replication_id} нет.", "There is no replication {replication_id}.")
    replication_id: str


@dataclass(eq=False, kw_only=True)
class PracticeNotInBank(RuleBroken):
    """A practice is replicated that the bank does not hold."""

    code: ClassVar = "practice-not-in-bank"
    title: ClassVar = Words("Практики нет в банке", "The practice is not in the bank")
    detail: ClassVar = Words(
        "Внедряются только действующие технологии регионального банка; {practice_id} среди них нет.",
        "Only active technologies of the regional bank are replicated; {practice_id} is not one.",
    )
    practice_id: str


@dataclass(eq=False, kw_only=True)
class ReplicationNotInState(RuleBroken):
    """The replication is not in the state that the step needs."""

    code: ClassVar = "replication-state"
    title: ClassVar = Words("Шаг не подходит к состоянию внедрения", "The replication is in another state")
    detail: ClassVar = Words(
        "Внедрение {replication_id} сейчас в состоянии «{state_ru}».",
        "Replication {replication_id} is in the state {state}.",
    )
    replication_id: str
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class TrainingOfAnotherPractice(RuleBroken):
    """The event is no seminar that passes this practice on."""

    code: ClassVar = "training-of-another-practice"
    title: ClassVar = Words("Это не семинар по данной практике", "Not a seminar of this practice")
    detail: ClassVar = Words(
        "Мероприятие {event_id} не передаёт практику {practice_id}.",
        "Event {event_id} does not pass practice {practice_id} on.",
    )
    event_id: str
    practice_id: str


@dataclass(eq=False, kw_only=True)
class SiteDidNotAttend(RuleBroken):
    """Nobody of the site came to the event, or it was not held."""

    code: ClassVar = "site-did-not-attend"
    title: ClassVar = Words("Площадка не была на мероприятии", "The site did not attend")
    detail: ClassVar = Words(
        "Посещение мероприятия {event_id} площадкой {institution_id} не отмечено.",
        "No attendance of site {institution_id} at event {event_id} is recorded.",
    )
    event_id: str
    institution_id: str


@dataclass(eq=False, kw_only=True)
class TransferIncomplete(RuleBroken):
    """The site reports on a practice whose documents it has not received."""

    code: ClassVar = "transfer-incomplete"
    title: ClassVar = Words("Передача не завершена", "The transfer is incomplete")
    detail: ClassVar = Words("Площадке не переданы: {lacking_ru}.", "The site has not received: {lacking_en}.")
    lacking_ru: str
    lacking_en: str


@dataclass(eq=False, kw_only=True)
class AdaptationUnexplained(RuleBroken):
    """The site departs from the guidelines and does not say why."""

    code: ClassVar = "adaptation-unexplained"
    title: ClassVar = Words("Отличие не объяснено", "The adaptation is not explained")
    detail: ClassVar = Words(
        "Объясните, почему шаг {step} выполняется иначе, чем в рекомендациях.",
        "Explain why step {step} departs from the guidelines.",
    )
    step: int


@dataclass(eq=False, kw_only=True)
class AdaptedStepUnknown(RuleBroken):
    """The site departs from a step that the guidelines do not have."""

    code: ClassVar = "adapted-step-unknown"
    title: ClassVar = Words("Такого шага в рекомендациях нет", "The guidelines have no such step")
    detail: ClassVar = Words(
        "Шагов в рекомендациях: {steps}, указан шаг {step}.", "The guidelines have {steps} steps, step {step} is named."
    )
    step: int
    steps: int


@dataclass(eq=False, kw_only=True)
class NotDerivedHere(RuleBroken):
    """The card is not the site's own description of what it has replicated."""

    code: ClassVar = "practice-not-derived-here"
    title: ClassVar = Words("Карточка не выведена из этой практики", "The card is not derived from this practice")
    detail: ClassVar = Words(
        "Карточка {practice_id} не описывает опыт площадки по практике {derived_from}.",
        "Card {practice_id} does not describe the site's own practice derived from {derived_from}.",
    )
    practice_id: str
    derived_from: str
