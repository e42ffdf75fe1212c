"""A direction of innovation projects: proposed by the methodical centre, agreed by the ministry (A03, A13)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import DirectionAgreedV1, DirectionProposedV1, DirectionReturnedV1
from expertise.dates import in_order

DirectionState = Literal["proposed", "returned", "agreed", "closed"]
STATE_NAMES = {"proposed": "на согласовании", "returned": "возвращено", "agreed": "согласовано", "closed": "закрыто"}

MAY_PROPOSE = Allow(roles=frozenset({"curator"}))
MAY_AGREE = Allow(roles=frozenset({"official"}))


@dataclass(eq=False, kw_only=True)
class DirectionUnknown(NotFound):
    """No direction has this id."""

    code: ClassVar = "direction-unknown"
    title: ClassVar = Words("Направление не найдено", "Direction not found")
    detail: ClassVar = Words("Направления {direction_id} нет.", "There is no direction {direction_id}.")
    direction_id: str


@dataclass(eq=False, kw_only=True)
class DirectionStateForbids(RuleBroken):
    """The step does not follow from the state the direction is in."""

    code: ClassVar = "direction-state"
    title: ClassVar = Words("Шаг не соответствует состоянию направления", "The direction's state forbids the step")
    detail: ClassVar = Words("Направление сейчас в состоянии «{state_name}».", "The direction is {state} now.")
    state: str
    state_name: str


@dataclass(eq=False, kw_only=True)
class DirectionNotAgreed(RuleBroken):
    """The ministry has not agreed the direction, or it is closed."""

    code: ClassVar = "direction-not-agreed"
    title: ClassVar = Words("Направление не согласовано", "The direction is not agreed")
    detail: ClassVar = Words(
        "Министерство не согласовало направление «{direction}»: заявки по нему не принимаются.",
        "The ministry has not agreed the direction «{direction}»: it takes no applications.",
    )
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """The scientific supervisor of a direction (B12)."""

    person_id: str
    name: str
    degree: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is put to the ministry."""

    title: str
    description: str
    programme: str | None = None
    supervisor: Supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version of a direction, as history keeps it."""

    revision: int
    content: Content
    state: DirectionState
    put_on: date
    put_by: str
    answered_on: date | None = None
    answered_by: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A direction with all its editions; the last is current."""

    id: str
    version: int = 0
    editions: tuple[Edition, ...]
    act_id: str | None = None
    closed_on: date | None = None

    @property
    def current(self) -> Edition:
        """The edition in force or under agreement."""
        return self.editions[-1]

    @property
    def state(self) -> DirectionState:
        """The state of the current edition."""
        return self.current.state

    @property
    def revision(self) -> int:
        """The number of the current edition."""
        return self.current.revision

    @property
    def title(self) -> str:
        """The title in the current edition."""
        return self.current.content.title

    @property
    def description(self) -> str:
        """The description in the current edition."""
        return self.current.content.description

    @property
    def programme(self) -> str | None:
        """The parent programme in the current edition."""
        return self.current.content.programme

    @property
    def supervisor(self) -> Supervisor:
        """The scientific supervisor in the current edition."""
        return self.current.content.supervisor


def propose(
    direction_id: str, content: Content, *, proposed_on: date, by: str
) -> tuple[Direction, DirectionProposedV1]:
    """Put a new direction to the ministry: revision 1."""
    return _put(Direction(id=direction_id, editions=()), content, on=proposed_on, by=by)


def send_back(direction: Direction, *, remark: str, on: date, by: str) -> tuple[Direction, DirectionReturnedV1]:
    """Return a proposed direction with a remark. Raises: DirectionStateForbids, DatesOutOfOrder."""
    current = _current_in(direction, "proposed")
    in_order(current.put_on, on)
    answered = replace(current, state="returned", answered_on=on, answered_by=by, remark=remark)
    fact = DirectionReturnedV1(direction_id=direction.id, remark=remark, revision=current.revision)
    return replace(direction, editions=(*direction.editions[:-1], answered)), fact


def resubmit(direction: Direction, content: Content, *, on: date, by: str) -> tuple[Direction, DirectionProposedV1]:
    """Put a corrected direction to the ministry again: the next revision.

    Raises: DirectionStateForbids, DatesOutOfOrder.
    """
    in_order(_current_in(direction, "returned").answered_on, on)
    return _put(direction, content, on=on, by=by)


def agree(direction: Direction, *, on: date, by: str, act_id: str | None) -> tuple[Direction, DirectionAgreedV1]:
    """Agree a proposed direction; the agreed text is an edition of its own (A13: returned, corrected and agreed).

    Raises: DirectionStateForbids, DatesOutOfOrder.
    """
    current = _current_in(direction, "proposed")
    in_order(current.put_on, on)
    agreed = Edition(
        revision=current.revision + 1, content=current.content, state="agreed",
        put_on=on, put_by=by, answered_on=on, answered_by=by,
    )  # fmt: skip
    fact = DirectionAgreedV1(
        direction_id=direction.id,
        title=direction.title,
        supervisor_id=direction.supervisor.person_id,
        revision=agreed.revision,
        agreed_on=on,
        act_id=act_id,
    )
    return replace(direction, editions=(*direction.editions, agreed), act_id=act_id), fact


def close(direction: Direction, *, on: date) -> Direction:
    """Stop taking applications to an agreed direction. Raises: DirectionStateForbids, DatesOutOfOrder."""
    current = _current_in(direction, "agreed")
    in_order(current.answered_on, on)
    closed = replace(current, state="closed")
    return replace(direction, editions=(*direction.editions[:-1], closed), closed_on=on)


def takes_applications(direction: Direction) -> None:
    """Refuse a direction that the ministry has not agreed, or that is closed (A03). Raises: DirectionNotAgreed."""
    if direction.state != "agreed":
        raise DirectionNotAgreed(direction=direction.title)


def _put(direction: Direction, content: Content, *, on: date, by: str) -> tuple[Direction, DirectionProposedV1]:
    revision = len(direction.editions) + 1
    edition = Edition(revision=revision, content=content, state="proposed", put_on=on, put_by=by)
    fact = DirectionProposedV1(
        direction_id=direction.id,
        title=content.title,
        supervisor_id=content.supervisor.person_id,
        revision=revision,
    )
    return replace(direction, editions=(*direction.editions, edition)), fact


def _current_in(direction: Direction, state: DirectionState) -> Edition:
    current = direction.current
    if current.state != state:
        raise DirectionStateForbids(state=current.state, state_name=STATE_NAMES[current.state])
    return current
