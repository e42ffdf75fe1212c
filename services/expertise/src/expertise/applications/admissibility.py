"""What makes an application admissible: rules over the call, its direction and what the registry says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.registry import StatusKind
from expertise.applications.domain import Application, Team
from expertise.applications.errors import (
    KindNotEligible,
    NotEligible,
    SupervisorOutsideCentre,
    TeamEmpty,
    TeamUnsupervised,
)
from expertise.calls.domain import Call, Eligibility, is_open
from expertise.directions.domain import Direction, takes_applications
from expertise.references.domain import KIND_NAMES, STATUS_NAMES, Institution, Status, kinds_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The institution that applies, with its statuses and those of the team supervisor's workplaces."""

    institution: Institution
    statuses: Sequence[Status]
    supervisor_statuses: Sequence[Status] = ()


def may_apply(applicant: Applicant, rules: Eligibility, *, on: date) -> None:
    """Refuse an institution of a wrong kind or without a required status on the day (T11).

    Raises: KindNotEligible, NotEligible.
    """
    if rules.institution_kinds and applicant.institution.kind not in rules.institution_kinds:
        kinds = sorted(rules.institution_kinds)
        raise KindNotEligible(allowed=", ".join(kinds), allowed_ru=", ".join(KIND_NAMES[kind] for kind in kinds))
    if rules.status_kinds and not rules.status_kinds & kinds_in_force(applicant.statuses, on):
        raise NotEligible(on=on, lacking=", ".join(sorted(rules.status_kinds)), lacking_ru=_named(rules.status_kinds))


def team_is_supervised(team: Team) -> None:
    """Refuse a team without members, or without a supervisor who is not one of them (A51).

    Raises: TeamEmpty, TeamUnsupervised.
    """
    if not team.member_ids:
        raise TeamEmpty
    if team.supervisor_id is None or team.supervisor_id in team.member_ids:
        raise TeamUnsupervised


def supervisor_is_of_the_centre(team: Team, applicant: Applicant, rules: Eligibility, *, on: date) -> None:
    """Refuse a supervisor who works for no institution with the status that the call asks for.

    Raises: SupervisorOutsideCentre.
    """
    wanted = rules.team_supervisor_status_kinds
    if wanted and not wanted & kinds_in_force(applicant.supervisor_statuses, on):
        raise SupervisorOutsideCentre(
            supervisor_id=str(team.supervisor_id), on=on, kinds=", ".join(sorted(wanted)), kinds_ru=_named(wanted)
        )


def may_be_submitted(
    application: Application, call: Call, direction: Direction, applicant: Applicant, *, on: date
) -> None:
    """Refuse what the call, the direction or the registry do not allow on the day.

    The term of the call binds the first submission; a returned application is bound by the number of returns only.

    Raises: DirectionNotAgreed, CallClosed, KindNotEligible, NotEligible, TeamEmpty, TeamUnsupervised,
    SupervisorOutsideCentre.
    """
    takes_applications(direction)
    if application.submission == 0:
        is_open(call, on)
    may_apply(applicant, call.eligibility, on=on)
    team_is_supervised(application.team)
    supervisor_is_of_the_centre(application.team, applicant, call.eligibility, on=on)


def _named(kinds: Iterable[StatusKind]) -> str:
    return ", ".join(STATUS_NAMES[kind] for kind in sorted(kinds))
