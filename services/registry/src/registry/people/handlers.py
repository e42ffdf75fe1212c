"""Use cases of people. No facts: personal data stays in the registry."""

from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.people.domain import MAY_KEEP_PEOPLE, Person
from registry.people.store import PEOPLE

_FullName = Annotated[
    str, Field(min_length=2, max_length=200, pattern=r"[A-Za-zА-Яа-яЁё]", examples=["Веревокина Наталья Львовна"])
]
_Email = Annotated[str | None, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", examples=["verevokina@example.org"])]
_Phone = Annotated[
    str | None, Field(pattern=r"^\+?[0-9]{10,15}$", examples=["+78172000000"], description="Только цифры, можно с +")
]


class EnterPerson(Command):
    """Человек для внесения в реестр: фамилия, имя, отчество (или инициалы) и связь."""

    full_name: _FullName
    email: _Email = None
    phone: _Phone = None


class CorrectPerson(EnterPerson):
    """Имя и связь человека целиком, как они должны быть."""


async def enter_person(command: EnterPerson, work: Work) -> Person:
    """Enter a person in the registry. Raises: NotPermitted."""
    MAY_KEEP_PEOPLE.require(work.caller, {})
    return await PEOPLE.save(work, Person(id=work.new_id(), **command.model_dump()))


async def correct_person(change: Change[CorrectPerson], work: Work) -> Person:
    """Replace the name and contacts of a person. Raises: PersonUnknown, StaleVersion, NotPermitted."""
    person = await PEOPLE.load(work, change)
    MAY_KEEP_PEOPLE.require(work.caller, person)
    return await PEOPLE.save(work, Person(id=person.id, version=person.version, **change.command.model_dump()))
