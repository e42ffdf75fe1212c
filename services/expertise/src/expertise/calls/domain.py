"""A call for project applications: its term, and as data the rules by which its applications are taken and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.expertise import CallOpenedV1
from contracts.registry import InstitutionKind, StatusKind
from expertise.dates import in_order

MAY_OPEN = Allow(roles=frozenset({"curator"}))
_WHOLE = 100


@dataclass(eq=False, kw_only=True)
class CallUnknown(NotFound):
    """No call has this id."""

    code: ClassVar = "call-unknown"
    title: ClassVar = Words("Отбор не найден", "Call not found")
    detail: ClassVar = Words("Отбора {call_id} нет.", "There is no call {call_id}.")
    call_id: str


@dataclass(eq=False, kw_only=True)
class WeightsIncomplete(RuleBroken):
    """The weights of the criteria are not 100 together."""

    code: ClassVar = "weights-incomplete"
    title: ClassVar = Words("Веса критериев не составляют 100", "Weights do not make 100")
    detail: ClassVar = Words("Сумма весов критериев {total}, а нужна 100.", "The weights make {total} instead of 100.")
    total: int


@dataclass(eq=False, kw_only=True)
class CriteriaRepeated(RuleBroken):
    """Two criteria carry one code."""

    code: ClassVar = "criteria-repeated"
    title: ClassVar = Words("Критерий указан дважды", "A criterion is named twice")
    detail: ClassVar = Words("Коды критериев повторяются: {codes}.", "Criteria codes repeat: {codes}.")
    codes: str


@dataclass(eq=False, kw_only=True)
class ScaleEmpty(RuleBroken):
    """The best mark is not above the worst."""

    code: ClassVar = "scale-empty"
    title: ClassVar = Words("Шкала оценок пуста", "The scale is empty")
    detail: ClassVar = Words(
        "Высшая оценка {maximum} должна быть больше низшей {minimum}.",
        "The best mark {maximum} must be above the worst {minimum}.",
    )
    minimum: int
    maximum: int


@dataclass(eq=False, kw_only=True)
class CallClosed(RuleBroken):
    """The day is outside the term of the call."""

    code: ClassVar = "call-closed"
    title: ClassVar = Words("Приём заявок не идёт", "The call is not open")
    detail: ClassVar = Words(
        "{on:%d.%m.%Y}: заявки принимаются с {opens_on:%d.%m.%Y} по {closes_on:%d.%m.%Y} включительно.",
        "{on}: applications are taken from {opens_on} to {closes_on}, both inclusive.",
    )
    on: date
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What experts mark; `weight` is a share of 100."""

    code: str
    title: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The worst and the best mark, both allowed."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Who may apply; an empty set asks for nothing (T11: any legal form, or only some kinds of institution)."""

    status_kinds: frozenset[StatusKind]
    institution_kinds: frozenset[InstitutionKind]
    team_supervisor_status_kinds: frozenset[StatusKind]
    """The supervisor of a team works for an institution that holds one of these (A51: the core is the УМЦ)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call; `divergence_threshold` is in points of the weighted total, which runs from 0 to 100."""

    id: str
    version: int = 0
    direction_id: str
    title: str
    opens_on: date
    closes_on: date
    criteria: tuple[Criterion, ...]
    scale: Scale
    eligibility: Eligibility
    returns_limit: int
    reviews_required: int
    divergence_threshold: float


def open_call(call: Call) -> tuple[Call, CallOpenedV1]:
    """Open a call. Raises: DatesOutOfOrder, WeightsIncomplete, CriteriaRepeated, ScaleEmpty."""
    in_order(call.opens_on, call.closes_on)
    weights_make_a_whole(call.criteria)
    if call.scale.minimum >= call.scale.maximum:
        raise ScaleEmpty(minimum=call.scale.minimum, maximum=call.scale.maximum)
    fact = CallOpenedV1(
        call_id=call.id,
        direction_id=call.direction_id,
        title=call.title,
        opens_on=call.opens_on,
        closes_on=call.closes_on,
    )
    return call, fact


def weights_make_a_whole(criteria: tuple[Criterion, ...]) -> None:
    """Refuse weights that are not 100 together, or repeated codes. Raises: WeightsIncomplete, CriteriaRepeated."""
    codes = [criterion.code for criterion in criteria]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise CriteriaRepeated(codes=", ".join(repeated))
    total = sum(criterion.weight for criterion in criteria)
    if total != _WHOLE:
        raise WeightsIncomplete(total=total)


def is_open(call: Call, on: date) -> None:
    """Refuse a day outside the term; the first and the last day are inside. Raises: CallClosed."""
    if not call.opens_on <= on <= call.closes_on:
        raise CallClosed(on=on, opens_on=call.opens_on, closes_on=call.closes_on)


def weighted_total(call: Call, marks: Mapping[str, int]) -> float:
    """Return the total of a complete set of marks, 0 to 100, to two decimals: the worst marks make 0, the best 100."""
    width = call.scale.maximum - call.scale.minimum
    shares = [criterion.weight * (marks[criterion.code] - call.scale.minimum) for criterion in call.criteria]
    return round(sum(shares) / width, 2)
