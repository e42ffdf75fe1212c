"""HTTP doors of appointments."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch
from chassis.pages import Page
from chassis.work import Change
from registry.appointments import queries
from registry.appointments.handlers import AppointPerson, ReleasePerson, appoint_person, release_person
from registry.appointments.queries import AppointmentSearch, AppointmentView

router = APIRouter(prefix="/v1/appointments", tags=["Люди"])


@router.post("", status_code=201, response_model=AppointmentView, summary="Внести назначение на должность")
async def appoint(body: AppointPerson, door: Door) -> Response:
    """Один человек может занимать несколько должностей, в том числе в советах учреждения."""
    return await door.run(appoint_person, body, AppointmentView, status=201)


@router.get("", response_model=Page[AppointmentView], summary="Кто какую должность занимает")
async def listing(door: Door, search: Annotated[AppointmentSearch, Query()]) -> Response:
    """Руководители учреждений и составы советов, в том числе на дату."""
    return door.listing(await queries.appointments(door.reads, search))


@router.get("/{appointment_id}", response_model=AppointmentView, summary="Назначение")
async def show(appointment_id: Id, door: Door) -> Response:
    """Назначение по номеру."""
    return door.show(await queries.appointment(door.reads, appointment_id))


@router.post("/{appointment_id}/release", response_model=AppointmentView, summary="Освободить от должности")
async def release(appointment_id: Id, body: ReleasePerson, door: Door, version: IfMatch) -> Response:
    """Указанный день — последний день в должности."""
    return await door.run(release_person, Change(appointment_id, version, body), AppointmentView)
