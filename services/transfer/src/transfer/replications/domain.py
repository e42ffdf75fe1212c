"""A practice taken over by a site: agreed → trained → running → reported → self_described, or stopped (A24)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from chassis.policy import Allow
from contracts.transfer import (
    EventKind,
    ReplicationAgreedV1,
    ReplicationReportedV1,
    ReplicationSelfDescribedV1,
    ReplicationStartedV1,
    ReplicationStoppedV1,
    ReplicationTrainedV1,
)
from transfer.access import CURATOR, OVERSEERS, STAFF
from transfer.dates import day_has_come, days_in_order
from transfer.events.domain import Event
from transfer.practices.domain import Practice
from transfer.replications.refusals import (
    AdaptationUnexplained,
    AdaptedStepUnknown,
    NotDerivedHere,
    PracticeNotInBank,
    ReplicationNotInState,
    SiteDidNotAttend,
    TrainingOfAnotherPractice,
    TransferIncomplete,
)

ReplicationState = Literal["agreed", "trained", "running", "reported", "self_described", "stopped"]
STATE_NAMES: Mapping[ReplicationState, str] = {
    "agreed": "согласовано",
    "trained": "площадка обучена",
    "running": "идёт",
    "reported": "отчёт сдан",
    "self_described": "описана своя практика",
    "stopped": "прекращено",
}
HandedOver = Literal["manual", "guidelines"]
BOTH: tuple[HandedOver, ...] = ("manual", "guidelines")
TRAINING: tuple[EventKind, ...] = ("hand_over_seminar", "training_seminar")
_RU: dict[HandedOver, str] = {"manual": "методическое пособие", "guidelines": "методические рекомендации"}

_BOTH_SIDES = ("site_institution_id", "mentor_institution_id")
MAY_AGREE = Allow(roles=CURATOR, members=STAFF, institution_fields=_BOTH_SIDES)
MAY_HAND_OVER = Allow(roles=CURATOR, members=STAFF, institution_fields=("mentor_institution_id",))
MAY_RUN = Allow(roles=CURATOR, members=STAFF, institution_fields=("site_institution_id",))
MAY_SEE = Allow(roles=OVERSEERS, members=STAFF, institution_fields=(*_BOTH_SIDES, "owner_institution_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """How the site departs from a step of the guidelines, numbered from 1, and why."""

    step: int
    change: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the site says of its replication."""

    results: str
    adaptations: tuple[Adaptation, ...]
    reported_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """The replication of an edition of a practice's package at one site, under one mentor."""

    id: str
    version: int = 0
    practice_id: str
    edition: int
    owner_institution_id: str
    site_institution_id: str
    mentor_institution_id: str
    interest_event_id: str | None
    agreed_on: date
    state: ReplicationState = "agreed"
    handed_over: tuple[HandedOver, ...] = ()
    event_id: str | None = None
    trained_on: date | None = None
    started_on: date | None = None
    report: Report | None = None
    derived_practice_id: str | None = None
    described_on: date | None = None
    stopped_on: date | None = None
    stopped_because: str | None = None

    @property
    def last_on(self) -> date:
        """The day of the last step taken."""
        reported_on = self.report.reported_on if self.report else None
        return self.described_on or reported_on or self.started_on or self.trained_on or self.agreed_on


def site_attended(event: Event, *, practice_id: str, institution_id: str) -> None:
    """Refuse an event that is not of the practice, or that the site did not attend.

    Raises: TrainingOfAnotherPractice, SiteDidNotAttend.
    """
    if event.practice_id != practice_id:
        raise TrainingOfAnotherPractice(event_id=event.id, practice_id=practice_id)
    if not (event.is_held and event.was_attended_by(institution_id)):
        raise SiteDidNotAttend(event_id=event.id, institution_id=institution_id)


def agree(
    replication: Replication, *, in_bank: bool, interest: Event | None, now: datetime
) -> tuple[Replication, ReplicationAgreedV1]:
    """Agree on a replication; `interest` is the event at which the site became interested, if any (A23).

    Raises: PracticeNotInBank, TrainingOfAnotherPractice, SiteDidNotAttend, DateInFuture, DatesOutOfOrder.
    """
    if not in_bank:
        raise PracticeNotInBank(practice_id=replication.practice_id)
    if interest is not None:
        site_attended(interest, practice_id=replication.practice_id, institution_id=replication.site_institution_id)
        days_in_order(interest.held_on or replication.agreed_on, replication.agreed_on)
    day_has_come(replication.agreed_on, now=now)
    return replication, ReplicationAgreedV1(**_sides(replication), agreed_on=replication.agreed_on)


def train(
    replication: Replication, event: Event, *, handed_over: tuple[HandedOver, ...]
) -> tuple[Replication, ReplicationTrainedV1]:
    """Record that the site was trained at a seminar of this very package (A32, A56).

    The training may precede the agreement; the step is then dated by the agreement.
    Raises: ReplicationNotInState, TrainingOfAnotherPractice, SiteDidNotAttend.
    """
    _require_state(replication, "agreed")
    if event.kind not in TRAINING:
        raise TrainingOfAnotherPractice(event_id=event.id, practice_id=replication.practice_id)
    site_attended(event, practice_id=replication.practice_id, institution_id=replication.site_institution_id)
    trained_on = max(event.held_on or replication.agreed_on, replication.agreed_on)
    trained = hand_over(
        replace(replication, state="trained", event_id=event.id, trained_on=trained_on), handed_over=handed_over
    )
    return trained, ReplicationTrainedV1(**_sides(trained), event_id=event.id, trained_on=trained_on)


def hand_over(replication: Replication, *, handed_over: tuple[HandedOver, ...]) -> Replication:
    """Record which documents of the package the site has received. Raises: ReplicationNotInState."""
    _require_state(replication, "agreed", "trained", "running")
    received = tuple(document for document in BOTH if document in (*replication.handed_over, *handed_over))
    return replace(replication, handed_over=received)


def start(replication: Replication, *, started_on: date, now: datetime) -> tuple[Replication, ReplicationStartedV1]:
    """Record that the site works by the practice. Raises: ReplicationNotInState, DateInFuture, DatesOutOfOrder."""
    _require_state(replication, "trained")
    _step_is_dated(replication, started_on, now)
    started = replace(replication, state="running", started_on=started_on)
    return started, ReplicationStartedV1(**_sides(started), started_on=started_on)


def transfer_is_complete(replication: Replication) -> None:
    """Refuse to close a transfer without both documents; the practical part is the training before it (A38).

    Raises: TransferIncomplete.
    """
    lacking = [document for document in BOTH if document not in replication.handed_over]
    if lacking:
        raise TransferIncomplete(lacking_ru=", ".join(_RU[it] for it in lacking), lacking_en=", ".join(lacking))


def adaptations_are_explained(adaptations: tuple[Adaptation, ...], *, steps: int) -> None:
    """Refuse an adaptation without its reason, or of a step that the guidelines do not have (A59).

    Raises: AdaptationUnexplained, AdaptedStepUnknown.
    """
    for adaptation in adaptations:
        if not 1 <= adaptation.step <= steps:
            raise AdaptedStepUnknown(step=adaptation.step, steps=steps)
        if not adaptation.explanation:
            raise AdaptationUnexplained(step=adaptation.step)


def report_on(
    replication: Replication, report: Report, *, steps: int, now: datetime
) -> tuple[Replication, ReplicationReportedV1]:
    """Take the site's report; `steps` is how many the guidelines have.

    Raises: ReplicationNotInState, TransferIncomplete, AdaptedStepUnknown, AdaptationUnexplained, DateInFuture,
    DatesOutOfOrder.
    """
    _require_state(replication, "running")
    transfer_is_complete(replication)
    adaptations_are_explained(report.adaptations, steps=steps)
    _step_is_dated(replication, report.reported_on, now)
    reported = replace(replication, state="reported", report=report)
    adapted = len({adaptation.step for adaptation in report.adaptations})
    return reported, ReplicationReportedV1(**_sides(reported), reported_on=report.reported_on, adaptations=adapted)


def describe_own(replication: Replication, derived: Practice) -> tuple[Replication, ReplicationSelfDescribedV1]:
    """Link the card on which the site describes its own practice (A62).

    Raises: ReplicationNotInState, NotDerivedHere, DatesOutOfOrder.
    """
    _require_state(replication, "reported")
    if (derived.derived_from, derived.institution_id) != (replication.practice_id, replication.site_institution_id):
        raise NotDerivedHere(practice_id=derived.id, derived_from=replication.practice_id)
    days_in_order(replication.last_on, derived.described_on)
    described = replace(
        replication, state="self_described", derived_practice_id=derived.id, described_on=derived.described_on
    )
    return described, ReplicationSelfDescribedV1(
        **_sides(described), derived_practice_id=derived.id, described_on=derived.described_on
    )


def stop(
    replication: Replication, *, reason: str, stopped_on: date, now: datetime
) -> tuple[Replication, ReplicationStoppedV1]:
    """End a replication before its report. Raises: ReplicationNotInState, DateInFuture, DatesOutOfOrder."""
    _require_state(replication, "agreed", "trained", "running")
    _step_is_dated(replication, stopped_on, now)
    stopped = replace(replication, state="stopped", stopped_on=stopped_on, stopped_because=reason)
    return stopped, ReplicationStoppedV1(**_sides(stopped), reason=reason, stopped_on=stopped_on)


def _step_is_dated(replication: Replication, day: date, now: datetime) -> None:
    day_has_come(day, now=now)
    days_in_order(replication.last_on, day)


def _require_state(replication: Replication, *states: ReplicationState) -> None:
    if replication.state not in states:
        state = replication.state
        raise ReplicationNotInState(replication_id=replication.id, state=state, state_ru=STATE_NAMES[state])


def _sides(replication: Replication) -> dict[str, str]:
    return {
        "replication_id": replication.id,
        "practice_id": replication.practice_id,
        "site_institution_id": replication.site_institution_id,
        "mentor_institution_id": replication.mentor_institution_id,
    }
