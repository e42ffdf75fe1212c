"""A membership: a person works for an institution in roles, for a period."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import MembershipEndedV1, MembershipGrantedV1
from registry.periods import Period, happened, in_order

InstitutionRole = Literal["head", "specialist"]

_KEEPERS = frozenset({"administrator", "curator"})
MAY_GRANT = Allow(roles=_KEEPERS, members=frozenset({"head"}))
MAY_GRANT_HEAD = Allow(roles=_KEEPERS)
MAY_READ = Allow(roles=_KEEPERS | {"official"}, members=frozenset({"head", "specialist"}), person_fields=("person_id",))


@dataclass(eq=False, kw_only=True)
class MembershipUnknown(NotFound):
    """No membership has this id, or not for this caller."""

    code: ClassVar = "membership-unknown"
    title: ClassVar = Words("Участие не найдено", "Membership not found")
    detail: ClassVar = Words("Нет записи о работе {membership_id}.", "There is no membership {membership_id}.")
    membership_id: str


@dataclass(eq=False, kw_only=True)
class AlreadyMember(RuleBroken):
    """The person has a membership in the institution for some of these days."""

    code: ClassVar = "already-member"
    title: ClassVar = Words("Человек уже работает в учреждении", "Already a member")
    detail: ClassVar = Words(
        "На этот срок уже есть запись {membership_id}: завершите её, прежде чем вносить новую.",
        "Membership {membership_id} covers some of these days: end it before granting another.",
    )
    membership_id: str


@dataclass(eq=False, kw_only=True)
class EndOutsideMembership(RuleBroken):
    """A membership can end only within its term."""

    code: ClassVar = "end-outside-membership"
    title: ClassVar = Words("Дата вне срока работы", "The end is outside the membership")
    detail: ClassVar = Words(
        "{ended_on:%d.%m.%Y} вне срока, на который внесена работа.", "{ended_on} is outside the membership's term."
    )
    ended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a person is in an institution, from the first to the last day."""

    id: str
    version: int = 0
    person_id: str
    institution_id: str
    roles: tuple[InstitutionRole, ...]
    valid_from: date
    valid_until: date | None = None

    @property
    def period(self) -> Period:
        """The days of the membership."""
        return Period(self.valid_from, self.valid_until)


def policy_for_granting(roles: Iterable[InstitutionRole]) -> Allow:
    """Return who may grant or end these roles: a head appoints specialists, not heads."""
    return MAY_GRANT_HEAD if "head" in roles else MAY_GRANT


def grant(membership: Membership, others: Iterable[Membership]) -> tuple[Membership, MembershipGrantedV1]:
    """Let a person work for an institution; `others` are their memberships there.

    Raises: PeriodReversed, AlreadyMember.
    """
    period = in_order(membership.valid_from, membership.valid_until)
    for other in others:
        if other.period.meets(period):
            raise AlreadyMember(membership_id=other.id)
    fact = MembershipGrantedV1(
        membership_id=membership.id,
        person_id=membership.person_id,
        institution_id=membership.institution_id,
        roles=membership.roles,
        valid_from=membership.valid_from,
        valid_until=membership.valid_until,
    )
    return membership, fact


def end(membership: Membership, *, ended_on: date, today: date) -> tuple[Membership, MembershipEndedV1]:
    """End a membership; `ended_on` is its last day. Raises: DateInFuture, EndOutsideMembership."""
    happened(ended_on, today=today)
    if not membership.period.covers(ended_on):
        raise EndOutsideMembership(ended_on=ended_on)
    fact = MembershipEndedV1(
        membership_id=membership.id,
        person_id=membership.person_id,
        institution_id=membership.institution_id,
        ended_on=ended_on,
    )
    return replace(membership, valid_until=ended_on), fact
