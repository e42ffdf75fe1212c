"""Offices: who may sign for an institution, and how the office reads in a stamp."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, Words

_ADJECTIVE_ENDS = ("ый", "ой", "ий")


@dataclass(eq=False, kw_only=True)
class InstitutionNotArrived(NotFound):
    """The registry has not told reporting about this institution, or not yet."""

    code: ClassVar = "institution-unknown"
    title: ClassVar = Words("Учреждение не найдено", "Institution not found")
    detail: ClassVar = Words(
        "Сведений об учреждении {institution_id} ещё нет. Проверьте номер или повторите позже.",
        "Nothing is known of institution {institution_id} yet. Check the id or repeat later.",
    )
    institution_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution as reporting knows it."""

    id: str
    name: str
    short_name: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A person in an office of an institution; both days are inclusive."""

    id: str
    person_id: str
    person_name: str
    institution_id: str
    office: str
    acting: bool
    since: date
    until: date | None = None

    def held_on(self, day: date) -> bool:
        """Tell whether the office is held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def held_offices(offices: Iterable[Office], day: date) -> list[Office]:
    """Return the offices held on a day, those held longest first."""
    return sorted((office for office in offices if office.held_on(day)), key=lambda office: (office.since, office.id))


def office_title(office: Office) -> str:
    """Return the office as a stamp names it; an acting holder as «И. О. директора» (C03)."""
    return f"И. О. {genitive(office.office)}" if office.acting else office.office


def genitive(office: str) -> str:
    """Put the leading words of an office into the genitive: «генеральный директор» → «генерального директора».

    Words after the head noun, such as «заведующий», stay as they are: «начальник Департамента» → «начальника
    Департамента».
    """
    words = re.split(r"(\s+)", office)
    for place in range(0, len(words), 2):
        word, words[place] = words[place], _genitive_word(words[place])
        if not word.endswith(_ADJECTIVE_ENDS) or word.endswith("щий"):
            break
    return "".join(words)


def _genitive_word(word: str) -> str:
    if word.endswith(("кий", "гий", "хий")):
        return f"{word[:-2]}ого"
    if word.endswith(("ый", "ой")):
        return f"{word[:-2]}ого"
    if word.endswith("ий"):
        return f"{word[:-2]}его"
    if word.endswith(("ь", "й")):
        return f"{word[:-1]}я"
    return f"{word}а" if re.search(r"[бвгджзклмнпрстфхцчшщ]$", word) else word
