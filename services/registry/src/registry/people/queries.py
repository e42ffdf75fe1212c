"""What clients see of people: the name as on documents for everyone signed in, the rest for those who may."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from chassis.documents import Document
from chassis.identity import Caller
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.people.domain import MAY_READ_PERSONAL_DATA
from registry.people.store import PEOPLE
from registry.wording import starting_with


class PersonView(View):
    """Человек; полное имя и связь видны ему самому, куратору, министерству и администратору."""

    beyond_version: ClassVar[bool] = True
    short_name: str = Field(examples=["Н. Л. Веревокина"])
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None


class PeopleSearch(PageRequest):
    """Кого показать."""

    starts_with: str | None = Field(default=None, max_length=100, description="Начало фамилии; ё и е равны")


async def person(reads: Reads, person_id: str) -> PersonView:
    """Return one person. Raises: PersonUnknown."""
    return _visible(await PEOPLE.document(reads, person_id), reads.caller)


async def people(reads: Reads, search: PeopleSearch) -> Page[PersonView]:
    """Return people in the order of entry."""
    where: dict[str, Any] = {"beginnings": starting_with(search.starts_with)} if search.starts_with else {}
    return await page(reads.db[PEOPLE.collection], where, search, lambda found: _visible(found, reads.caller))


async def person_names(reads: Reads, person_ids: Iterable[str]) -> dict[str, str]:
    """Return person id → short name."""
    found = await reads.db[PEOPLE.collection].find({"_id": {"$in": sorted(set(person_ids))}})
    return {document["_id"]: document["short_name"] for document in found}


def _visible(document: Document, caller: Caller) -> PersonView:
    view = PersonView.model_validate(document)
    if MAY_READ_PERSONAL_DATA.permits(caller, document):
        return view
    return view.model_copy(update={"full_name": None, "email": None, "phone": None})
