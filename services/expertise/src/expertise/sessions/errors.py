"""Refusals of sessions."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class SessionUnknown(NotFound):
    """No session has this id."""

    code: ClassVar = "session-unknown"
    title: ClassVar = Words("Заседание не найдено", "Session not found")
    detail: ClassVar = Words("Заседания {session_id} нет.", "There is no session {session_id}.")
    session_id: str


@dataclass(eq=False, kw_only=True)
class SessionStateForbids(RuleBroken):
    """The step does not follow from the state the session is in."""

    code: ClassVar = "session-state"
    title: ClassVar = Words("Шаг не соответствует состоянию заседания", "The session's state forbids the step")
    detail: ClassVar = Words("Заседание сейчас в состоянии «{state_name}».", "The session is {state} now.")
    state: str
    state_name: str


@dataclass(eq=False, kw_only=True)
class QuorumMissing(RuleBroken):
    """Too few members are present to open the session (A18)."""

    code: ClassVar = "quorum-missing"
    title: ClassVar = Words("Нет кворума", "No quorum")
    detail: ClassVar = Words(
        "Присутствует {present} из {members} членов совета, для кворума нужно {needed}.",
        "{present} of {members} members are present, {needed} make a quorum.",
    )
    present: int
    members: int
    needed: int


@dataclass(eq=False, kw_only=True)
class ItemQuorumMissing(RuleBroken):
    """Without the recused, too few members are left to decide on an item (F2)."""

    code: ClassVar = "item-quorum-missing"
    title: ClassVar = Words("Нет кворума по вопросу", "No quorum on the item")
    detail: ClassVar = Words(
        "По вопросу {number} вправе голосовать {entitled}, для кворума нужно {needed}.",
        "{entitled} members may vote on item {number}, {needed} make a quorum.",
    )
    number: int
    entitled: int
    needed: int


@dataclass(eq=False, kw_only=True)
class ItemUnknown(NotFound):
    """The agenda has no item with this number."""

    code: ClassVar = "item-unknown"
    title: ClassVar = Words("Вопроса нет в повестке", "No such agenda item")
    detail: ClassVar = Words("В повестке нет вопроса {number}.", "The agenda has no item {number}.")
    number: int


@dataclass(eq=False, kw_only=True)
class ItemDecided(RuleBroken):
    """The item has been decided."""

    code: ClassVar = "item-decided"
    title: ClassVar = Words("Вопрос решён", "The item is decided")
    detail: ClassVar = Words("По вопросу {number} решение уже принято.", "Item {number} has been decided.")
    number: int


@dataclass(eq=False, kw_only=True)
class NotMembers(RuleBroken):
    """Somebody named is not a member of the council."""

    code: ClassVar = "not-members"
    title: ClassVar = Words("Не члены совета", "Not members of the council")
    detail: ClassVar = Words("Не входят в совет: {person_ids}.", "Not members: {person_ids}.")
    person_ids: str


@dataclass(eq=False, kw_only=True)
class VotesMismatch(RuleBroken):
    """The votes are not those of the members entitled to vote, one each."""

    code: ClassVar = "votes-mismatch"
    title: ClassVar = Words("Голоса не сходятся", "The votes do not add up")
    detail: ClassVar = Words(
        "Вправе голосовать {entitled}, а учтено голосов {given}; воздержавшиеся тоже учитываются.",
        "{entitled} members may vote, {given} votes are recorded; abstentions are recorded as well.",
    )
    entitled: int
    given: int


@dataclass(eq=False, kw_only=True)
class BallotsInvalid(RuleBroken):
    """A ballot is of somebody absent or recused, or is the second of one person."""

    code: ClassVar = "ballots-invalid"
    title: ClassVar = Words("Голоса не приняты", "Invalid ballots")
    detail: ClassVar = Words(
        "Не вправе голосовать или голосуют дважды: {person_ids}.", "Not entitled, or voting twice: {person_ids}."
    )
    person_ids: str


@dataclass(eq=False, kw_only=True)
class RemarksWithoutTerm(RuleBroken):
    """Support with remarks names the day by which they are answered, after the session."""

    code: ClassVar = "remarks-without-term"
    title: ClassVar = Words("Не указан срок устранения замечаний", "Remarks need a term")
    detail: ClassVar = Words(
        "Укажите срок устранения замечаний позже дня заседания {held_on:%d.%m.%Y}.",
        "Name the day, after the session of {held_on}, by which the remarks are answered.",
    )
    held_on: date


@dataclass(eq=False, kw_only=True)
class AlreadyOnAgenda(RuleBroken):
    """The subject is on this agenda twice, or on that of another session to come."""

    code: ClassVar = "already-on-agenda"
    title: ClassVar = Words("Вопрос уже в повестке", "Already on an agenda")
    detail: ClassVar = Words(
        "«{subject}» уже стоит в повестке заседания, которое не закрыто.",
        "«{subject}» is on the agenda of a session that is not closed.",
    )
    subject: str


@dataclass(eq=False, kw_only=True)
class OpinionMissing(RuleBroken):
    """The scientific supervisor has not signed an opinion (B12)."""

    code: ClassVar = "opinion-missing"
    title: ClassVar = Words("Нет заключения научного руководителя", "The supervisor's opinion is missing")
    detail: ClassVar = Words(
        "Проект «{subject}» выносится на защиту после заключения научного руководителя.",
        "«{subject}» is heard after the scientific supervisor has signed an opinion.",
    )
    subject: str


@dataclass(eq=False, kw_only=True)
class ReviewsMissing(RuleBroken):
    """Reviews are lacking, or they diverge and the third one is not there."""

    code: ClassVar = "reviews-missing"
    title: ClassVar = Words("Экспертиза не закончена", "Reviews are missing")
    detail: ClassVar = Words(
        "По проекту «{subject}» закончено рецензий: {completed}; нужно не меньше {required}, "
        "а при расхождении — ещё одна.",
        "«{subject}» has {completed} completed reviews; {required} are needed, and one more when they diverge.",
    )
    subject: str
    completed: int
    required: int


@dataclass(eq=False, kw_only=True)
class NotNominated(RuleBroken):
    """The practice has not been put before the council."""

    code: ClassVar = "not-nominated"
    title: ClassVar = Words("Практика не представлена совету", "The practice is not nominated")
    detail: ClassVar = Words(
        "Практика {practice_id} не выдвинута в региональный банк или сведения ещё не поступили.",
        "The practice {practice_id} has not been nominated for the bank, or the news has not arrived.",
    )
    practice_id: str


@dataclass(eq=False, kw_only=True)
class AlreadyHeard(RuleBroken):
    """The council has decided finally, or would hear it again no later than it did before."""

    code: ClassVar = "already-heard"
    title: ClassVar = Words("Вопрос уже рассмотрен", "Already heard")
    detail: ClassVar = Words(
        "«{subject}» рассмотрено {decided_on:%d.%m.%Y}: повторно слушают только устранение замечаний и только позже.",
        "«{subject}» was heard on {decided_on}: only remarks are heard again, at a later session.",
    )
    subject: str
    decided_on: date
