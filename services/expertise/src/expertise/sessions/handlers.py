"""Use cases of sessions."""

from typing import NamedTuple

from chassis.work import Change, Work
from contracts.expertise import VerdictOutcome
from expertise.applications import domain as applications
from expertise.applications.store import APPLICATIONS
from expertise.councils.store import COUNCILS
from expertise.dates import has_happened
from expertise.hands import hand_of
from expertise.projects import domain as projects
from expertise.projects.store import PROJECTS
from expertise.sessions import domain
from expertise.sessions.agenda import Item, Recusal
from expertise.sessions.commands import (
    ApproveProtocol,
    CloseSession,
    DecideItem,
    OpenSession,
    RecuseMember,
    RegisterPresence,
    RescheduleSession,
    ScheduleSession,
)
from expertise.sessions.domain import MAY_APPROVE, MAY_RUN, Session
from expertise.sessions.minutes import approved
from expertise.sessions.preparation import interests, items_of
from expertise.sessions.store import SESSIONS
from expertise.sessions.voting import Votes, count
from expertise.verdicts import domain as verdicts
from expertise.verdicts.domain import Verdict
from expertise.verdicts.store import VERDICTS


async def schedule_session(command: ScheduleSession, work: Work) -> Session:
    """Schedule a session with its agenda.

    Raises: NotPermitted, CouncilUnknown, TermOver and what `items_of` refuses. Emits: expertise.session.scheduled.v1.
    """
    MAY_RUN.require(work.caller, {})
    council = await COUNCILS.get(work, command.council_id)
    session_id = work.new_id()
    session = Session(
        id=session_id, council_id=council.id, title=command.title, held_on=command.held_on, chair_id=council.chair_id,
        members=council.members, quorum=council.quorum, majority=council.majority,
        items=await items_of(work, command, session_id=session_id),
    )  # fmt: skip
    scheduled, fact = domain.schedule(session, council)
    return await SESSIONS.save(work, scheduled, fact)


async def reschedule_session(change: Change[RescheduleSession], work: Work) -> Session:
    """Change date and agenda of a session that is not open yet.

    Raises: NotPermitted, SessionUnknown, StaleVersion, SessionStateForbids, TermOver and what `items_of` refuses.
    Emits: expertise.session.scheduled.v1.
    """
    MAY_RUN.require(work.caller, {})
    session, command = await SESSIONS.load(work, change), change.command
    council = await COUNCILS.get(work, session.council_id)
    items = await items_of(work, command, session_id=session.id)
    changed = domain.replan(session, title=command.title, held_on=command.held_on, items=items)
    scheduled, fact = domain.schedule(changed, council)
    return await SESSIONS.save(work, scheduled, fact)


async def register_presence(change: Change[RegisterPresence], work: Work) -> Session:
    """Record who is present. Raises: NotPermitted, SessionUnknown, SessionStateForbids, NotMembers."""
    MAY_RUN.require(work.caller, {})
    session = await SESSIONS.load(work, change)
    return await SESSIONS.save(work, domain.register(session, change.command.present_ids))


async def open_session(change: Change[OpenSession], work: Work) -> Session:
    """Open a session; members with an interest are recused from the items concerned.

    Raises: NotPermitted, SessionUnknown, SessionStateForbids, QuorumMissing, NotMembers, DateInFuture.
    Emits: expertise.session.opened.v1.
    """
    MAY_RUN.require(work.caller, {})
    session = await SESSIONS.load(work, change)
    has_happened(session.held_on, work.today)
    council = await COUNCILS.get(work, session.council_id)
    member_ids = frozenset(member.person_id for member in council.members)
    opened, fact = domain.open_session(session, council, await interests(work, session, member_ids))
    return await SESSIONS.save(work, opened, fact)


async def recuse_member(change: Change[RecuseMember], work: Work) -> Session:
    """Keep a member from deciding on an item: by the secretary, or by the member's own declaration.

    Raises: NotPermitted, SessionUnknown, SessionStateForbids, ItemUnknown, ItemDecided, NotMembers.
    """
    session, command = await SESSIONS.load(work, change), change.command
    if command.person_id != work.caller.subject:
        MAY_RUN.require(work.caller, {})
    recusal = Recusal(person_id=command.person_id, reason=command.reason)
    return await SESSIONS.save(work, domain.recuse(session, command.item, recusal))


async def decide_item(change: Change[DecideItem], work: Work) -> Session:
    """Record the votes on an item and its verdict; a supported application becomes a project.

    Raises: NotPermitted, SessionUnknown, SessionStateForbids, ItemUnknown, ItemDecided, ItemQuorumMissing,
    VotesMismatch, BallotsInvalid, RemarksWithoutTerm, ApplicationStateForbids.
    Emits: expertise.verdict.issued.v1 and, for a supported application, expertise.project.started.v1. A report on a
    project is minuted without a fact: it decides on no application.
    """
    MAY_RUN.require(work.caller, {})
    session, command = await SESSIONS.load(work, change), change.command
    votes = _votes(session, command)
    decided, item, outcome = domain.decide(session, command.item, votes, command.resolution)
    await _issue(work, decided, item, _Result(outcome, votes))
    if item.subject_kind == "project":
        await _apply(work, decided, item, outcome)
    return await SESSIONS.save(work, decided)


async def close_session(change: Change[CloseSession], work: Work) -> Session:
    """End a session. Raises: NotPermitted, SessionUnknown, SessionStateForbids. Emits: expertise.session.closed.v1."""
    MAY_RUN.require(work.caller, {})
    closed, fact = domain.close(await SESSIONS.load(work, change))
    return await SESSIONS.save(work, closed, fact)


async def approve_protocol(change: Change[ApproveProtocol], work: Work) -> Session:
    """Approve the protocol as the chair.

    Raises: SessionUnknown, NotPermitted, SessionStateForbids, DatesOutOfOrder, DateInFuture.
    Emits: expertise.protocol.approved.v1.
    """
    session, command = await SESSIONS.load(work, change), change.command
    MAY_APPROVE.require(work.caller, session)
    has_happened(command.approved_on, work.today)
    protocol = approved(session, number=command.number, by=work.caller.subject, on=command.approved_on)
    locked, fact = domain.approve(session, protocol)
    return await SESSIONS.save(work, locked, fact)


def _votes(session: Session, command: DecideItem) -> Votes:
    if command.tally is not None:
        return command.tally.votes
    return count(command.names, session.entitled(session.item(command.item)))


class _Result(NamedTuple):
    outcome: VerdictOutcome
    votes: Votes


async def _issue(work: Work, session: Session, item: Item, result: _Result) -> None:
    verdict = Verdict(
        id=work.new_id(), session_id=session.id, subject_kind=item.subject_kind, subject_id=item.subject_id,
        nomination_id=item.nomination_id, institution_id=item.institution_id, title=item.title, purpose=item.purpose,
        hearing=item.hearing, outcome=result.outcome, remarks=item.remarks, remarks_due_on=item.remarks_due_on,
        votes_for=result.votes.votes_for, votes_against=result.votes.votes_against, abstained=result.votes.abstained,
        decided_on=session.held_on,
    )  # fmt: skip
    issued, fact = verdicts.issue(verdict)
    await VERDICTS.save(work, issued, *([fact] if item.purpose == "defence" else []))


async def _apply(work: Work, session: Session, item: Item, outcome: VerdictOutcome) -> None:
    application, hand = await APPLICATIONS.get(work, item.subject_id), hand_of(work)
    if item.purpose == "report":
        heard = applications.hear_report(application, outcome, on=session.held_on, hand=hand)
        await APPLICATIONS.save(work, heard)
        return
    decided = applications.decide(application, outcome, on=session.held_on, hand=hand)
    await APPLICATIONS.save(work, decided)
    if outcome == "supported":
        project, fact = projects.start(work.new_id(), decided, on=session.held_on)
        await PROJECTS.save(work, project, fact)
