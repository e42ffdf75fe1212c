"""Methodical materials that an institution has issued."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.errors import NotFound, Words
from chassis.policy import Allow
from contracts.transfer import MaterialIssuedV1
from transfer.access import CURATOR, STAFF
from transfer.dates import day_has_come

MAY_ISSUE = Allow(roles=CURATOR, members=STAFF)


@dataclass(eq=False, kw_only=True)
class MaterialUnknown(NotFound):
    """No material has this id."""

    code: ClassVar = "material-unknown"
    title: ClassVar = Words("Материалы не найдены", "Material not found")
    detail: ClassVar = Words("Материалов {material_id} нет.", "There is no material {material_id}.")
    material_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A set of methodical materials, possibly from an event (C15)."""

    id: str
    version: int = 0
    institution_id: str
    title: str
    event_id: str | None
    link: str | None
    issued_on: date


def issue(material: Material, *, now: datetime) -> tuple[Material, MaterialIssuedV1]:
    """Enter materials in the register. Raises: DateInFuture."""
    day_has_come(material.issued_on, now=now)
    fact = MaterialIssuedV1(
        material_id=material.id,
        institution_id=material.institution_id,
        title=material.title,
        event_id=material.event_id,
        issued_on=material.issued_on,
    )
    return material, fact
