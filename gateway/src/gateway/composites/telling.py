"""Records of the services as dated entries of a timeline: pure rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, Field

from gateway.composites.rows import expertise, reporting, transfer
from gateway.composites.words import OUTCOMES, PHASES, named, quoted

Stage = Literal["idea", "application", "defence", "approbation", "package", "bank", "replication", "report"]
Kind = Literal[
    "direction_proposed", "direction_returned", "direction_agreed", "direction_closed",
    "application_drafted", "consultation_given", "application_submitted", "application_returned",
    "application_admitted", "opinion_signed", "expert_assigned", "expert_recused", "review_completed",
    "application_withdrawn", "session_scheduled", "verdict_issued", "project_started", "phase_begun",
    "milestone_reached", "practice_described", "package_published", "bank_entry_nominated", "bank_entry_activated",
    "bank_entry_archived", "cluster_formed", "replication_agreed", "event_held", "replication_trained",
    "replication_started", "replication_reported", "replication_self_described", "replication_stopped", "published",
    "counted_in_report",
]  # fmt: skip
_STEPS: Mapping[str, tuple[Kind, str]] = {
    "drafted": ("application_drafted", "Начат черновик заявки"),
    "submitted": ("application_submitted", "Заявка подана"),
    "returned": ("application_returned", "Заявка возвращена на доработку"),
    "admitted": ("application_admitted", "Заявка допущена к экспертизе"),
    "withdrawn": ("application_withdrawn", "Заявка отозвана"),
    "opinion_signed": ("opinion_signed", "Подписано заключение научного руководителя"),
    "expert_assigned": ("expert_assigned", "Назначен эксперт"),
    "expert_recused": ("expert_recused", "Эксперт взял самоотвод"),
}
"""Steps of an application; its reviews, hearings and verdicts are told by their own records."""
_OF_EXPERTS = ("expert_assigned", "expert_recused")
"""Steps whose note is no word for people, but the number of the expert."""
_STAGES = {stage: number for number, stage in enumerate(get_args(Stage))}
_KINDS = {kind: number for number, kind in enumerate(get_args(Kind))}


class TimelineEntry(BaseModel):
    """Событие в пути проекта."""

    on: date = Field(examples=["2018-05-25"])
    stage: Stage = Field(examples=["defence"])
    kind: Kind = Field(examples=["verdict_issued"], description="Что произошло; список может пополняться")
    title: str = Field(examples=["Решение совета: поддержано"])
    resource: str = Field(description="Запись, о которой событие")
    detail: str | None = None


def order(entry: TimelineEntry) -> tuple[date, int, int, str]:
    """Entries stand by day; of one day in the order of the way."""
    return entry.on, _STAGES[entry.stage], _KINDS[entry.kind], entry.resource


@dataclass(frozen=True, slots=True)
class _About:
    """What entries are about, and where on the way."""

    stage: Stage
    resource: str

    def dated(self, on: date | None, kind: Kind, title: str, detail: str | None = None) -> Iterator[TimelineEntry]:
        """Yield an entry; nothing for what has not happened."""
        if on is not None:
            yield TimelineEntry(on=on, stage=self.stage, kind=kind, title=title, resource=self.resource, detail=detail)


def of_project(project: expertise.ProjectWhole) -> Iterator[TimelineEntry]:
    """Its beginning, phases and reached milestones."""
    at = project.resource
    yield from _About("approbation", at).dated(
        project.started_on, "project_started", f"Начат проект {quoted(project.title)}"
    )
    for phase in project.phases:
        yield from _About("approbation", at).dated(phase.since, "phase_begun", f"Этап: {named(PHASES, phase.name)}")
    for milestone in project.milestones:
        title = f"Достигнута веха {quoted(milestone.title)}"
        yield from _About("approbation", at).dated(milestone.reached_on, "milestone_reached", title)


def of_directions(found: Iterable[expertise.Direction]) -> Iterator[TimelineEntry]:
    """Every proposal of the direction and the answer to it."""
    for one in found:
        at = one.resource
        for edition in one.editions:
            title = f"Предложено направление {quoted(one.title)}"
            if edition.revision > 1:
                title = f"Направление {quoted(one.title)} предложено снова"
            if edition.state in ("agreed", "closed"):
                agreed = f"Согласовано направление {quoted(one.title)}"
                yield from _About("idea", at).dated(edition.answered_on, "direction_agreed", agreed)
            else:
                yield from _About("idea", at).dated(edition.put_on, "direction_proposed", title)
            if edition.state == "returned":
                returned = f"Направление {quoted(one.title)} возвращено"
                yield from _About("idea", at).dated(edition.answered_on, "direction_returned", returned, edition.remark)
        yield from _About("idea", at).dated(
            one.closed_on, "direction_closed", f"Направление {quoted(one.title)} закрыто"
        )


def of_history(history: expertise.History | None, application_id: str) -> Iterator[TimelineEntry]:
    """What happened to the application before the council, as far as the caller may know."""
    for step in history.steps if history else ():
        if step.what in _STEPS:
            kind, title = _STEPS[step.what]
            at, detail = f"{expertise.ApplicationBrief.address}/{application_id}", step.note
            if step.what in _OF_EXPERTS:
                at, detail = f"/v1/people/{step.note}", None
            yield from _About("application", at).dated(step.on, kind, title, detail)


def of_consultations(found: Iterable[transfer.Consultation]) -> Iterator[TimelineEntry]:
    """Advice given on the project."""
    for one in found:
        title = f"Консультация: {one.topic}"
        yield from _About("application", one.resource).dated(one.given_on, "consultation_given", title)


def of_reviews(found: Iterable[expertise.Review]) -> Iterator[TimelineEntry]:
    """Finished reviews."""
    for one in found:
        if one.state == "completed":
            mark = None if one.total is None else f"Итог {one.total:g} из 100".replace(".", ",")
            yield from _About("defence", one.resource).dated(
                one.completed_on, "review_completed", "Рецензия эксперта", mark
            )


def of_sessions(found: Iterable[expertise.Session]) -> Iterator[TimelineEntry]:
    """Sessions that are still to come: those that were held are told by their verdicts."""
    for one in found:
        if one.state in ("scheduled", "open"):
            title = f"Назначено заседание {quoted(one.title)}"
            yield from _About("defence", one.resource).dated(one.held_on, "session_scheduled", title)


def of_verdicts(found: Iterable[expertise.Verdict], subject: Literal["application", "bank"]) -> Iterator[TimelineEntry]:
    """Decisions of the council on the project, or on the practice for the bank."""
    for one in found:
        outcome = named(OUTCOMES, one.outcome)
        stage: Stage = "bank" if subject == "bank" else "approbation" if one.purpose == "report" else "defence"
        heard = {"bank": "Совет о практике для банка", "approbation": "Отчёт о реализации"}.get(
            stage, "Открытая защита"
        )
        remarks = "; ".join(one.remarks) or None
        yield from _About(stage, one.resource).dated(one.decided_on, "verdict_issued", f"{heard}: {outcome}", remarks)


def of_practices(found: Iterable[transfer.Practice]) -> Iterator[TimelineEntry]:
    """Practices that grew of the project."""
    for one in found:
        title = f"Описана практика {quoted(one.title)}"
        yield from _About("package", one.resource).dated(one.described_on, "practice_described", title)


def of_editions(found: Iterable[transfer.PackageEdition]) -> Iterator[TimelineEntry]:
    """Editions of the package."""
    for one in found:
        title = f"Издан пакет {quoted(one.title)}, издание {one.number}"
        yield from _About("package", one.resource).dated(one.published_on, "package_published", title)


def of_bank(found: Iterable[transfer.BankEntryBrief]) -> Iterator[TimelineEntry]:
    """The practice in the regional bank."""
    for one in found:
        what, at = quoted(one.title), one.resource
        yield from _About("bank", at).dated(
            one.nominated_on, "bank_entry_nominated", f"Практика {what} выдвинута в банк"
        )
        yield from _About("bank", at).dated(
            one.activated_on, "bank_entry_activated", f"Практика {what} включена в банк"
        )
        yield from _About("bank", at).dated(one.archived_on, "bank_entry_archived", f"Практика {what} снята в архив")


def of_clusters(found: Iterable[transfer.Cluster]) -> Iterator[TimelineEntry]:
    """Clusters around mentors of the practice."""
    for one in found:
        title = "Образован кластер площадок вокруг ментора"
        yield from _About("replication", one.resource).dated(one.formed_on, "cluster_formed", title)


def of_events(found: Iterable[transfer.EventBrief]) -> Iterator[TimelineEntry]:
    """Events at which the practice was handed over or shown."""
    for one in found:
        yield from _About("replication", one.resource).dated(one.held_on, "event_held", one.title)


def of_publications(found: Iterable[transfer.Publication]) -> Iterator[TimelineEntry]:
    """What was published of the practice."""
    for one in found:
        title, outlet = f"Публикация: {one.content.title}", one.content.outlet
        yield from _About("replication", one.resource).dated(one.content.released_on, "published", title, outlet)


def of_replications(found: Iterable[transfer.ReplicationWhole]) -> Iterator[TimelineEntry]:
    """What became of the practice at each site."""
    for one in found:
        at, site = one.resource, one.site_name
        reported_on = one.report.reported_on if one.report else None
        steps: tuple[tuple[date | None, Kind, str], ...] = (
            (one.agreed_on, "replication_agreed", f"{site}: договорились о внедрении"),
            (one.trained_on, "replication_trained", f"{site}: площадка обучена, документы переданы"),
            (one.started_on, "replication_started", f"{site}: внедрение начато"),
            (reported_on, "replication_reported", f"{site}: отчёт о внедрении"),
            (one.described_on, "replication_self_described", f"{site}: описана своя практика"),
        )
        for on, kind, title in steps:
            yield from _About("replication", at).dated(on, kind, title)
        stopped = f"{site}: внедрение прекращено"
        yield from _About("replication", at).dated(one.stopped_on, "replication_stopped", stopped, one.stopped_because)


def of_reports(found: Iterable[reporting.CountingReport]) -> Iterator[TimelineEntry]:
    """Annual reports whose figures count what came of the project."""
    for one in found:
        where = "; ".join(indicator.title for indicator in one.indicators)
        told = one.approval.stamped_on if one.approval else one.submitted_on or date(one.year, 12, 31)
        state = "утверждён" if one.approval else "готовится"
        title = f"Годовой отчёт за {one.year} год, {one.institution_name}: {state}"
        yield from _About("report", one.resource).dated(told, "counted_in_report", title, f"Учтено: {where}")
