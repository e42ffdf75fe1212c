"""What clients see of sessions. Defence is open: so are agenda, votes and protocol, to everyone signed in."""

from datetime import date

from pydantic import BaseModel, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.expertise import SubjectKind, VerdictOutcome
from expertise.councils.queries import MajorityView, MemberView, ShareView
from expertise.fields import IdFilter
from expertise.sessions.agenda import ItemState
from expertise.sessions.domain import SessionState
from expertise.sessions.minutes import decisions, text_of
from expertise.sessions.store import SESSIONS
from expertise.sessions.voting import Choice
from expertise.shown import Shown
from expertise.verdicts.domain import Purpose


class BallotView(Shown):
    """Голос члена совета."""

    person_id: str
    choice: Choice


class VotesView(Shown):
    """Подсчитанные голоса."""

    votes_for: int
    votes_against: int
    abstained: int
    ballots: tuple[BallotView, ...]


class RecusalView(Shown):
    """Самоотвод и его причина."""

    person_id: str
    reason: str


class ItemView(Shown):
    """Вопрос повестки."""

    number: int
    subject_kind: SubjectKind
    subject_id: str
    institution_id: str
    title: str
    purpose: Purpose
    hearing: int
    recusals: tuple[RecusalView, ...]
    state: ItemState
    votes: VotesView | None
    outcome: VerdictOutcome | None
    remarks: tuple[str, ...]
    remarks_due_on: date | None


class DecisionView(Shown):
    """Пронумерованное решение протокола."""

    number: int
    item: int
    title: str
    outcome: VerdictOutcome
    votes_for: int
    votes_against: int
    abstained: int
    remarks: tuple[str, ...]
    remarks_due_on: date | None


class SessionView(View):
    """Заседание экспертного совета."""

    council_id: str
    title: str
    held_on: date
    chair_id: str
    members: tuple[MemberView, ...]
    quorum: ShareView
    majority: MajorityView
    needed: int = Field(description="Сколько членов составляют кворум")
    items: tuple[ItemView, ...]
    present_ids: tuple[str, ...]
    state: SessionState


class SessionSearch(PageRequest):
    """Какие заседания показать."""

    council_id: IdFilter = None
    state: SessionState | None = None
    held_from: date | None = None
    held_to: date | None = None
    subject_id: IdFilter = Field(default=None, description="Заседания с этим вопросом в повестке")
    member_id: IdFilter = Field(default=None, description="Заседания, где человек — член совета")


class ProtocolView(BaseModel):
    """Протокол заседания."""

    session_id: str
    approved: bool
    number: str | None
    approved_by: str | None
    approved_on: date | None
    content_hash: str | None = Field(description="SHA-256 текста; null, пока протокол не утверждён")
    decisions: list[DecisionView]
    text: str


async def session(reads: Reads, session_id: str) -> SessionView:
    """Return one session. Raises: SessionUnknown."""
    return SessionView.model_validate(await SESSIONS.get(reads, session_id))


async def sessions(reads: Reads, search: SessionSearch) -> Page[SessionView]:
    """Return sessions in the order of scheduling."""
    where = search.model_dump(include={"council_id", "state"}, exclude_none=True)
    if search.subject_id:
        where["items.subject_id"] = search.subject_id
    if search.member_id:
        where["members.person_id"] = search.member_id
    days = {"$gte": search.held_from, "$lte": search.held_to}
    if bounds := {name: day.isoformat() for name, day in days.items() if day}:
        where["held_on"] = bounds
    return await page(
        reads.db[SESSIONS.collection], where, search, lambda found: SessionView.model_validate(SESSIONS.read(found))
    )


async def protocol(reads: Reads, session_id: str) -> ProtocolView:
    """Return the protocol: as approved, or as it would read now. Raises: SessionUnknown."""
    found = await SESSIONS.get(reads, session_id)
    locked = found.protocol
    return ProtocolView(
        session_id=session_id,
        approved=locked is not None,
        number=locked.number if locked else None,
        approved_by=locked.approved_by if locked else None,
        approved_on=locked.approved_on if locked else None,
        content_hash=locked.content_hash if locked else None,
        decisions=[DecisionView.model_validate(item) for item in decisions(found.items)],
        text=locked.text if locked else text_of(found),
    )
