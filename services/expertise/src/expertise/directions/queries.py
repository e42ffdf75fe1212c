"""What clients see of directions. They are open to everyone signed in, with their history."""

from datetime import date

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.directions.domain import DirectionState, DirectionUnknown, Edition, Supervisor
from expertise.directions.store import DIRECTIONS


class DirectionView(View):
    """Направление инновационных проектов со всеми редакциями."""

    title: str
    description: str
    programme: str | None
    supervisor: Supervisor
    state: DirectionState
    revision: int
    act_id: str | None
    closed_on: date | None
    editions: tuple[Edition, ...]


class DirectionSearch(PageRequest):
    """Какие направления показать."""

    state: DirectionState | None = None
    supervisor_id: str | None = Field(default=None, max_length=64, description="Направления научного руководителя")


async def direction(reads: Reads, direction_id: str) -> DirectionView:
    """Return one direction. Raises: DirectionUnknown."""
    found = await reads.db[DIRECTIONS.collection].find_one({"_id": direction_id})
    if found is None:
        raise DirectionUnknown(direction_id=direction_id)
    return DirectionView.model_validate(DIRECTIONS.read(found))


async def directions(reads: Reads, search: DirectionSearch) -> Page[DirectionView]:
    """Return directions in the order of their first proposal."""
    where = search.model_dump(include={"state", "supervisor_id"}, exclude_none=True)
    return await page(
        reads.db[DIRECTIONS.collection],
        where,
        search,
        lambda found: DirectionView.model_validate(DIRECTIONS.read(found)),
    )
