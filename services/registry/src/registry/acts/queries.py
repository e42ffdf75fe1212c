"""What clients see of acts. Acts are open to everyone signed in."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.acts.domain import ActKind, in_force
from registry.acts.store import ACTS
from registry.fields import IdFilter


class AmendmentView(BaseModel):
    """Изменение акта."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    amended_on: date


class ActView(View):
    """Нормативный акт с изменениями."""

    institution_id: str
    kind: ActKind
    number: str
    issued_on: date
    title: str
    amendments: tuple[AmendmentView, ...] = ()


class EditionView(ActView):
    """Акт в редакции, действовавшей на дату; в `amendments` — только изменения, внесённые к этому дню."""

    on: date
    citation: str = Field(examples=["приказ от 25.12.2019 № 821/п «О Методическом совете»"])
    text: str | None = Field(description="Текст на дату; null, если он не внесён")


class ActSearch(PageRequest):
    """Какие акты показать."""

    institution_id: IdFilter = None
    in_force_on: date | None = Field(default=None, description="Изданы не позже этого дня")
    number: str | None = Field(default=None, max_length=50, description="Номер целиком")
    text: str | None = Field(default=None, max_length=200, description="Слова из названия, в любой форме")


async def act(reads: Reads, act_id: str) -> ActView:
    """Return one act with all its amendments. Raises: ActUnknown."""
    return ActView.model_validate(await ACTS.document(reads, act_id))


async def edition(reads: Reads, act_id: str, on: date) -> EditionView:
    """Return an act as it read on a day. Raises: ActUnknown, ActNotYetIssued."""
    found = await ACTS.document(reads, act_id)
    then = in_force(ACTS.read(found), on)
    amendments = [AmendmentView.model_validate(known) for known in then.amendments]
    shown = {"on": then.on, "citation": then.citation, "text": then.text, "amendments": amendments}
    return EditionView.model_validate(found | shown)


async def acts(reads: Reads, search: ActSearch) -> Page[ActView]:
    """Return acts, the latest first."""
    exact = {"institution_id": search.institution_id, "number": search.number}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    if search.in_force_on:
        where["issued_on"] = {"$lte": search.in_force_on.isoformat()}
    if search.text:
        where["$text"] = {"$search": search.text}
    return await page(reads.db[ACTS.collection], where, search, ActView.model_validate, order=("issued_on", -1))
