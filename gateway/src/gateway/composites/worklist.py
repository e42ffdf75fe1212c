"""What waits for a person now: what to ask of the services by roles and memberships, and how it comes together."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from chassis.identity import Caller
from gateway.composites import waiting
from gateway.composites.parts import Found, Part, ReaderOfParts, lacking, worst
from gateway.composites.rows import expertise, registry, reporting, transfer
from gateway.composites.rows.linked import Linked
from gateway.composites.waiting import SOON, Place, WorkItem

INSTITUTIONS_AT_ONCE = 3
PAGE = 50
ITEMS = 200
_STAFF = frozenset({"head", "specialist"})


class WorkPart(Part):
    """Откуда взяты дела."""

    more: list[str] = Field(default=[], description="Списки, прочитанные не до конца: где читать дальше")


class Worklist(BaseModel):
    """Что ждёт вас сейчас, по срокам."""

    today: date
    partial: bool = Field(description="true, если какой-то сервис не ответил: дел может быть больше")
    items: list[WorkItem] = Field(description="Сначала со сроком, по сроку; потом по тому, сколько ждут")
    parts: dict[str, WorkPart]
    institutions: list[str] = Field(description="Учреждения, дела которых здесь собраны")
    institutions_left: list[str] = Field(
        description="Остальные ваши учреждения: спросите о каждом, указав institution_id", examples=[[]]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One list to ask for."""

    row: type[Linked]
    query: dict[str, object]


Lists = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Lists that are asked for, and what they say is to be done."""

    part: str
    questions: tuple[Question, ...]
    items: Callable[[Lists], Iterable[WorkItem]]


def sources(caller: Caller, today: date, institution_ids: Iterable[str]) -> list[Source]:
    """Return what to ask for somebody with these roles, about these institutions of theirs."""
    place = Place(person_id=caller.subject, today=today)
    found = [*_of_person(place, caller.roles)]
    for institution_id in institution_ids:
        heads = "head" in caller.memberships.get(institution_id, ())
        found += _of_institution(replace(place, institution_id=institution_id, heads=heads))
    return found


def own_institutions(caller: Caller, only: str | None) -> list[str]:
    """Return the institutions that the caller works for, or the one asked for if it is among them."""
    staffed = sorted(held for held, roles in caller.memberships.items() if roles & _STAFF)
    return [held for held in staffed if only in (None, held)]


async def worklist(reader: ReaderOfParts, caller: Caller, today: date, only: str | None = None) -> Worklist:
    """Ask, and put together. `only` keeps to one institution."""
    own = own_institutions(caller, only)
    asked = sources(caller, today, own[:INSTITUTIONS_AT_ONCE])
    answers = await asyncio.gather(*(_answered(reader, source) for source in asked))
    parts: dict[str, WorkPart] = {}
    items: dict[tuple[str, str, str], WorkItem] = {}
    for source, found in zip(asked, answers, strict=True):
        before = parts.setdefault(source.part, WorkPart(status="ok"))
        before.status = worst(before.status, *(one.status for one in found))
        before.more += [one.more for one in found if one.more]
        for item in source.items([one.rows for one in found]):
            items[item.kind, item.resource, item.title] = item
    return Worklist(
        today=today,
        partial=lacking(parts.values()),
        items=sorted(items.values(), key=_order)[:ITEMS],
        parts=parts,
        institutions=own[:INSTITUTIONS_AT_ONCE],
        institutions_left=own[INSTITUTIONS_AT_ONCE:],
    )


async def _answered(reader: ReaderOfParts, source: Source) -> list[Found[Any]]:
    return await asyncio.gather(*(reader.page(one.row, limit=PAGE, **one.query) for one in source.questions))


def _order(item: WorkItem) -> tuple[date, date, str]:
    return item.due or date.max, item.since or date.max, item.resource


def _ask(row: type[Linked], **query: object) -> Question:
    return Question(row=row, query=query)


def _of_person(place: Place, roles: frozenset[str]) -> Iterable[Source]:
    me = place.person_id
    yield _from_one_list(place, "sessions", waiting.of_sessions, _ask(expertise.Session, member_id=me, reverse="true"))
    if "expert" in roles:
        yield Source(
            part="reviews",
            questions=(
                _ask(expertise.Review, expert_id=me, state="assigned"),
                _ask(expertise.ApplicationBrief, expert_id=me, reverse="true"),
            ),
            items=lambda found: waiting.of_reviews(place, found[0], {one.id: one.title for one in found[1]}),
        )
    for role, make in _OF_ROLES.items():
        if role in roles:
            yield from make(place)
    if roles & {"official", "curator"}:
        yield _statuses(place)


def _of_supervisor(place: Place) -> Iterable[Source]:
    admitted = _ask(expertise.OpinionAsked, scientific_supervisor_id=place.person_id, state="admitted")
    yield _from_one_list(place, "opinions", waiting.of_opinions, admitted)


def _of_secretary(place: Place) -> Iterable[Source]:
    yield Source(
        part="council",
        questions=tuple(_ask(expertise.Session, state=state) for state in ("scheduled", "open")),
        items=lambda found: waiting.of_secretary(place, [*found[0], *found[1]]),
    )


def _of_official(place: Place) -> Iterable[Source]:
    yield _from_one_list(place, "directions", waiting.of_proposed, _ask(expertise.Direction, state="proposed"))
    yield _from_one_list(place, "reports", waiting.of_agreed_reports, _ask(reporting.ReportBrief, state="agreed"))


def _of_curator(place: Place) -> Iterable[Source]:
    returned = _ask(expertise.Direction, state="returned")
    yield _from_one_list(place, "directions", waiting.of_returned_directions, returned)
    submitted = _ask(expertise.ApplicationBrief, state="submitted")
    yield _from_one_list(place, "applications", waiting.of_submitted, submitted)


_OF_ROLES: dict[str, Callable[[Place], Iterable[Source]]] = {
    "supervisor": _of_supervisor,
    "secretary": _of_secretary,
    "official": _of_official,
    "curator": _of_curator,
}


def _statuses(place: Place) -> Source:
    query: dict[str, object] = {"ends_from": place.today, "ends_to": place.today + SOON}
    if place.institution_id:
        query["institution_id"] = place.institution_id
    return _from_one_list(place, "statuses", waiting.of_statuses, _ask(registry.StatusBrief, **query))


def _of_institution(place: Place) -> Iterable[Source]:
    own = {"institution_id": place.institution_id}
    latest: dict[str, object] = {**own, "reverse": "true"}
    yield Source(
        part="applications",
        questions=(
            _ask(expertise.ApplicationBrief, **latest),
            _ask(expertise.Verdict, **latest, outcome="supported_with_remarks"),
        ),
        items=lambda found: waiting.of_applications(place, found[0], {one.subject_id: one for one in found[1][::-1]}),
    )
    yield _statuses(place)
    yield from (
        _from_one_list(place, part, make, question)
        for part, make, question in (
            ("reports", waiting.of_reports, _ask(reporting.ReportBrief, **latest)),
            ("projects", waiting.of_projects, _ask(expertise.ProjectWhole, **latest)),
            ("contests", waiting.of_contests, _ask(
                expertise.ContestEntry, **own, outcome="pending", result_due_by=place.today,
            )),
            ("replications", waiting.of_site, _ask(
                transfer.ReplicationWhole, site_institution_id=place.institution_id, reverse="true",
            )),
            ("mentoring", waiting.of_mentor, _ask(
                transfer.ReplicationBrief, mentor_institution_id=place.institution_id, state="agreed",
            )),
            ("events", waiting.of_planned_events, _ask(transfer.EventBrief, **own, state="planned")),
            ("events", waiting.of_incomplete_events, _ask(transfer.EventBrief, **own, state="incomplete")),
            ("bank", waiting.of_candidates, _ask(transfer.BankEntryBrief, **own, state="candidate")),
            ("packages", waiting.of_packages, _ask(transfer.Package, **latest)),
        )
    )  # fmt: skip


def _from_one_list(
    place: Place, part: str, make: Callable[[Place, Any], Iterable[WorkItem]], question: Question
) -> Source:
    return Source(part=part, questions=(question,), items=lambda found: make(place, found[0]))
