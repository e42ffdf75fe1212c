"""The minutes of a session: numbered decisions and a text that follow from what was recorded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.expertise import VerdictOutcome
from expertise.councils.domain import Member
from expertise.sessions.agenda import Item
from expertise.sessions.domain import Session
from expertise.sessions.protocol import Protocol

OUTCOMES: dict[VerdictOutcome, str] = {
    "supported": "поддержать",
    "supported_with_remarks": "поддержать с замечаниями",
    "not_supported": "не поддерживать",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A numbered decision of the protocol."""

    number: int
    item: int
    title: str
    outcome: VerdictOutcome
    votes_for: int
    votes_against: int
    abstained: int
    remarks: tuple[str, ...]
    remarks_due_on: date | None


def decisions(items: Sequence[Item]) -> list[Decision]:
    """Return the decisions, numbered in the order of the agenda."""
    decided = [(item, item.outcome, item.votes) for item in items]
    found = [(item, outcome, votes) for item, outcome, votes in decided if outcome is not None and votes is not None]
    return [
        Decision(
            number=number,
            item=item.number,
            title=item.title,
            outcome=outcome,
            votes_for=votes.votes_for,
            votes_against=votes.votes_against,
            abstained=votes.abstained,
            remarks=item.remarks,
            remarks_due_on=item.remarks_due_on,
        )
        for number, (item, outcome, votes) in enumerate(found, start=1)
    ]


def text_of(session: Session) -> str:
    """Return the protocol as people read it, in Russian."""
    present = set(session.present_ids)
    names = [member.name for member in session.members if member.person_id in present]
    lines = [
        f"{session.title}. {_day(session.held_on)}",
        f"Присутствовали {len(names)} из {len(session.members)}: {', '.join(names)}.",
    ]
    for item in session.items:
        lines.append(f"{item.number}. Слушали: {item.title}.")
        for recusal in item.recusals:
            lines.append(f"Самоотвод: {_name(session.members, recusal.person_id)} — {recusal.reason}.")
        if item.state == "postponed":
            lines.append("Вопрос перенесён на другое заседание.")
    for decision in decisions(session.items):
        lines.append(
            f"Решение {decision.number}. По вопросу {decision.item} — {OUTCOMES[decision.outcome]}. "
            f"За {decision.votes_for}, против {decision.votes_against}, воздержались {decision.abstained}."
        )
        lines += [f"Замечание: {remark}" for remark in decision.remarks]
        if decision.remarks_due_on:
            lines.append(f"Срок устранения замечаний: {_day(decision.remarks_due_on)}.")
    return "\n".join(lines)


def approved(session: Session, *, number: str, by: str, on: date) -> Protocol:
    """Return the protocol of a session as approved."""
    text = text_of(session)
    content_hash = hashlib.sha256(text.encode()).hexdigest()
    return Protocol(number=number, text=text, content_hash=content_hash, approved_by=by, approved_on=on)


def _name(members: Sequence[Member], person_id: str) -> str:
    return next((member.name for member in members if member.person_id == person_id), person_id)


def _day(day: date) -> str:
    return day.strftime("%d.%m.%Y")
