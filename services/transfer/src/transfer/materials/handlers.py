"""Use cases of materials."""

from pydantic import Field

from chassis.work import Command, Work
from transfer.events.store import EVENTS
from transfer.fields import Day, EventRef, InstitutionRef, Line
from transfer.institutions.store import institutions_are_known
from transfer.materials import domain
from transfer.materials.domain import MAY_ISSUE, Material
from transfer.materials.store import MATERIALS


class IssueMaterial(Command):
    """Информационно-методические материалы."""

    institution_id: InstitutionRef
    title: Line = Field(examples=["Материалы областной методической консультативной площадки"])
    event_id: EventRef | None = Field(default=None, examples=[None], description="Мероприятие, по итогам которого")
    link: str | None = Field(default=None, max_length=500, pattern=r"^https?://\S+$", examples=[None])
    issued_on: Day


async def issue_material(command: IssueMaterial, work: Work) -> Material:
    """Enter materials in the register.

    Raises: NotPermitted, InstitutionNotKnown, EventUnknown, DateInFuture. Emits: transfer.material.issued.v1.
    """
    MAY_ISSUE.require(work.caller, command)
    await institutions_are_known(work, command.institution_id)
    if command.event_id is not None:
        await EVENTS.get(work, command.event_id)
    material, fact = domain.issue(Material(id=work.new_id(), **command.model_dump()), now=work.now)
    return await MATERIALS.save(work, material, fact)
