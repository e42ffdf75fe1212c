"""What the council knows of others' records: institutions, statuses, memberships, consultations, nominations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, Words
from contracts.registry import InstitutionKind, StatusKind

STATUS_NAMES: Mapping[StatusKind, str] = {
    "core": "ядро технопарка",
    "rip": "РИП",
    "site": "площадка по внедрению",
    "resource_centre": "ресурсный центр",
}
KIND_NAMES: Mapping[InstitutionKind, str] = {
    "ministry": "министерства",
    "methodical_centre": "методические центры",
    "social_service": "учреждения социального обслуживания",
    "ngo": "некоммерческие организации",
    "education": "образовательные организации",
    "municipality": "муниципалитеты",
    "company": "компании",
}


@dataclass(eq=False, kw_only=True)
class InstitutionUnknown(NotFound):
    """The registry has not announced such an institution (yet)."""

    code: ClassVar = "institution-unknown"
    title: ClassVar = Words("Учреждение не найдено", "Institution not found")
    detail: ClassVar = Words(
        "Учреждение {institution_id} не внесено в реестр технопарка или сведения о нём ещё не поступили.",
        "The registry has not announced the institution {institution_id} yet.",
    )
    institution_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution as the registry announced it; a part that has not arrived is None."""

    id: str
    name: str | None = None
    short_name: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status of an institution; facts may arrive in any order, so each part may be lacking."""

    id: str
    institution_id: str
    kind: str
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's work for an institution."""

    id: str
    person_id: str
    institution_id: str
    valid_from: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """A consultation, perhaps about an application."""

    id: str
    consultant_id: str
    application_id: str | None = None
    given_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """A practice put before the council as a candidate for the regional bank."""

    id: str
    practice_id: str
    institution_id: str
    title: str
    nominated_on: date


def status_in_force(status: Status, on: date) -> bool:
    """Tell whether a status is held on a day: both ends of its term are inclusive, the day of revocation is not."""
    if status.valid_from is None or on < status.valid_from:
        return False
    return (status.valid_until is None or on <= status.valid_until) and (
        status.revoked_on is None or on < status.revoked_on
    )


def membership_in_force(membership: Membership, on: date) -> bool:
    """Tell whether a person works there on a day; the last day counts."""
    if membership.valid_from is None or on < membership.valid_from:
        return False
    return all(last is None or on <= last for last in (membership.valid_until, membership.ended_on))


def kinds_in_force(statuses: Iterable[Status], on: date) -> frozenset[str]:
    """Return the kinds of status held on a day."""
    return frozenset(status.kind for status in statuses if status_in_force(status, on))
