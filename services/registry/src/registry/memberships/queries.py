"""What clients see of memberships, and who the caller is."""

from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.fields import IdFilter
from registry.institutions.queries import institution_names
from registry.memberships.domain import MAY_READ, InstitutionRole
from registry.memberships.store import MEMBERSHIPS, valid_on
from registry.people.domain import PersonUnknown
from registry.people.queries import PersonView, person, person_names


class MembershipView(View):
    """Работа человека в учреждении."""

    person_id: str
    institution_id: str
    roles: tuple[InstitutionRole, ...]
    valid_from: date
    valid_until: date | None = None


class NamedMembership(MembershipView):
    """Работа человека в учреждении, с именем и наименованием."""

    beyond_version: ClassVar[bool] = True
    person_name: str = Field(default="", examples=["Н. Л. Веревокина"])
    institution_name: str = Field(default="", examples=["КСЦОН «Веста»"])


class MembershipSearch(PageRequest):
    """Чьи записи показать."""

    person_id: IdFilter = None
    institution_id: IdFilter = None
    on: date | None = Field(default=None, description="Действует в этот день")


class OwnMembership(BaseModel):
    """Роли вызывающего в одном учреждении."""

    institution_id: str
    institution_name: str | None
    roles: list[str]


class Me(BaseModel):
    """Кто вошёл и что ему разрешено этим токеном."""

    subject: str
    name: str
    person: PersonView | None = Field(description="null, если реестр не знает этого человека")
    roles: list[str] = Field(examples=[["curator"]])
    memberships: list[OwnMembership]


async def membership(reads: Reads, membership_id: str) -> NamedMembership:
    """Return one membership. Raises: MembershipUnknown, also when the caller may not see it."""
    found = await MEMBERSHIPS.document(reads, membership_id, to=MAY_READ)
    return (await _named(reads, [NamedMembership.model_validate(found)]))[0]


async def memberships(reads: Reads, search: MembershipSearch) -> Page[NamedMembership]:
    """Return the memberships that the caller may see, in the order of entry."""
    exact = {"person_id": search.person_id, "institution_id": search.institution_id}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value}
    where |= MAY_READ.filter(reads.caller) | (valid_on(search.on) if search.on else {})
    found = await page(reads.db[MEMBERSHIPS.collection], where, search, NamedMembership.model_validate)
    return Page(items=await _named(reads, found.items), next=found.next)


async def me(reads: Reads) -> Me:
    """Return the caller as their token and the registry know them."""
    caller = reads.caller
    try:
        known = await person(reads, caller.subject)
    except PersonUnknown:
        known = None
    names = await institution_names(reads, caller.memberships)
    own = [
        OwnMembership(institution_id=held, institution_name=names.get(held), roles=sorted(roles))
        for held, roles in sorted(caller.memberships.items())
    ]
    return Me(subject=caller.subject, name=caller.name, person=known, roles=sorted(caller.roles), memberships=own)


async def _named(reads: Reads, views: list[NamedMembership]) -> list[NamedMembership]:
    people = await person_names(reads, (view.person_id for view in views))
    places = await institution_names(reads, (view.institution_id for view in views))
    return [
        view.model_copy(update={"person_name": people[view.person_id], "institution_name": places[view.institution_id]})
        for view in views
    ]
