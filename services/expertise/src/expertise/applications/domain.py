"""A project application: from draft to admission, with its creative team and the supervisor's opinion (A15, A51)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chassis.policy import Allow
from contracts.expertise import (
    ApplicationAdmittedV1,
    ApplicationReturnedV1,
    ApplicationSubmittedV1,
    OpinionSignedV1,
    VerdictOutcome,
)
from expertise.applications.errors import (
    AlreadySigned,
    ApplicationStateForbids,
    ReturnsExhausted,
)
from expertise.applications.history import UNDATED, Step, StepKind, step
from expertise.calls.domain import Call
from expertise.dates import in_order
from expertise.hands import Hand

ApplicationState = Literal[
    "draft", "submitted", "returned", "admitted",
    "supported", "supported_with_remarks", "not_supported", "withdrawn",
]  # fmt: skip
STATE_NAMES = {
    "draft": "черновик",
    "submitted": "подана",
    "returned": "возвращена на доработку",
    "admitted": "допущена",
    "supported": "поддержана",
    "supported_with_remarks": "поддержана с замечаниями",
    "not_supported": "не поддержана",
    "withdrawn": "отозвана",
}
_INTO: dict[ApplicationState, StepKind] = {
    "draft": "drafted", "submitted": "submitted", "returned": "returned", "admitted": "admitted",
    "withdrawn": "withdrawn",
}  # fmt: skip
_TEAM = frozenset({"head", "specialist"})
MAY_WRITE = Allow(members=_TEAM)
MAY_ADMIT = Allow(roles=frozenset({"curator"}))
MAY_SIGN_OPINION = Allow(person_fields=("scientific_supervisor_id",))
MAY_READ = Allow(
    roles=frozenset({"administrator", "curator", "official", "secretary"}),
    members=_TEAM,
    person_fields=("scientific_supervisor_id", "team.supervisor_id", "team.member_ids", "team.lead_id", "expert_ids"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What the project is about (A15, A17)."""

    problem: str
    target_group: str
    novelty: str
    expected_result: str
    aim: str
    tasks: tuple[str, ...] = ()
    resources: str | None = None
    risks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The temporary creative team (ВТК) and the methodical centre's specialist who leads it."""

    member_ids: tuple[str, ...]
    lead_id: str | None = None
    supervisor_id: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the scientific supervisor of the direction has signed (B12)."""

    supervisor_id: str
    favourable: bool
    text: str
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application of an institution to a call; `submission` counts submissions, `returns` the times it came back."""

    id: str
    version: int = 0
    call_id: str
    direction_id: str
    institution_id: str
    scientific_supervisor_id: str
    title: str
    passport: Passport
    team: Team
    state: ApplicationState = "draft"
    submission: int = 0
    returns: int = 0
    opinion: Opinion | None = None
    expert_ids: tuple[str, ...] = ()
    history: tuple[Step, ...] = ()

    @property
    def state_since(self) -> date | None:
        """The day on which it came into its state."""
        steps = (step.on for step in reversed(self.history) if step.what == _INTO.get(self.state, "verdict_issued"))
        return next(steps, None)


def draft(application: Application, *, on: date, hand: Hand) -> Application:
    """Begin an application."""
    return _taken(application, "drafted", on, hand)


def revise(application: Application, *, title: str, passport: Passport, team: Team, hand: Hand) -> Application:
    """Change the content of a draft, of a returned application or of one that is to answer remarks.

    Raises: ApplicationStateForbids.
    """
    in_state(application, "draft", "returned", "supported_with_remarks")
    revised = replace(application, title=title, passport=passport, team=team)
    return _taken(revised, "revised", hand.at.date(), hand)


def submit(application: Application, *, on: date, hand: Hand) -> tuple[Application, ApplicationSubmittedV1]:
    """Submit a draft or a returned application that may be submitted (`admissibility`).

    Raises: ApplicationStateForbids, DatesOutOfOrder.
    """
    in_state(application, "draft", "returned")
    in_order(_last_dated(application), on)
    submitted = replace(application, state="submitted", submission=application.submission + 1)
    fact = ApplicationSubmittedV1(
        application_id=application.id,
        call_id=application.call_id,
        direction_id=application.direction_id,
        institution_id=application.institution_id,
        title=application.title,
        submission=submitted.submission,
        submitted_on=on,
    )
    return _taken(submitted, "submitted", on, hand), fact


def send_back(
    application: Application, call: Call, *, remark: str, on: date, hand: Hand
) -> tuple[Application, ApplicationReturnedV1]:
    """Return a submitted application for revision, as often as the call allows.

    Raises: ApplicationStateForbids, ReturnsExhausted, DatesOutOfOrder.
    """
    in_state(application, "submitted")
    if application.returns >= call.returns_limit:
        raise ReturnsExhausted(limit=call.returns_limit)
    in_order(_last_dated(application), on)
    returned = replace(application, state="returned", returns=application.returns + 1)
    fact = ApplicationReturnedV1(
        application_id=application.id, institution_id=application.institution_id, remark=remark, returned_on=on
    )
    return _taken(returned, "returned", on, hand, remark), fact


def admit(application: Application, *, on: date, hand: Hand) -> tuple[Application, ApplicationAdmittedV1]:
    """Admit a submitted application to review and defence. Raises: ApplicationStateForbids, DatesOutOfOrder."""
    in_state(application, "submitted")
    in_order(_last_dated(application), on)
    fact = ApplicationAdmittedV1(
        application_id=application.id,
        call_id=application.call_id,
        direction_id=application.direction_id,
        institution_id=application.institution_id,
        title=application.title,
        admitted_on=on,
    )
    return _taken(replace(application, state="admitted"), "admitted", on, hand), fact


def withdraw(application: Application, *, reason: str, on: date, hand: Hand) -> Application:
    """Take an application back before its verdict. Raises: ApplicationStateForbids, DatesOutOfOrder."""
    in_state(application, "draft", "submitted", "returned", "admitted")
    in_order(_last_dated(application), on)
    return _taken(replace(application, state="withdrawn"), "withdrawn", on, hand, reason)


def sign_opinion(application: Application, opinion: Opinion, *, hand: Hand) -> tuple[Application, OpinionSignedV1]:
    """Record the supervisor's opinion on an admitted application, once.

    Raises: ApplicationStateForbids, AlreadySigned, DatesOutOfOrder.
    """
    in_state(application, "admitted")
    if application.opinion:
        raise AlreadySigned(signed_on=application.opinion.signed_on)
    in_order(_last_dated(application), opinion.signed_on)
    fact = OpinionSignedV1(
        application_id=application.id,
        institution_id=application.institution_id,
        supervisor_id=opinion.supervisor_id,
        favourable=opinion.favourable,
        signed_on=opinion.signed_on,
    )
    return _taken(replace(application, opinion=opinion), "opinion_signed", opinion.signed_on, hand), fact


def assign(application: Application, expert_id: str, *, on: date, hand: Hand) -> Application:
    """Let an expert see an admitted application. Raises: ApplicationStateForbids, DatesOutOfOrder."""
    in_state(application, "admitted")
    in_order(_dated(application, "admitted"), on)
    assigned = replace(application, expert_ids=(*application.expert_ids, expert_id))
    return _taken(assigned, "expert_assigned", on, hand, expert_id)


def release(application: Application, expert_id: str, *, on: date, hand: Hand) -> Application:
    """Stop letting an expert see the application."""
    rest = tuple(person_id for person_id in application.expert_ids if person_id != expert_id)
    return _taken(replace(application, expert_ids=rest), "expert_recused", on, hand, expert_id)


def note_review(application: Application, expert_id: str, *, on: date, hand: Hand) -> Application:
    """Write down that an expert has finished."""
    return _taken(application, "review_completed", on, hand, expert_id)


def decide(application: Application, outcome: VerdictOutcome, *, on: date, hand: Hand) -> Application:
    """Give an admitted application, or one heard again after remarks, its verdict. Raises: ApplicationStateForbids."""
    in_state(application, "admitted", "supported_with_remarks")
    return _taken(replace(application, state=outcome), "verdict_issued", on, hand, outcome)


def put_on_agenda(application: Application, held_on: date, *, hand: Hand) -> Application:
    """Write down for which day the hearing is scheduled."""
    return _taken(application, "hearing_scheduled", hand.at.date(), hand, held_on.isoformat())


def hear_report(application: Application, outcome: VerdictOutcome, *, on: date, hand: Hand) -> Application:
    """Write down that the council heard a report on the project (A25). Raises: ApplicationStateForbids."""
    in_state(application, "supported")
    return _taken(application, "report_heard", on, hand, outcome)


def in_state(application: Application, *states: ApplicationState) -> None:
    """Refuse an application that is in none of the states. Raises: ApplicationStateForbids."""
    if application.state not in states:
        raise ApplicationStateForbids(state=application.state, state_name=STATE_NAMES[application.state])


def _taken(application: Application, what: StepKind, on: date, hand: Hand, note: str | None = None) -> Application:
    return replace(application, history=(*application.history, step(what, on=on, hand=hand, note=note)))


def _last_dated(application: Application) -> date | None:
    """Return the last day that was given as a date of business by somebody in the open."""
    dated = [step.on for step in application.history if step.what not in UNDATED and not step.internal]
    return max(dated, default=None)


def _dated(application: Application, what: StepKind) -> date | None:
    return max((step.on for step in application.history if step.what == what), default=None)
