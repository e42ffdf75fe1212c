"""A person: a name and contacts, which never leave the registry beyond the name of an office holder."""

import re
from dataclasses import dataclass
from typing import ClassVar

from chassis.errors import NotFound, Words
from chassis.policy import Allow

MAY_KEEP_PEOPLE = Allow(roles=frozenset({"administrator", "curator"}))
MAY_READ_PERSONAL_DATA = Allow(
    roles=frozenset({"administrator", "curator", "official"}), institution_fields=(), person_fields=("id", "_id")
)


@dataclass(eq=False, kw_only=True)
class PersonUnknown(NotFound):
    """No person has this id."""

    code: ClassVar = "person-unknown"
    title: ClassVar = Words("Человек не найден", "Person not found")
    detail: ClassVar = Words("В реестре нет человека {person_id}.", "The registry has no person {person_id}.")
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who works for the technopark."""

    id: str
    version: int = 0
    full_name: str
    email: str | None = None
    phone: str | None = None

    @property
    def short_name(self) -> str:
        """The name as office holders sign: «Н. Л. Веревокина»."""
        return short_name(self.full_name)


def short_name(full_name: str) -> str:
    """Return initials and family name of «Фамилия Имя Отчество», where name and patronymic may be initials already."""
    family_name, *given = re.split(r"[\s.]+", full_name.strip(" ."))
    return " ".join([*(f"{name[0]}." for name in given), family_name])
