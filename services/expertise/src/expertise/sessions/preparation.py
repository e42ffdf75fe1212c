"""What a session needs to know before it is scheduled or opened: subjects ready to be heard, members' interests."""

from datetime import date

from chassis.work import Work
from expertise.applications.domain import put_on_agenda
from expertise.applications.store import APPLICATIONS
from expertise.calls.store import CALLS
from expertise.conflicts.domain import Matter, conflicts_of, in_words, matter_of
from expertise.conflicts.store import ties_of
from expertise.hands import hand_of
from expertise.references.store import claim_nomination, latest_nomination
from expertise.reviews.evaluation import evaluate
from expertise.reviews.store import REVIEWS
from expertise.sessions import agenda
from expertise.sessions.agenda import Item, Recusal
from expertise.sessions.commands import AgendaItemFields, RescheduleSession
from expertise.sessions.domain import Session
from expertise.sessions.errors import AlreadyOnAgenda, NotNominated
from expertise.sessions.store import SESSIONS
from expertise.verdicts.domain import Verdict
from expertise.verdicts.store import VERDICTS


async def items_of(work: Work, command: RescheduleSession, *, session_id: str) -> tuple[Item, ...]:
    """Return an agenda of subjects that may be heard on the day.

    Raises: ApplicationUnknown, ApplicationStateForbids, OpinionMissing, ReviewsMissing, NotNominated, AlreadyHeard,
    AlreadyOnAgenda, DatesOutOfOrder.
    """
    items = []
    for number, asked in enumerate(command.items, start=1):
        earlier = await VERDICTS.find(work, {"subject_id": asked.subject_id})
        item = await _item(work, number, asked, earlier, command.held_on)
        agenda.later_than_before(item, earlier, command.held_on)
        await _on_no_other_agenda(work, item, session_id)
        await _claim(work, item, command.held_on)
        items.append(item)
    return tuple(items)


async def interests(work: Work, session: Session, member_ids: frozenset[str]) -> dict[int, list[Recusal]]:
    """Return by item the members who have an interest in it on the day of the session."""
    matters = {item.number: await _matter(work, item) for item in session.items}
    ties = await ties_of(work.db, member_ids, matters.values())
    found: dict[int, list[Recusal]] = {}
    for number, matter in matters.items():
        for person_id in sorted(member_ids):
            kinds = conflicts_of(person_id, matter, ties, on=session.held_on)
            if kinds:
                found.setdefault(number, []).append(Recusal(person_id=person_id, reason=in_words(kinds).ru))
    return found


async def _item(work: Work, number: int, asked: AgendaItemFields, earlier: list[Verdict], held_on: date) -> Item:
    if asked.subject_kind == "practice":
        nomination = await latest_nomination(work.db, asked.subject_id)
        if nomination is None:
            raise NotNominated(practice_id=asked.subject_id)
        agenda.after_nomination(nomination, held_on)
        return agenda.hear_practice(number, nomination, earlier)
    application = await APPLICATIONS.get(work, asked.subject_id)
    if asked.purpose == "report":
        return agenda.hear_report(number, application, earlier)
    call = await CALLS.get(work, application.call_id)
    evaluation = evaluate(await REVIEWS.find(work, {"application_id": application.id}), call)
    return agenda.hear_project(number, application, evaluation, call.reviews_required, earlier)


async def _matter(work: Work, item: Item) -> Matter:
    if item.subject_kind == "practice":
        return Matter(institution_id=item.institution_id)
    return matter_of(await APPLICATIONS.get(work, item.subject_id))


async def _claim(work: Work, item: Item, held_on: date) -> None:
    # Two sessions scheduled at once must not take one subject: both write to it, so one of them is tried again.
    if item.nomination_id:
        await claim_nomination(work.db, item.nomination_id)
        return
    application = await APPLICATIONS.get(work, item.subject_id)
    agenda.after_admission(application, held_on)
    await APPLICATIONS.save(work, put_on_agenda(application, held_on, hand=hand_of(work)))


async def _on_no_other_agenda(work: Work, item: Item, session_id: str) -> None:
    where = {"items.subject_id": item.subject_id, "state": {"$in": ["scheduled", "open"]}}
    others = [session for session in await SESSIONS.find(work, where) if session.id != session_id]
    waiting = {other.subject_id for session in others for other in session.items if other.state == "pending"}
    if item.subject_id in waiting:
        raise AlreadyOnAgenda(subject=item.title)
