"""Nothing that clients rely on goes without warning, and the changelog tells what came."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.clients import contract
from tests.clients.contract import Contract, said
from tests.clients.promises import broken

TODAY = date(2027, 8, 1)
GET, POST = "GET /v1/things", "POST /v1/things"


def test_the_contract_that_is_kept_is_the_contract_of_this_checkout():
    old, _ = contract.kept()
    new = contract.current()
    assert broken(old, new, datetime.now(UTC).date()) == [], (
        "a promise to clients is broken: deprecate first, remove after the sunset"
    )
    assert contract.difference(old, new) == {}, f"run `{contract.COMMAND}` and read what it writes"
    assert old == new


def test_the_changelog_is_what_was_written_down_with_each_change():
    old, changes = contract.kept()
    assert contract.CHANGELOG.read_text(encoding="utf-8") == contract.changelog(changes)
    known = set[str]()
    for change in changes:
        known |= {row.strip("`") for row in change.get("added", ())}
        known -= {row.strip("`") for row in change.get("removed", ())}
    assert known == old.operations.keys()


@pytest.fixture
def old() -> dict[str, Any]:
    return {
        "operations": {
            GET: {
                "id": "list",
                "access": "token",
                "query limit": "integer maximum=100",
                "answer 200 application/json": "Page",
            },
            POST: {
                "id": "add",
                "access": "token",
                "body application/json": "Add",
                "answer 201 application/json": "Thing",
            },
        },
        "sent": {"Add": {"name!": "string maxLength=100", "kind": '"a"|"b"', "tags": 'array<"a"/"b">'}},
        "answered": {
            "Page": {"items!": "array<Thing>"},
            "Thing": {"name!": "string", "kind!": '"a"|"b"', "on!": "null|string", "tags": 'array<"a"/"b">'},
        },
    }


def _deprecated(given: dict[str, Any], days: str) -> None:
    given["operations"][GET]["deprecated"] = days


def _rename_thing(given: dict[str, Any]) -> None:
    given["answered"]["TransferThing"] = given["answered"].pop("Thing")
    given["answered"]["Page"]["items!"] = "array<TransferThing>"
    given["operations"][POST]["answer 201 application/json"] = "TransferThing"


def _rename_and_narrow(given: dict[str, Any]) -> None:
    _rename_thing(given)
    given["answered"]["TransferThing"].pop("on!")


def _compared(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return broken(Contract(**old), Contract(**new), TODAY)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda new: new["operations"].pop(GET), "gone before its sunset"),
        (lambda new: new["operations"][GET].update(id="listing"), "is now called listing"),
        (lambda new: new["operations"][GET].update(access="curator token"), "asks for more access"),
        (lambda new: new["operations"][GET].pop("query limit"), "no longer accepted"),
        (lambda new: new["operations"][GET].update({"query limit": "integer maximum=50"}), "accepts less"),
        (lambda new: new["operations"][GET].update({"query year!": "integer"}), "has become required"),
        (lambda new: new["operations"][GET].pop("answer 200 application/json"), "no longer answered"),
        (lambda new: new["sent"]["Add"].pop("kind"), "no longer accepted"),
        (lambda new: new["sent"]["Add"].update({"code!": "string"}), "has become required"),
        (lambda new: new["sent"]["Add"].update({"kind": '"a"'}), "accepts less"),
        (lambda new: new["sent"]["Add"].update({"tags": 'array<"a">'}), "accepts less"),
        (lambda new: new["sent"]["Add"].update({"name!": "string maxLength=100 minLength=2"}), "accepts less"),
        (lambda new: new["answered"]["Thing"].update({"tags": "array<string>"}), "answered otherwise"),
        (lambda new: new["answered"]["Thing"].pop("name!"), "no longer answered"),
        (lambda new: new["answered"]["Thing"].update({"name!": "null|string"}), "answered otherwise"),
        (
            lambda new: new["answered"]["Thing"].update({"name": new["answered"]["Thing"].pop("name!")}),
            "may now be absent",
        ),
        (lambda new: _deprecated(new, "2027-05-01 2027-06-01"), "180 are promised"),
        (_rename_and_narrow, "Thing: on is no longer answered"),
    ],
)
def test_what_is_taken_from_clients_without_warning_is_noticed(
    old: dict[str, Any], change: Callable[[dict[str, Any]], object], fault: str
):
    new = copy.deepcopy(old)
    change(new)
    assert any(fault in found for found in _compared(old, new)), _compared(old, new)


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["operations"].update({"GET /v1/more": new["operations"][GET]}),
        lambda new: new["operations"][GET].update({"query year": "integer", "query limit": "integer maximum=500"}),
        lambda new: new["sent"]["Add"].update(
            {"code": "string", "kind": '"a"|"b"|"c"', "name!": "string maxLength=200", "tags": 'array<"a"/"b"/"c">'}
        ),
        lambda new: new["answered"]["Thing"].update({"code!": "string", "kind!": '"a"|"b"|"c"', "on!": "string"}),
        lambda new: new["answered"]["Thing"].update({"tags": 'array<"a"/"b"/"c">'}),
        lambda new: _deprecated(new, "2027-08-01 2028-02-01"),
        _rename_thing,
    ],
)
def test_what_is_added_breaks_no_promise(old: dict[str, Any], change: Callable[[dict[str, Any]], object]):
    new = copy.deepcopy(old)
    change(new)
    assert _compared(old, new) == []


@pytest.mark.parametrize(("sunset", "gone"), [("2027-07-31", True), ("2027-08-01", False), ("", False)])
def test_an_address_may_go_only_after_the_day_of_its_sunset(old: dict[str, Any], sunset: str, gone: bool):
    new = copy.deepcopy(old)
    new["operations"].pop(GET)
    _deprecated(old, f"2027-01-31 {sunset}".strip())
    assert (_compared(old, new) == []) is gone


@pytest.mark.parametrize(("until", "gone"), [("2027-07-31", True), ("2027-08-01", False)])
def test_a_field_may_go_only_after_the_day_it_was_promised_until(old: dict[str, Any], until: str, gone: bool):
    new = copy.deepcopy(old)
    new["answered"]["Thing"].pop("name!")
    old["answered"]["Thing"]["name!"] = said({"type": "string", "deprecated": True, "x-sunset": until})
    assert (_compared(old, new) == []) is gone


def test_a_schema_is_told_in_one_line_whatever_is_written_in_it():
    pattern = {"type": "string", "pattern": "^a b|c$"}
    assert len(said(pattern).split(" ")) == 2
    assert said({"anyOf": [{"enum": ["b", "a"]}, {"type": "null"}]}) == '"a"|"b"|null'
    assert said({"type": "array", "items": {"$ref": "#/components/schemas/X"}}) == "array<X>"
    assert said({"type": "object", "additionalProperties": {"type": "integer"}}) == "map<integer>"
