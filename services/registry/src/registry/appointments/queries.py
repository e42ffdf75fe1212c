"""What clients see of appointments. Office holders are open to everyone signed in: institutions publish them."""

from datetime import date
from typing import Any

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.appointments.store import APPOINTMENTS
from registry.fields import IdFilter
from registry.wording import normalised


class AppointmentView(View):
    """Назначение на должность."""

    person_id: str
    person_name: str = Field(examples=["Н. Л. Веревокина"])
    institution_id: str
    office: str
    body: str | None = None
    acting: bool
    act_id: str | None = None
    since: date
    until: date | None = None


class AppointmentSearch(PageRequest):
    """Какие назначения показать."""

    institution_id: IdFilter = None
    person_id: IdFilter = None
    body: str | None = Field(default=None, max_length=500, description="Совет, целиком")
    on: date | None = Field(default=None, description="Действует в этот день")


async def appointment(reads: Reads, appointment_id: str) -> AppointmentView:
    """Return one appointment. Raises: AppointmentUnknown."""
    return AppointmentView.model_validate(await APPOINTMENTS.document(reads, appointment_id))


async def appointments(reads: Reads, search: AppointmentSearch) -> Page[AppointmentView]:
    """Return appointments in the order of their first days."""
    body_key = normalised(search.body) if search.body else None
    exact = {"institution_id": search.institution_id, "person_id": search.person_id, "body_key": body_key}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    if search.on:
        where |= {"since": {"$lte": search.on.isoformat()}, "last_day": {"$gte": search.on.isoformat()}}
    rows = reads.db[APPOINTMENTS.collection]
    return await page(rows, where, search, AppointmentView.model_validate, order=("since", 1))
