"""What a record asks of somebody: pure rules, from rows to items of a worklist."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, Field

from gateway.composites.rows import expertise, registry, reporting, transfer
from gateway.composites.rows.linked import Linked
from gateway.composites.words import STATUSES, named, quoted

SOON = timedelta(days=90)
"""Before its last day a status is shown as ending."""
MILESTONE_SOON = timedelta(days=14)

Kind = Literal[
    "application_draft", "application_returned", "application_remarks", "application_to_admit", "opinion_to_sign",
    "review_to_write", "session_to_attend", "session_to_vote", "session_to_run", "session_to_close",
    "protocol_to_approve", "direction_to_agree", "direction_returned", "milestone_due", "status_ending",
    "report_to_fill", "report_returned", "report_to_agree", "report_to_approve", "replication_to_train",
    "replication_to_start", "replication_to_report", "replication_to_describe", "event_to_hold", "event_to_sum_up",
    "bank_remarks", "package_to_publish", "contest_result",
]  # fmt: skip


class WorkItem(BaseModel):
    """Что ждёт вас."""

    kind: Kind = Field(examples=["application_returned"])
    title: str = Field(examples=["Доработать заявку «Семейная гостиная» и подать снова"])
    resource: str = Field(description="Запись, с которой это нужно сделать")
    institution_id: str | None = Field(default=None, description="За какое учреждение; null, если лично вы")
    since: date | None = Field(default=None, description="С какого дня ждёт, если известно")
    due: date | None = Field(default=None, description="Срок, если он есть")
    overdue: bool = Field(default=False, description="Срок прошёл")
    detail: str | None = Field(default=None, description="Что именно, если об этом сказано")

    def saying(self, detail: str | None) -> Self:
        """Return the item with what is said of it."""
        return self.model_copy(update={"detail": detail})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """On whose behalf somebody looks at their work, and when."""

    person_id: str
    today: date
    institution_id: str | None = None
    heads: bool = False
    """Whether they are the head of the institution."""

    def item(
        self, kind: Kind, title: str, of: Linked, *, since: date | None = None, due: date | None = None
    ) -> WorkItem:
        """Return an item about a record."""
        overdue = due is not None and due < self.today
        whose, at = self.institution_id, of.resource
        return WorkItem(
            kind=kind, title=title, resource=at, institution_id=whose, since=since, due=due, overdue=overdue
        )


def of_applications(
    place: Place, found: Iterable[expertise.ApplicationBrief], due: dict[str, expertise.Verdict]
) -> Iterator[WorkItem]:
    """What an institution has to do with its applications; `due` are its verdicts with remarks, by application."""
    for one in found:
        if one.state == "draft":
            title = f"Дописать и подать заявку {quoted(one.title)}"
            yield place.item("application_draft", title, one, since=one.state_since)
        elif one.state == "returned":
            title = f"Доработать заявку {quoted(one.title)} и подать снова"
            yield place.item("application_returned", title, one, since=one.state_since)
        elif one.state == "supported_with_remarks":
            title, verdict = f"Ответить на замечания совета к проекту {quoted(one.title)}", due.get(one.id)
            remarks = "; ".join(verdict.remarks) if verdict else None
            last_day = verdict.remarks_due_on if verdict else None
            yield place.item("application_remarks", title, one, since=one.state_since, due=last_day).saying(remarks)


def of_reports(place: Place, found: Iterable[reporting.ReportBrief]) -> Iterator[WorkItem]:
    """What an institution has to do with its annual reports."""
    for one in found:
        if one.state == "draft":
            yield place.item("report_to_fill", f"Заполнить и подать отчёт за {one.year} год", one)
        elif one.state == "returned":
            yield place.item("report_returned", f"Исправить отчёт за {one.year} год и подать снова", one)
        elif one.state == "submitted" and place.heads:
            title = f"Согласовать отчёт за {one.year} год"
            yield place.item("report_to_agree", title, one, since=one.submitted_on)


def of_site(place: Place, found: Iterable[transfer.ReplicationWhole]) -> Iterator[WorkItem]:
    """What a site has to do with the practices it takes over."""
    for one in found:
        what = quoted(one.practice_title)
        if one.state == "trained":
            yield place.item("replication_to_start", f"Начать внедрение практики {what}", one, since=one.trained_on)
        elif one.state == "running":
            title = f"Отчитаться о внедрении практики {what}"
            yield place.item("replication_to_report", title, one, since=one.started_on)
        elif one.state == "reported":
            since = one.report.reported_on if one.report else None
            yield place.item("replication_to_describe", f"Описать свою практику по опыту {what}", one, since=since)


def of_mentor(place: Place, found: Iterable[transfer.ReplicationBrief]) -> Iterator[WorkItem]:
    """What a mentor has to do for its sites: teach those that have agreed."""
    for one in found:
        title = f"Обучить площадку {one.site_name} практике {quoted(one.practice_title)}"
        yield place.item("replication_to_train", title, one, since=one.agreed_on)


def of_projects(place: Place, found: Iterable[expertise.ProjectWhole]) -> Iterator[WorkItem]:
    """Milestones that are due within two weeks, or were."""
    for one in found:
        for milestone in one.milestones:
            if milestone.reached_on is None and milestone.due_on <= place.today + MILESTONE_SOON:
                title = f"Веха {quoted(milestone.title)} проекта {quoted(one.title)}"
                yield place.item("milestone_due", title, one, due=milestone.due_on)


def of_statuses(place: Place, found: Iterable[registry.StatusBrief]) -> Iterator[WorkItem]:
    """Statuses that end soon."""
    for one in found:
        whose = "" if place.institution_id else f", {one.institution_name}"
        title = f"Заканчивается статус: {named(STATUSES, one.kind)}{whose}"
        yield place.item("status_ending", title, one, due=one.last_day).saying(one.theme)


def of_planned_events(place: Place, found: Iterable[transfer.EventBrief]) -> Iterator[WorkItem]:
    """Events whose planned day has come and of which nobody has said that they were held."""
    for one in found:
        if one.planned_on is not None and one.planned_on <= place.today:
            title = f"Отметить проведение мероприятия {quoted(one.title)}"
            yield place.item("event_to_hold", title, one, due=one.planned_on)


def of_incomplete_events(place: Place, found: Iterable[transfer.EventBrief]) -> Iterator[WorkItem]:
    """Workshops that were held and lack their summary."""
    for one in found:
        title = f"Подвести итоги мероприятия {quoted(one.title)}"
        yield place.item("event_to_sum_up", title, one, since=one.held_on)


def of_candidates(place: Place, found: Iterable[transfer.BankEntryBrief]) -> Iterator[WorkItem]:
    """Candidates for the bank to which the council has remarks."""
    for one in found:
        if one.remarks:
            title = f"Снять замечания совета к практике {quoted(one.title)}"
            yield place.item("bank_remarks", title, one, since=one.nominated_on).saying("; ".join(one.remarks))


def of_packages(place: Place, found: Iterable[transfer.Package]) -> Iterator[WorkItem]:
    """Packages that were begun and never published."""
    for one in found:
        if one.edition == 0:
            detail = f"Не хватает: {', '.join(one.missing)}" if one.missing else "Всё на месте, можно издать"
            yield place.item("package_to_publish", f"Издать пакет {quoted(one.title)}", one).saying(detail)


def of_contests(place: Place, found: Iterable[expertise.ContestEntry]) -> Iterator[WorkItem]:
    """Entries whose result is known by now to everybody but the platform."""
    for one in found:
        title = f"Внести результат конкурса {quoted(one.contest.name)}"
        yield place.item("contest_result", title, one, since=one.filed_on, due=one.result_due).saying(one.project_title)


def of_reviews(place: Place, found: Iterable[expertise.Review], titles: dict[str, str]) -> Iterator[WorkItem]:
    """Reviews that an expert was asked for; `titles` of the applications, as far as known."""
    for one in found:
        about = titles.get(one.application_id)
        title = f"Написать рецензию на заявку {quoted(about)}" if about else "Написать рецензию на заявку"
        yield place.item("review_to_write", title, one, since=one.assigned_on)


def of_sessions(place: Place, found: Iterable[expertise.Session]) -> Iterator[WorkItem]:
    """What a council's member has to do: come, vote; its chair: approve the protocol."""
    for one in found:
        agenda = "; ".join(item.title for item in one.items) or None
        if one.state == "scheduled":
            title = f"Участвовать в заседании {quoted(one.title)}"
            yield place.item("session_to_attend", title, one, due=one.held_on).saying(agenda)
        elif one.state == "open":
            title = f"Голосовать на заседании {quoted(one.title)}"
            yield place.item("session_to_vote", title, one, since=one.held_on).saying(agenda)
        elif one.state == "closed" and one.chair_id == place.person_id:
            title = f"Утвердить протокол заседания {quoted(one.title)}"
            yield place.item("protocol_to_approve", title, one, since=one.held_on)


def of_secretary(place: Place, found: Iterable[expertise.Session]) -> Iterator[WorkItem]:
    """What the council's secretary has to run and to close."""
    for one in found:
        if one.state == "scheduled":
            title = f"Провести заседание {quoted(one.title)}"
            yield place.item("session_to_run", title, one, due=one.held_on)
        elif one.state == "open":
            title = f"Закрыть заседание {quoted(one.title)}"
            yield place.item("session_to_close", title, one, since=one.held_on)


def of_opinions(place: Place, found: Iterable[expertise.OpinionAsked]) -> Iterator[WorkItem]:
    """Applications that wait for their scientific supervisor's opinion."""
    for one in found:
        if one.opinion is None:
            title = f"Подписать заключение на заявку {quoted(one.title)}"
            yield place.item("opinion_to_sign", title, one, since=one.state_since)


def of_submitted(place: Place, found: Iterable[expertise.ApplicationBrief]) -> Iterator[WorkItem]:
    """Applications that the methodical centre has to admit or to return."""
    for one in found:
        title = f"Допустить или вернуть заявку {quoted(one.title)}"
        yield place.item("application_to_admit", title, one, since=one.state_since)


def of_proposed(place: Place, found: Iterable[expertise.Direction]) -> Iterator[WorkItem]:
    """Directions that wait for the ministry."""
    for one in found:
        title = f"Согласовать направление {quoted(one.title)}"
        yield place.item("direction_to_agree", title, one, since=one.editions[-1].put_on)


def of_returned_directions(place: Place, found: Iterable[expertise.Direction]) -> Iterator[WorkItem]:
    """Directions that the ministry has returned to the methodical centre."""
    for one in found:
        edition = one.editions[-1]
        title = f"Доработать направление {quoted(one.title)}"
        yield place.item("direction_returned", title, one, since=edition.answered_on).saying(edition.remark)


def of_agreed_reports(place: Place, found: Iterable[reporting.ReportBrief]) -> Iterator[WorkItem]:
    """Reports that wait for the ministry's approval."""
    for one in found:
        title = f"Утвердить отчёт за {one.year} год: {one.institution_name}"
        yield place.item("report_to_approve", title, one, since=one.agreement.stamped_on if one.agreement else None)
