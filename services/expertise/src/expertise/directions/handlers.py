"""Use cases of directions."""

from datetime import date

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import Date, ShortText, Text
from expertise.dates import has_happened
from expertise.directions import domain
from expertise.directions.domain import MAY_AGREE, MAY_PROPOSE, Content, Direction, Supervisor
from expertise.directions.store import DIRECTIONS
from expertise.fields import ActId, PersonId


class SupervisorFields(Command):
    """Научный руководитель направления."""

    person_id: PersonId
    name: str = Field(min_length=1, max_length=200, examples=["Низовцева О. В."])
    degree: str | None = Field(default=None, max_length=200, examples=["кандидат психологических наук"])


class ProposeDirection(Command):
    """Направление на согласование министерству."""

    title: ShortText = Field(examples=["Работа с семьями СОП и ТЖС"])
    description: Text = Field(examples=["Сопровождение семей, находящихся в социально опасном положении"])
    programme: str | None = Field(
        default=None, max_length=500, examples=["Институт полиформатного образования"], description="Программа"
    )
    supervisor: SupervisorFields
    proposed_on: Date = Field(examples=["2018-01-20"])

    @property
    def content(self) -> Content:
        """What is put to the ministry."""
        supervisor = Supervisor(**self.supervisor.model_dump())
        return Content(title=self.title, description=self.description, programme=self.programme, supervisor=supervisor)


class ReturnDirection(Command):
    """Замечание министерства."""

    remark: Text = Field(examples=["Уточните целевую группу"])
    returned_on: Date = Field(examples=["2018-01-25"])


class AgreeDirection(Command):
    """Согласование министерства."""

    agreed_on: Date = Field(examples=["2018-02-01"])
    act_id: ActId | None = Field(default=None, examples=[None])


class CloseDirection(Command):
    """Закрытие направления."""

    closed_on: date = Field(examples=["2020-12-31"])


async def propose_direction(command: ProposeDirection, work: Work) -> Direction:
    """Put a direction to the ministry.

    Raises: NotPermitted, DateInFuture. Emits: expertise.direction.proposed.v1.
    """
    MAY_PROPOSE.require(work.caller, {})
    has_happened(command.proposed_on, work.today)
    direction, fact = domain.propose(
        work.new_id(), command.content, proposed_on=command.proposed_on, by=work.caller.subject
    )
    return await DIRECTIONS.save(work, direction, fact)


async def return_direction(change: Change[ReturnDirection], work: Work) -> Direction:
    """Return a direction with a remark.

    Raises: DirectionUnknown, NotPermitted, DirectionStateForbids. Emits: expertise.direction.returned.v1.
    """
    MAY_AGREE.require(work.caller, {})
    direction = await DIRECTIONS.load(work, change)
    has_happened(change.command.returned_on, work.today)
    returned, fact = domain.send_back(
        direction, remark=change.command.remark, on=change.command.returned_on, by=work.caller.subject
    )
    return await DIRECTIONS.save(work, returned, fact)


async def resubmit_direction(change: Change[ProposeDirection], work: Work) -> Direction:
    """Put a corrected direction to the ministry again.

    Raises: DirectionUnknown, NotPermitted, DirectionStateForbids. Emits: expertise.direction.proposed.v1.
    """
    MAY_PROPOSE.require(work.caller, {})
    direction = await DIRECTIONS.load(work, change)
    has_happened(change.command.proposed_on, work.today)
    proposed, fact = domain.resubmit(
        direction, change.command.content, on=change.command.proposed_on, by=work.caller.subject
    )
    return await DIRECTIONS.save(work, proposed, fact)


async def agree_direction(change: Change[AgreeDirection], work: Work) -> Direction:
    """Agree a direction: from now on it takes applications.

    Raises: DirectionUnknown, NotPermitted, DirectionStateForbids. Emits: expertise.direction.agreed.v1.
    """
    MAY_AGREE.require(work.caller, {})
    direction = await DIRECTIONS.load(work, change)
    has_happened(change.command.agreed_on, work.today)
    agreed, fact = domain.agree(
        direction, on=change.command.agreed_on, by=work.caller.subject, act_id=change.command.act_id
    )
    return await DIRECTIONS.save(work, agreed, fact)


async def close_direction(change: Change[CloseDirection], work: Work) -> Direction:
    """Stop taking applications. Raises: DirectionUnknown, NotPermitted, DirectionStateForbids."""
    MAY_AGREE.require(work.caller, {})
    direction = await DIRECTIONS.load(work, change)
    has_happened(change.command.closed_on, work.today)
    return await DIRECTIONS.save(work, domain.close(direction, on=change.command.closed_on))
