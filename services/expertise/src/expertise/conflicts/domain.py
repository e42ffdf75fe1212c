"""Conflict of interest: who may not judge a matter, and why (A43)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.errors import Words
from expertise.applications.domain import Application
from expertise.references.domain import Consultation, Membership, membership_in_force

ConflictKind = Literal["same_institution", "team_member", "team_supervisor", "direction_supervisor", "consultant"]
REASONS: dict[ConflictKind, Words] = {
    "same_institution": Words("работает в учреждении-заявителе", "works for the applicant"),
    "team_member": Words("входит в творческий коллектив проекта", "is a member of the creative team"),
    "team_supervisor": Words("руководит творческим коллективом проекта", "supervises the creative team"),
    "direction_supervisor": Words("научный руководитель направления", "supervises the direction"),
    "consultant": Words("консультировал проект", "consulted the project"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is judged, as far as interests go; a practice has an owner only."""

    institution_id: str
    application_id: str | None = None
    team_member_ids: frozenset[str] = frozenset()
    team_supervisor_id: str | None = None
    direction_supervisor_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What the registry and technology transfer say of people: workplaces and advice given."""

    memberships: tuple[Membership, ...] = ()
    consultations: tuple[Consultation, ...] = ()


def matter_of(application: Application) -> Matter:
    """Return an application as a matter to judge; the lead counts as a member of the team."""
    lead = [application.team.lead_id] if application.team.lead_id else []
    return Matter(
        institution_id=application.institution_id,
        application_id=application.id,
        team_member_ids=frozenset([*application.team.member_ids, *lead]),
        team_supervisor_id=application.team.supervisor_id,
        direction_supervisor_id=application.scientific_supervisor_id,
    )


def conflicts_of(person_id: str, matter: Matter, ties: Ties, *, on: date) -> tuple[ConflictKind, ...]:
    """Return every reason why a person may not judge a matter on a day; advice counts whenever it was given."""
    found: dict[ConflictKind, bool] = {
        "same_institution": any(
            membership.person_id == person_id
            and membership.institution_id == matter.institution_id
            and membership_in_force(membership, on)
            for membership in ties.memberships
        ),
        "team_member": person_id in matter.team_member_ids,
        "team_supervisor": person_id == matter.team_supervisor_id,
        "direction_supervisor": person_id == matter.direction_supervisor_id,
        "consultant": any(
            consultation.consultant_id == person_id and consultation.application_id == matter.application_id
            for consultation in ties.consultations
            if consultation.application_id is not None
        ),
    }
    return tuple(kind for kind, holds in found.items() if holds)


def in_words(kinds: Iterable[ConflictKind]) -> Words:
    """Return the reasons as one phrase in both languages."""
    reasons = [REASONS[kind] for kind in kinds]
    return Words("; ".join(reason.ru for reason in reasons), "; ".join(reason.en for reason in reasons))
