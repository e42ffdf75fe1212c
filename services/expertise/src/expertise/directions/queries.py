"""What clients see of directions. They are open to everyone signed in, with their history."""

from datetime import date

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.directions.domain import DirectionState
from expertise.directions.store import DIRECTIONS
from expertise.fields import IdFilter
from expertise.shown import Shown


class SupervisorView(Shown):
    """Научный руководитель направления."""

    person_id: str
    name: str
    degree: str | None


class ContentView(Shown):
    """Текст направления."""

    title: str
    description: str
    programme: str | None
    supervisor: SupervisorView


class EditionView(Shown):
    """Редакция направления."""

    revision: int
    content: ContentView
    state: DirectionState
    put_on: date
    put_by: str
    answered_on: date | None
    answered_by: str | None
    remark: str | None


class DirectionView(View):
    """Направление инновационных проектов со всеми редакциями."""

    title: str
    description: str
    programme: str | None
    supervisor: SupervisorView
    state: DirectionState
    revision: int
    act_id: str | None
    closed_on: date | None
    editions: tuple[EditionView, ...]


class DirectionSearch(PageRequest):
    """Какие направления показать."""

    state: DirectionState | None = None
    supervisor_id: IdFilter = Field(default=None, description="Направления научного руководителя")


async def direction(reads: Reads, direction_id: str) -> DirectionView:
    """Return one direction. Raises: DirectionUnknown."""
    return DirectionView.model_validate(await DIRECTIONS.get(reads, direction_id))


async def directions(reads: Reads, search: DirectionSearch) -> Page[DirectionView]:
    """Return directions in the order of their first proposal."""
    where = search.model_dump(include={"state", "supervisor_id"}, exclude_none=True)
    return await page(
        reads.db[DIRECTIONS.collection],
        where,
        search,
        lambda found: DirectionView.model_validate(DIRECTIONS.read(found)),
    )
