"""The way of one project: from the direction it answers to the report that counts it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from gateway.composites import telling
from gateway.composites.parts import Found, Part, ReaderOfParts, essential, lacking, side_by_side, worst
from gateway.composites.rows import expertise, reporting, transfer
from gateway.composites.telling import TimelineEntry

PAGE = 50
PRACTICES_AT_ONCE = 3
REPORTS_AT_ONCE = 5


class TimelinePart(Part):
    """Откуда взяты события."""

    more: list[str] = Field(default=[], description="Списки, прочитанные не до конца: где читать дальше")


class ProjectTimeline(BaseModel):
    """Путь проекта."""

    project: expertise.ProjectBrief
    partial: bool = Field(description="true, если какой-то сервис не ответил: событий может быть больше")
    entries: list[TimelineEntry] = Field(description="По порядку дат")
    parts: dict[str, TimelinePart]


@dataclass
class _Gathered:
    """Entries and where they came from."""

    entries: list[TimelineEntry] = field(default_factory=list)
    parts: dict[str, TimelinePart] = field(default_factory=dict)

    def take(self, name: str, found: Found[Any], entries: Iterator[TimelineEntry]) -> None:
        part = self.parts.setdefault(name, TimelinePart(status="ok"))
        part.status = worst(part.status, found.status)
        part.more = sorted([*part.more, *([found.more] if found.more else [])])
        self.entries += entries


async def timeline(reader: ReaderOfParts, project_id: str) -> ProjectTimeline:
    """Read the project, then everything about it side by side.

    Raises NotToBeShown, `DEADLINE`, `UNREACHABLE` when the project itself cannot be shown.
    """
    project = essential(await reader.record(expertise.ProjectWhole, project_id))
    gathered = _Gathered(entries=[*telling.of_project(project)])
    async with side_by_side() as begin:
        ways = [
            begin(_council(reader, project, gathered)),
            begin(_passing_on(reader, project, gathered)),
        ]
        for way in ways:
            await way
    return ProjectTimeline(
        project=expertise.ProjectBrief.model_validate(project.model_dump()),
        partial=lacking(gathered.parts.values()),
        entries=sorted(gathered.entries, key=telling.order),
        parts=dict(sorted(gathered.parts.items())),
    )


async def _council(reader: ReaderOfParts, project: expertise.ProjectWhole, into: _Gathered) -> None:
    """The direction, the application, its reviews, sessions and verdicts."""
    applied = project.application_id
    async with side_by_side() as begin:
        direction = begin(reader.record(expertise.Direction, project.direction_id))
        history = begin(reader.answer("expertise", expertise.History, f"/v1/applications/{applied}/timeline"))
        reviews = begin(reader.page(expertise.Review, application_id=applied, limit=PAGE))
        sessions = begin(reader.page(expertise.Session, subject_id=applied, limit=PAGE))
        verdicts = begin(reader.page(expertise.Verdict, subject_id=applied, limit=PAGE))
        advice = begin(reader.page(transfer.Consultation, application_id=applied, limit=PAGE))
        into.take("direction", found := await direction, telling.of_directions(found.rows))
        into.take("application", told := await history, telling.of_history(told.only, applied))
        into.take("reviews", reviewed := await reviews, telling.of_reviews(reviewed.rows))
        into.take("sessions", held := await sessions, telling.of_sessions(held.rows))
        into.take("verdicts", decided := await verdicts, telling.of_verdicts(decided.rows, "application"))
        into.take("consultations", given := await advice, telling.of_consultations(given.rows))


async def _passing_on(reader: ReaderOfParts, project: expertise.ProjectWhole, into: _Gathered) -> None:
    """The practices that grew of the project, and what became of each; the reports that count them."""
    found = await reader.page(transfer.Practice, project_id=project.id, limit=PRACTICES_AT_ONCE)
    into.take("practices", found, telling.of_practices(found.rows))
    await asyncio.gather(
        _counted(reader, [project.id, project.application_id, *(one.id for one in found.rows)], into),
        *(_practice(reader, practice, into) for practice in found.rows),
    )


async def _practice(reader: ReaderOfParts, practice: transfer.Practice, into: _Gathered) -> None:
    of = {"practice_id": practice.id, "limit": PAGE}
    async with side_by_side() as begin:
        editions = begin(reader.page(transfer.PackageEdition, **of))
        bank = begin(reader.page(transfer.BankEntryBrief, **of))
        verdicts = begin(reader.page(expertise.Verdict, subject_id=practice.id, limit=PAGE))
        clusters = begin(reader.page(transfer.Cluster, **of))
        events = begin(reader.page(transfer.EventBrief, **of))
        moved = begin(reader.page(transfer.ReplicationWhole, **of))
        media = begin(reader.page(transfer.Publication, **of))
        into.take("packages", made := await editions, telling.of_editions(made.rows))
        into.take("bank", entered := await bank, telling.of_bank(entered.rows))
        into.take("verdicts", decided := await verdicts, telling.of_verdicts(decided.rows, "bank"))
        into.take("clusters", formed := await clusters, telling.of_clusters(formed.rows))
        into.take("events", held := await events, telling.of_events(held.rows))
        into.take("replications", sites := await moved, telling.of_replications(sites.rows))
        into.take("publications", out := await media, telling.of_publications(out.rows))


async def _counted(reader: ReaderOfParts, about: list[str], into: _Gathered) -> None:
    found = await reader.page(reporting.CountingReport, about=about, limit=REPORTS_AT_ONCE)
    into.take("reports", found, telling.of_reports(found.rows))
