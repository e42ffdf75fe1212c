"""Every refusal of every service is mapped, coded and told in two languages."""

import ast
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest
from tests.architecture.refusals import faults, import_all, never_told, problems, refusals, shared_codes
from tests.architecture.sources import PROJECT, SERVICES, production

from chassis.errors import DomainError, NotFound, RuleBroken, Words

PACKAGES = ("chassis", *SERVICES)


@dataclass(eq=False, kw_only=True)
class RoomTaken(RuleBroken):
    code: ClassVar = "room-taken"
    title: ClassVar = Words("Зал занят", "The room is taken")
    detail: ClassVar = Words("Зал {room} занят.", "Room {room} is taken.")
    room: str


@pytest.fixture(scope="module")
def every_refusal() -> list[type[DomainError]]:
    import_all(PACKAGES)
    return refusals(PACKAGES)


def test_every_refusal_has_a_status_a_code_and_words_in_two_languages(every_refusal: list[type[DomainError]]) -> None:
    assert len(every_refusal) > len(SERVICES)
    assert not [fault for refusal in every_refusal for fault in faults(refusal)]


def test_a_code_names_one_refusal(every_refusal: list[type[DomainError]]) -> None:
    assert not shared_codes(every_refusal)


def test_a_refusal_of_the_door_is_told_in_two_languages() -> None:
    found = problems(("chassis", "gateway", *SERVICES))
    assert not [name for name, problem in found.items() if not all((*problem.title, *problem.detail, problem.code))]


def test_every_refusal_of_the_catalogue_is_told_somewhere(every_refusal: list[type[DomainError]]) -> None:
    classes = [f"{refusal.__module__}.{refusal.__name__}" for refusal in every_refusal]
    assert not never_told([*classes, *problems((*PACKAGES, "gateway"))], (file.nodes for file in production(PROJECT)))


def test_a_refusal_that_nothing_raises_is_reported() -> None:
    source = "TOLD = Problem(404)\nNEVER = Problem(408)\nclass Gone(NotFound): ...\ndef f():\n    raise TOLD"
    assert never_told(["a.TOLD", "a.NEVER", "a.Gone"], [ast.walk(ast.parse(source))]) == ["a.Gone", "a.NEVER"]


def test_a_complete_refusal_has_no_faults() -> None:
    assert faults(RoomTaken) == []


@pytest.mark.parametrize(
    ("spoiled", "fault"),
    [
        ({"code": "Room taken"}, "kebab-case"),
        ({"code": ""}, "kebab-case"),
        ({"title": Words("Room taken", "Room taken")}, "no Russian title"),
        ({"title": Words("Зал занят", "Зал занят")}, "no English title"),
        ({"detail": Words("Зал занят.", "")}, "no English detail"),
        ({"detail": "Зал занят."}, "no detail in two languages"),
        ({"detail": Words("Зал {hall} занят.", "Room {room} is taken.")}, "{hall}"),
        ({"__eq__": lambda self, other: True, "__hash__": None}, "eq=False"),
    ],
)
def test_a_spoiled_refusal_is_reported(spoiled: dict[str, object], fault: str) -> None:
    refusal = type("Spoiled", (RoomTaken,), spoiled)
    assert any(fault in found for found in faults(refusal)), faults(refusal)


@pytest.mark.parametrize(("told", "number"), [("{until}", 1), ("{until:%Y-%m-%d}", 1), ("{until:%d.%m.%Y}", 0)])
def test_a_day_told_otherwise_than_people_write_it_is_reported(told: str, number: int) -> None:
    @dataclass(eq=False, kw_only=True)
    class RoomTakenUntil(RoomTaken):
        detail: ClassVar = Words(f"Зал {{room}} занят до {told}.", "Room {room} is taken until {until}.")
        until: date

    assert len([fault for fault in faults(RoomTakenUntil) if "25.12.2019" in fault]) == number


def test_a_refusal_outside_the_five_kinds_is_reported() -> None:
    stray = type("Stray", (DomainError,), {"code": "x", "title": RoomTaken.title, "detail": Words("Нет", "No")})
    assert any("five kinds" in found for found in faults(stray))


def test_a_code_borne_twice_is_reported() -> None:
    twin = type("Twin", (NotFound,), {"code": "room-taken", "title": Words("Нет зала", "No room")})
    assert shared_codes([RoomTaken, twin])
