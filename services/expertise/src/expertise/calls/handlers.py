"""Use cases of calls."""

from datetime import date

from pydantic import Field

from chassis.work import Command, Work
from contracts.fact import ShortText
from contracts.registry import InstitutionKind, StatusKind
from expertise.calls import domain
from expertise.calls.domain import MAY_OPEN, Call, Criterion, Eligibility, Scale
from expertise.calls.store import CALLS
from expertise.directions.domain import takes_applications
from expertise.directions.store import DIRECTIONS
from expertise.fields import DirectionId


class CriterionFields(Command):
    """Критерий оценки."""

    code: str = Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$", examples=["novelty"])
    title: ShortText = Field(examples=["Новизна"])
    weight: int = Field(ge=1, le=100, examples=[100], description="Вес; сумма весов всех критериев 100")


class ScaleFields(Command):
    """Шкала оценок."""

    minimum: int = Field(ge=0, le=1000, examples=[0])
    maximum: int = Field(ge=1, le=1000, examples=[100])


class EligibilityFields(Command):
    """Кто может подать заявку; пустой список ничего не требует."""

    status_kinds: frozenset[StatusKind] = Field(default=frozenset({"rip"}), examples=[["rip"]])
    institution_kinds: frozenset[InstitutionKind] = Field(default=frozenset(), examples=[[]])
    team_supervisor_status_kinds: frozenset[StatusKind] = Field(
        default=frozenset({"core"}), examples=[["core"]], description="Статус учреждения руководителя ВТК"
    )


class OpenCall(Command):
    """Отбор заявок по согласованному направлению."""

    direction_id: DirectionId
    title: ShortText = Field(examples=["Отбор инновационных проектов 2018 года"])
    opens_on: date = Field(examples=["2018-02-05"])
    closes_on: date = Field(examples=["2018-03-30"], description="Последний день приёма, включительно")
    criteria: tuple[CriterionFields, ...] = Field(
        min_length=1, max_length=30, examples=[[{"code": "novelty", "title": "Новизна", "weight": 100}]]
    )
    scale: ScaleFields = Field(examples=[{"minimum": 0, "maximum": 100}])
    eligibility: EligibilityFields = EligibilityFields()
    returns_limit: int = Field(default=2, ge=0, le=10, examples=[2], description="Сколько раз заявку можно вернуть")
    reviews_required: int = Field(default=2, ge=1, le=10, examples=[2], description="Сколько заключений нужно")
    divergence_threshold: float = Field(
        default=20, ge=0, le=100, examples=[20], description="Расхождение итогов, выше которого нужен третий эксперт"
    )


async def open_call(command: OpenCall, work: Work) -> Call:
    """Open a call for an agreed direction.

    Raises: NotPermitted, DirectionUnknown, DirectionNotAgreed, DatesOutOfOrder, WeightsIncomplete, CriteriaRepeated,
    ScaleEmpty. Emits: expertise.call.opened.v1.
    """
    MAY_OPEN.require(work.caller, {})
    takes_applications(await DIRECTIONS.get(work, command.direction_id))
    plain = command.model_dump(exclude={"criteria", "scale", "eligibility"})
    call = Call(
        id=work.new_id(),
        criteria=tuple(Criterion(**criterion.model_dump()) for criterion in command.criteria),
        scale=Scale(**command.scale.model_dump()),
        eligibility=Eligibility(**command.eligibility.model_dump()),
        **plain,
    )
    opened, fact = domain.open_call(call)
    return await CALLS.save(work, opened, fact)
