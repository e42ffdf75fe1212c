"""A session of the council: quorum, recusals, votes, verdicts, protocol (A18, A25, F2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chassis.policy import Allow
from contracts.expertise import (
    ProtocolApprovedV1,
    SessionClosedV1,
    SessionOpenedV1,
    SessionScheduledV1,
    VerdictOutcome,
)
from expertise.councils.domain import Council, Majority, Member, Share, in_term, quorum_size
from expertise.dates import in_order
from expertise.sessions.agenda import Item, Recusal, no_subject_twice
from expertise.sessions.errors import (
    ItemDecided,
    ItemQuorumMissing,
    ItemUnknown,
    NotMembers,
    QuorumMissing,
    RemarksWithoutTerm,
    SessionStateForbids,
)
from expertise.sessions.protocol import Protocol
from expertise.sessions.voting import Votes, everybody_voted, outcome_of

SessionState = Literal["scheduled", "open", "closed", "approved"]
STATE_NAMES = {
    "scheduled": "назначено", "open": "идёт", "closed": "закрыто", "approved": "протокол утверждён",
}  # fmt: skip
MAY_RUN = Allow(roles=frozenset({"secretary"}))
MAY_APPROVE = Allow(person_fields=("chair_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session with the composition and the rules of its council, as they are when it opens."""

    id: str
    version: int = 0
    council_id: str
    title: str
    held_on: date
    chair_id: str
    members: tuple[Member, ...]
    quorum: Share
    majority: Majority
    items: tuple[Item, ...]
    present_ids: tuple[str, ...] = ()
    state: SessionState = "scheduled"
    protocol: Protocol | None = None

    @property
    def member_ids(self) -> frozenset[str]:
        """The members of the council."""
        return frozenset(member.person_id for member in self.members)

    @property
    def needed(self) -> int:
        """How many members make a quorum."""
        return quorum_size(len(self.members), self.quorum)

    def item(self, number: int) -> Item:
        """Return an item of the agenda. Raises: ItemUnknown."""
        found = next((item for item in self.items if item.number == number), None)
        if found is None:
            raise ItemUnknown(number=number)
        return found

    def entitled(self, item: Item) -> frozenset[str]:
        """Return who may vote on an item: the present who are not recused."""
        return frozenset(self.present_ids) - {recusal.person_id for recusal in item.recusals}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the council adds to its votes: remarks, and the day by which they are answered."""

    remarks: tuple[str, ...] = ()
    due_on: date | None = None


def schedule(session: Session, council: Council) -> tuple[Session, SessionScheduledV1]:
    """Set or change date and agenda of a session that is not open yet.

    Raises: SessionStateForbids, TermOver, AlreadyOnAgenda.
    """
    _in_state(session, "scheduled")
    in_term(council, session.held_on)
    no_subject_twice(session.items)
    fact = SessionScheduledV1(
        session_id=session.id, title=session.title, held_on=session.held_on, items=len(session.items)
    )
    return _of(session, council), fact


def replan(session: Session, *, title: str, held_on: date, items: Sequence[Item]) -> Session:
    """Change what is planned: recusals stay with their subjects, presence is of the day it was recorded for."""
    recusals = {item.subject_id: item.recusals for item in session.items}
    kept = tuple(replace(item, recusals=recusals.get(item.subject_id, ())) for item in items)
    present_ids = session.present_ids if held_on == session.held_on else ()
    return replace(session, title=title, held_on=held_on, items=kept, present_ids=present_ids)


def register(session: Session, present_ids: Collection[str]) -> Session:
    """Record who is present, also when somebody comes or leaves. Raises: SessionStateForbids, NotMembers."""
    _in_state(session, "scheduled", "open")
    _members(session, present_ids)
    return replace(session, present_ids=tuple(sorted(set(present_ids))))


def open_session(
    session: Session, council: Council, conflicts: Mapping[int, Sequence[Recusal]]
) -> tuple[Session, SessionOpenedV1]:
    """Open a session with a quorum; members with an interest are recused from the items concerned.

    Raises: SessionStateForbids, NotMembers, QuorumMissing.
    """
    _in_state(session, "scheduled")
    current = _of(session, council)
    _members(current, current.present_ids)
    present = len(current.present_ids)
    if present < current.needed:
        raise QuorumMissing(present=present, members=len(current.members), needed=current.needed)
    items = tuple(_recused(item, conflicts.get(item.number, ())) for item in current.items)
    fact = SessionOpenedV1(
        session_id=session.id, held_on=session.held_on, members=len(current.members), present=present
    )
    return replace(current, items=items, state="open"), fact


def recuse(session: Session, number: int, recusal: Recusal) -> Session:
    """Keep a member from deciding on an item. Raises: SessionStateForbids, ItemUnknown, ItemDecided, NotMembers."""
    _in_state(session, "scheduled", "open")
    _members(session, [recusal.person_id])
    return _with(session, _recused(_pending(session, number), [recusal]))


def decide(session: Session, number: int, votes: Votes, resolution: Resolution) -> tuple[Session, Item, VerdictOutcome]:
    """Decide on an item of an open session; other items do not wait for one without a quorum (F2).

    Raises: SessionStateForbids, ItemUnknown, ItemDecided, ItemQuorumMissing, VotesMismatch, RemarksWithoutTerm.
    """
    _in_state(session, "open")
    item = _pending(session, number)
    entitled = len(session.entitled(item))
    if entitled < session.needed:
        raise ItemQuorumMissing(number=number, entitled=entitled, needed=session.needed)
    everybody_voted(votes, entitled)
    outcome = outcome_of(votes, entitled, session.majority, with_remarks=bool(resolution.remarks))
    due_on = resolution.due_on if outcome == "supported_with_remarks" else None
    if outcome == "supported_with_remarks" and (due_on is None or due_on <= session.held_on):
        raise RemarksWithoutTerm(held_on=session.held_on)
    decided = replace(
        item, state="decided", votes=votes, outcome=outcome, remarks=resolution.remarks, remarks_due_on=due_on
    )
    return _with(session, decided), decided, outcome


def close(session: Session) -> tuple[Session, SessionClosedV1]:
    """End a session; what was not decided is postponed and may be heard at another. Raises: SessionStateForbids."""
    _in_state(session, "open")
    items = tuple(replace(item, state="postponed") if item.state == "pending" else item for item in session.items)
    fact = SessionClosedV1(session_id=session.id, held_on=session.held_on)
    return replace(session, items=items, state="closed"), fact


def approve(session: Session, protocol: Protocol) -> tuple[Session, ProtocolApprovedV1]:
    """Approve the protocol of a closed session: from now on nothing of it changes.

    Raises: SessionStateForbids, DatesOutOfOrder.
    """
    _in_state(session, "closed")
    in_order(session.held_on, protocol.approved_on)
    fact = ProtocolApprovedV1(session_id=session.id, number=protocol.number, approved_on=protocol.approved_on)
    return replace(session, protocol=protocol, state="approved"), fact


def _of(session: Session, council: Council) -> Session:
    return replace(
        session,
        chair_id=council.chair_id,
        members=council.members,
        quorum=council.quorum,
        majority=council.majority,
    )


def _in_state(session: Session, *states: SessionState) -> None:
    if session.state not in states:
        raise SessionStateForbids(state=session.state, state_name=STATE_NAMES[session.state])


def _members(session: Session, person_ids: Collection[str]) -> None:
    strangers = sorted(set(person_ids) - session.member_ids)
    if strangers:
        raise NotMembers(person_ids=", ".join(strangers))


def _pending(session: Session, number: int) -> Item:
    item = session.item(number)
    if item.state != "pending":
        raise ItemDecided(number=number)
    return item


def _recused(item: Item, recusals: Sequence[Recusal]) -> Item:
    known = {recusal.person_id for recusal in item.recusals}
    return replace(item, recusals=(*item.recusals, *(new for new in recusals if new.person_id not in known)))


def _with(session: Session, changed: Item) -> Session:
    return replace(session, items=tuple(changed if item.number == changed.number else item for item in session.items))
