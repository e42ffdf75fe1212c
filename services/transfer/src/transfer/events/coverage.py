"""Which institutions seminars have reached in a year: plan and fact, and those left out."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from chassis.policy import Allow
from chassis.work import Reads
from transfer.access import OVERSEERS
from transfer.dates import within
from transfer.events.domain import HELD, SEMINARS
from transfer.events.store import EVENTS
from transfer.fields import Question
from transfer.institutions.store import names
from transfer.statuses.store import holders_in
from transfer.tallies import tally

MAY_OVERSEE = Allow(roles=OVERSEERS)


class CoverageSearch(Question):
    """За какой год и для кого показать охват семинарами."""

    year: int = Field(ge=2000, le=2100, examples=[2018], description="Календарный год")
    status: Literal["rip", "site"] = Field(default="site", description="РИП или площадки по внедрению")


class Covered(BaseModel):
    """Охват одного учреждения за год."""

    institution_id: str
    name: str
    planned: int = Field(description="Семинары в учреждении по плану")
    held: int = Field(description="Семинары, проведённые в учреждении")
    attended: int = Field(description="Посещённые мероприятия для системы")


class Coverage(BaseModel):
    """Учреждения со статусом и их охват; без единого семинара и без единого посещения — отдельно."""

    institutions: list[Covered]
    without_seminar: list[str]
    without_attendance: list[str]


async def seminar_coverage(reads: Reads, search: CoverageSearch) -> Coverage:
    """Return plan and fact of seminars per institution with the status in the year (A44, A46, A58).

    Raises: NotPermitted.
    """
    MAY_OVERSEE.require(reads.caller, {})
    first, last = date(search.year, 1, 1), date(search.year, 12, 31)
    holders = await holders_in(reads.db, search.status, first=first, last=last)
    year, at = within(search.year), "premises_institution_id"
    seminars = {at: {"$in": holders}, "kind": {"$in": list(SEMINARS)}}
    planned = await tally(reads, EVENTS.collection, {**seminars, "planned_on": year}, by=at)
    took_place = {**seminars, "held_on": year, "state": {"$in": list(HELD)}}
    held = await tally(reads, EVENTS.collection, took_place, by=at)
    came = {"attendance.institution_id": {"$in": holders}, "held_on": year, "scope": "system"}
    attended = await tally(reads, EVENTS.collection, came, by="attendance.institution_id")
    called = await names(reads.db, holders)
    return cover(
        [
            Covered(
                institution_id=holder,
                name=called.get(holder, ""),
                planned=planned.get(holder, 0),
                held=held.get(holder, 0),
                attended=attended.get(holder, 0),
            )
            for holder in holders
        ]
    )


def cover(institutions: list[Covered]) -> Coverage:
    """Set apart the institutions that no seminar reached and those that came to nothing."""
    return Coverage(
        institutions=institutions,
        without_seminar=[item.institution_id for item in institutions if item.held == 0],
        without_attendance=[item.institution_id for item in institutions if item.attended == 0],
    )
