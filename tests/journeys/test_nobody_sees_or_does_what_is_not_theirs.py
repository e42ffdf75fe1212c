"""Every route that addresses one record, tried by those whose record it is not.

A specialist of another institution, an expert whom nobody has assigned, an official of another region and somebody who
has not signed in: what is not listed in `rights` as open to them, they neither read nor change.
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.journeys.rights import (
    ANONYMOUS,
    ASKED,
    GIVEN,
    INDICATOR,
    NO_RECORD,
    OPEN,
    OPEN_TO,
    RECORDS,
    REFUSED,
    STRANGERS,
    Kind,
    Record,
)

from gateway.table import listed
from local_platform.sample.visitor import Visitor

if TYPE_CHECKING:
    from tests.journeys.conftest import Journey

pytestmark = pytest.mark.timeout(300)  # the first test of a worker waits for the story to be told

TABLE = {f"{route.method} {route.path}": route for route in listed().routes}
ROUTES = [name for name, route in TABLE.items() if "{" in route.path and name not in NO_RECORD]
STREAMS = {name for name in ROUTES if TABLE[name].limits.name == "stream"}


@pytest.fixture(scope="module")
async def ids(journey: "Journey") -> dict[str, str]:
    """The id of each record, as those find it whose record it is."""
    places = {name: journey.story.institutions[name] for name in ("october", "vesta")}

    async def found(record: Record) -> str:
        page = await journey.get(record.login, record.listing.format(**places))
        return str(page["items"][0]["id"])

    numbers = await asyncio.gather(*(found(record) for record in RECORDS.values()))
    return {**dict(zip(RECORDS, numbers, strict=True)), "delivery_id": journey.story.made["delivery"]}


@pytest.fixture(scope="module")
async def bodies(journey: "Journey") -> dict[str, Any]:
    """A body that each write takes, made of the examples of its description: a refusal is not of its content."""
    story = journey.story
    async with story.http.get(f"{story.gateway_url}/openapi.json") as answer:
        document = await answer.json()
    schemas = document["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _example(taken["application/json"]["schema"], schemas)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "application/json" in (taken := operation.get("requestBody", {}).get("content", {}))
    }


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    properties = schema.get("properties", {})
    return {name: _example(properties[name], schemas) for name in schema.get("required", ())}


def _home(route: str) -> tuple[str, str]:
    """Return the record that a route addresses, as a key of RECORDS, and its parameter."""
    path = route.partition(" ")[2]
    parameter = re.findall(r"\{(\w+_id)\}", path)[0]
    return next((known for known in RECORDS if path.startswith(known)), parameter), parameter


def _address(route: str, ids: dict[str, str]) -> str:
    if "{" not in route or route in NO_RECORD:
        return re.sub(r"\{\w+\}", "2023", route.partition(" ")[2])
    known, parameter = _home(route)
    path = route.partition(" ")[2].replace(f"{{{parameter}}}", ids[known])
    return path.format(key=INDICATOR, delivery_id=ids["delivery_id"]) + ASKED.get(route, "")


async def _tries(who: Visitor, route: str, ids: dict[str, str], bodies: dict[str, Any]) -> int:
    method, address = route.partition(" ")[0], _address(route, ids)
    if route in STREAMS:
        return await _opens(who, address)
    body = None if method == "GET" else GIVEN.get(route, bodies.get(route, {}))
    headers = {} if method == "GET" else {"If-Match": "*"}
    status, _ = await who.attempt(method, address, body, **headers)
    return status


async def _opens(who: Visitor, address: str) -> int:
    """Return what a stream, which has no end, begins with."""
    headers = {"Authorization": f"Bearer {who._token}"} if who._token else {}
    async with who._http.get(who._gateway + address, headers=headers) as answer:
        return answer.status


def _may(kind: Kind, route: str) -> bool:
    return route in OPEN or route in OPEN_TO[kind]


@pytest.mark.parametrize("kind", ["specialist", "expert", "official"])
async def test_a_stranger_reads_only_what_is_open_and_changes_nothing(
    journey: "Journey", ids: dict[str, str], bodies: dict[str, Any], kind: Kind
) -> None:
    asked = [route for route in ROUTES if route.startswith("GET") or not _may(kind, route)]
    strangers = [STRANGERS[RECORDS[_home(route)[0]].region][kind] for route in asked]
    answers = await asyncio.gather(
        *(
            _tries(journey.story.visitor(login), route, ids, bodies)
            for route, login in zip(asked, strangers, strict=True)
        )
    )
    found = dict(zip(asked, answers, strict=True))
    assert {route: status for route, status in found.items() if not _may(kind, route) and status not in REFUSED} == {}
    assert {route: status for route, status in found.items() if _may(kind, route) and status != 200} == {}


async def test_a_stream_of_another_institution_is_not_there_at_all(journey: "Journey", ids: dict[str, str]) -> None:
    for route in STREAMS:
        for kind in ("specialist", "expert"):
            stranger = journey.story.visitor(STRANGERS["vologda"][kind])
            assert await _opens(stranger, _address(route, ids)) == 404


async def test_nobody_reads_or_changes_anything_without_signing_in(
    journey: "Journey", ids: dict[str, str], bodies: dict[str, Any]
) -> None:
    story = journey.story
    anonymous, closed = (
        Visitor(story.http, story.gateway_url, "", ""),
        [name for name in TABLE if name not in ANONYMOUS],
    )
    answers = await asyncio.gather(*(_tries(anonymous, route, ids, bodies) for route in closed))
    assert {route: status for route, status in zip(closed, answers, strict=True) if status != 401} == {}


async def test_the_contacts_of_a_person_are_not_for_strangers(journey: "Journey", ids: dict[str, str]) -> None:
    assert (await journey.get("kletskina", f"/v1/people/{ids['person_id']}"))["full_name"] == "Смирнова Юлия Алексеевна"
    for login in ("bratsk", "expert4"):
        shown = await journey.get(login, f"/v1/people/{ids['person_id']}")
        assert (shown["full_name"], shown["email"], shown["phone"]) == (None, None, None)


def test_every_route_with_a_parameter_is_tried_and_no_rule_is_of_a_route_that_is_gone() -> None:
    assert {_home(route)[0] for route in ROUTES} == set(RECORDS)
    rules = OPEN | set().union(*OPEN_TO.values()) | set(ASKED) | set(GIVEN)
    assert rules - set(ROUTES) == set()
    assert set(NO_RECORD) - set(TABLE) == set()


def test_what_is_open_without_signing_in_is_listed_and_addresses_no_record() -> None:
    assert {name for name, route in TABLE.items() if route.anonymous} == ANONYMOUS
    assert {name for name in ANONYMOUS if "{" in name} == set()
