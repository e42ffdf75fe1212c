"""Use cases of memberships."""

from datetime import date

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.institutions.store import INSTITUTIONS
from registry.memberships import domain
from registry.memberships.domain import InstitutionRole, Membership, policy_for_granting
from registry.memberships.store import MEMBERSHIPS
from registry.people.store import claim_person


class GrantMembership(Command):
    """Кем и с какого дня человек работает в учреждении."""

    person_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000201"])
    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    roles: frozenset[InstitutionRole] = Field(min_length=1, examples=[["specialist"]])
    valid_from: date = Field(examples=["2023-01-09"])
    valid_until: date | None = Field(default=None, examples=["2023-12-31"], description="Последний день")


class EndMembership(Command):
    """Последний день работы."""

    ended_on: date = Field(examples=["2023-11-20"])


async def grant_membership(command: GrantMembership, work: Work) -> Membership:
    """Let a person work for an institution.

    Raises: NotPermitted, PersonUnknown, InstitutionUnknown, PeriodReversed, AlreadyMember.
    Emits: registry.membership.granted.v1.
    """
    policy_for_granting(command.roles).require(work.caller, command)
    await claim_person(work, command.person_id)
    await INSTITUTIONS.get(work, command.institution_id)
    given = command.model_dump() | {"roles": tuple(sorted(command.roles))}
    same = {"person_id": command.person_id, "institution_id": command.institution_id}
    membership, fact = domain.grant(Membership(id=work.new_id(), **given), await MEMBERSHIPS.find(work, same))
    return await MEMBERSHIPS.save(work, membership, fact)


async def end_membership(change: Change[EndMembership], work: Work) -> Membership:
    """End a membership.

    Raises: MembershipUnknown, StaleVersion, NotPermitted, DateInFuture, EndOutsideMembership.
    Emits: registry.membership.ended.v1.
    """
    membership = await MEMBERSHIPS.load(work, change)
    policy_for_granting(membership.roles).require(work.caller, membership)
    ended, fact = domain.end(membership, ended_on=change.command.ended_on, today=work.today)
    return await MEMBERSHIPS.save(work, ended, fact)
