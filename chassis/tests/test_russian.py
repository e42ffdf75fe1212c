from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from chassis.russian import explain
from chassis.work import Command


class Left(Command):
    kind: Literal["left"]


class Right(Command):
    kind: Literal["right"]


class Offered(Command):
    number: int = 0
    text: str = ""
    day: date = date(2024, 1, 1)
    at: AwareDatetime | None = None
    by_name: dict[str, int] = Field(default_factory=dict)
    parts: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    side: Annotated[Left | Right, Field(discriminator="kind")] = Left(kind="left")


@pytest.mark.parametrize(
    "offered",
    [
        {"number": 1.5}, {"number": float("nan")}, {"number": "x"}, {"number": None}, {"text": "\ud800"}, {"text": 1},
        {"day": "2024"}, {"day": "2024-13-01"}, {"day": None}, {"day": "2024-01-01T10:00:00"}, {"parts": 1},
        {"names": "x"}, {"at": "вчера"}, {"at": "2024-01-01T10:00:00"}, {"at": []}, {"at": "2024-01-01T25:00:00Z"},
        {"at": 10**20}, {"by_name": "x"}, {"side": {}}, {"side": {"kind": "up"}}, {"side": 1}, [], "text", None,
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_said_in_russian_to_those_who_read_russian(offered: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Offered).validate_python(offered)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    for said in (explain(error, "ru")["message"] for error in errors):
        assert not said.startswith("Input"), said
        assert any("а" <= letter <= "я" for letter in said), said


def test_choices_are_listed_with_the_russian_word_between_them() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Literal["a", "b or c", "d"]).validate_python("e")
    (error,) = refused.value.errors()
    assert explain({**error, "loc": ("body", "kind")}, "ru")["message"] == "допустимо: 'a', 'b or c' или 'd'"
