"""What clients see of sessions. Defence is open: so are agenda, votes and protocol, to everyone signed in."""

from datetime import date

from pydantic import BaseModel, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.councils.domain import Majority, Member, Share
from expertise.sessions.agenda import Item
from expertise.sessions.domain import SessionState
from expertise.sessions.minutes import Decision, decisions, text_of
from expertise.sessions.store import SESSIONS


class SessionView(View):
    """Заседание экспертного совета."""

    council_id: str
    title: str
    held_on: date
    chair_id: str
    members: tuple[Member, ...]
    quorum: Share
    majority: Majority
    needed: int = Field(description="Сколько членов составляют кворум")
    items: tuple[Item, ...]
    present_ids: tuple[str, ...]
    state: SessionState


class SessionSearch(PageRequest):
    """Какие заседания показать."""

    council_id: str | None = Field(default=None, max_length=64)
    state: SessionState | None = None
    held_from: date | None = None
    held_to: date | None = None
    subject_id: str | None = Field(default=None, max_length=64, description="Заседания с этим вопросом в повестке")


class ProtocolView(BaseModel):
    """Протокол заседания."""

    session_id: str
    approved: bool
    number: str | None
    approved_by: str | None
    approved_on: date | None
    content_hash: str | None = Field(description="SHA-256 текста; null, пока протокол не утверждён")
    decisions: list[Decision]
    text: str


async def session(reads: Reads, session_id: str) -> SessionView:
    """Return one session. Raises: SessionUnknown."""
    return SessionView.model_validate(await SESSIONS.get(reads, session_id))


async def sessions(reads: Reads, search: SessionSearch) -> Page[SessionView]:
    """Return sessions in the order of scheduling."""
    where = search.model_dump(include={"council_id", "state"}, exclude_none=True)
    if search.subject_id:
        where["items.subject_id"] = search.subject_id
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
        decisions=decisions(found.items),
        text=locked.text if locked else text_of(found),
    )
