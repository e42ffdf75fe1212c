"""Every route that addresses one record, tried by those whose record it is not.

A specialist of another institution, an expert whom nobody has assigned, an official of another region and somebody who
has not signed in: what is not listed here as open to them, they neither read nor change.
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

from gateway.table import listed
from local_platform.sample.visitor import Visitor

if TYPE_CHECKING:
    from tests.journeys.conftest import Journey

Kind = Literal["specialist", "expert", "official"]
STRANGERS: dict[str, dict[Kind, str]] = {
    "vologda": {"specialist": "bratsk", "expert": "expert4", "official": "pletan"},
    "irkutsk": {"specialist": "october", "expert": "expert4", "official": "ryndin"},
}
REFUSED = (403, 404)


class Record(NamedTuple):
    """One record of the story: the region it belongs to, and who finds it in which list."""

    region: str
    login: str
    listing: str


RECORDS = {
    "institution_id": Record("vologda", "october", "/v1/institutions?region=RU-VLG&kind=social_service"),
    "person_id": Record("vologda", "october", "/v1/people?starts_with=Смирнова"),
    "act_id": Record("vologda", "october", "/v1/acts?institution_id={october}"),
    "appointment_id": Record("vologda", "october", "/v1/appointments?institution_id={october}"),
    "membership_id": Record("vologda", "october", "/v1/memberships?institution_id={october}"),
    "status_id": Record("vologda", "october", "/v1/statuses?institution_id={october}"),
    "agreement_id": Record("vologda", "october", "/v1/agreements?institution_id={october}"),
    "account_id": Record("vologda", "administrator", "/v1/accounts"),
    "direction_id": Record("irkutsk", "kletskina", "/v1/directions"),
    "call_id": Record("irkutsk", "kletskina", "/v1/calls"),
    "application_id": Record("irkutsk", "vesta", "/v1/applications"),
    "review_id": Record("irkutsk", "expert1", "/v1/reviews"),
    "verdict_id": Record("irkutsk", "vesta", "/v1/verdicts"),
    "project_id": Record("irkutsk", "vesta", "/v1/projects?institution_id={vesta}"),
    "council_id": Record("irkutsk", "secretary", "/v1/councils"),
    "session_id": Record("irkutsk", "secretary", "/v1/sessions"),
    "award_id": Record("vologda", "october", "/v1/awards"),
    "practice_id": Record("vologda", "october", "/v1/practices?institution_id={october}"),
    "package_id": Record("vologda", "october", "/v1/packages"),
    "edition_id": Record("vologda", "october", "/v1/package-editions?institution_id={october}"),
    "event_id": Record("vologda", "october", "/v1/events?institution_id={october}&scope=institution"),
    "consultation_id": Record("vologda", "october", "/v1/consultations?institution_id={october}"),
    "publication_id": Record("vologda", "october", "/v1/publications?institution_id={october}"),
    "material_id": Record("vologda", "october", "/v1/materials?institution_id={october}"),
    "participation_id": Record("vologda", "october", "/v1/participations"),
    "cluster_id": Record("irkutsk", "vesta", "/v1/clusters"),
    "replication_id": Record("irkutsk", "tulun", "/v1/replications"),
    "report_id": Record("vologda", "october", "/v1/reports"),
    "/v1/entries/{entry_id}": Record("vologda", "october", "/v1/entries"),
    "/v1/bank-entries/{entry_id}": Record("vologda", "october", "/v1/bank-entries?institution_id={october}"),
}
OPEN = {
    "GET /v1/institutions/{institution_id}",
    "GET /v1/institutions/{institution_id}/overview",
    "GET /v1/people/{person_id}",
    "GET /v1/acts/{act_id}",
    "GET /v1/acts/{act_id}/edition",
    "GET /v1/appointments/{appointment_id}",
    "GET /v1/statuses/{status_id}",
    "GET /v1/directions/{direction_id}",
    "GET /v1/calls/{call_id}",
    "GET /v1/verdicts/{verdict_id}",
    "GET /v1/projects/{project_id}",
    "GET /v1/projects/{project_id}/milestones",
    "GET /v1/projects/{project_id}/timeline",
    "GET /v1/councils/{council_id}",
    "GET /v1/sessions/{session_id}",
    "GET /v1/sessions/{session_id}/protocol",
    "GET /v1/practices/{practice_id}",
    "GET /v1/package-editions/{edition_id}",
    "GET /v1/publications/{publication_id}",
    "GET /v1/materials/{material_id}",
    "GET /v1/bank-entries/{entry_id}",
}
"""Registers, open defence and its decisions, what is published: for everybody who has signed in."""
OPEN_TO: dict[Kind, set[str]] = {
    "specialist": set(),
    "expert": {"GET /v1/agreements/{agreement_id}"},
    "official": {
        "GET /v1/memberships/{membership_id}",
        "GET /v1/agreements/{agreement_id}",
        "GET /v1/applications/{application_id}",
        "GET /v1/applications/{application_id}/timeline",
        "GET /v1/entries/{entry_id}",
        "GET /v1/awards/{award_id}",
        "GET /v1/events/{event_id}",
        "GET /v1/consultations/{consultation_id}",
        "GET /v1/participations/{participation_id}",
        "GET /v1/clusters/{cluster_id}",
        "GET /v1/replications/{replication_id}",
        "POST /v1/directions/{direction_id}/return",
        "POST /v1/directions/{direction_id}/agreement",
        "POST /v1/directions/{direction_id}/closing",
        "PUT /v1/councils/{council_id}",
    },
}
"""What ministries do for the whole technopark; directions and councils belong to no region."""
ASKED = {
    "GET /v1/acts/{act_id}/edition": "?on=2024-01-01",
    "GET /v1/applications/{application_id}/conflicts": "?person_id=expert&on=2018-03-21",
}
GIVEN: dict[str, dict[str, Any]] = {
    "POST /v1/sessions/{session_id}/decisions": {
        "item": 1, "tally": {"votes_for": 6, "votes_against": 0, "abstained": 0}
    },
}  # fmt: skip
ROUTES = [
    f"{route.method} {route.path}"
    for route in listed().routes
    if "_id}" in route.path and not route.anonymous
]  # fmt: skip


@pytest.fixture(scope="module")
async def ids(journey: "Journey") -> dict[str, str]:
    """The id of each record, as those find it whose record it is."""
    places = {name: journey.story.institutions[name] for name in ("october", "vesta")}

    async def found(record: Record) -> str:
        page = await journey.get(record.login, record.listing.format(**places))
        return str(page["items"][0]["id"])

    numbers = await asyncio.gather(*(found(record) for record in RECORDS.values()))
    return dict(zip(RECORDS, numbers, strict=True))


@pytest.fixture(scope="module")
async def bodies(journey: "Journey") -> dict[str, Any]:
    """A body that each write takes, made of the examples of its description: a refusal is not of its content."""
    story = journey.story
    async with story.http.get(f"{story.gateway_url}/openapi.json") as answer:
        document = await answer.json()
    schemas = document["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _example(operation["requestBody"]["content"]["application/json"]["schema"], schemas)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
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


async def _tries(who: Visitor, route: str, ids: dict[str, str], bodies: dict[str, Any]) -> int:
    method, _, path = route.partition(" ")
    known, parameter = _home(route)
    address = path.replace(f"{{{parameter}}}", ids[known]).replace("{key}", "socio.n.consultations")
    body = None if method == "GET" else GIVEN.get(route, bodies.get(route, {}))
    headers = {} if method == "GET" else {"If-Match": "*"}
    status, _ = await who.attempt(method, address + ASKED.get(route, ""), body, **headers)
    return status


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


async def test_nobody_reads_or_changes_a_record_without_signing_in(
    journey: "Journey", ids: dict[str, str], bodies: dict[str, Any]
) -> None:
    story = journey.story
    anonymous = Visitor(story.http, story.gateway_url, "", "")
    answers = await asyncio.gather(*(_tries(anonymous, route, ids, bodies) for route in ROUTES))
    assert {route: status for route, status in zip(ROUTES, answers, strict=True) if status != 401} == {}


async def test_the_contacts_of_a_person_are_not_for_strangers(journey: "Journey", ids: dict[str, str]) -> None:
    assert (await journey.get("kletskina", f"/v1/people/{ids['person_id']}"))["full_name"] == "Смирнова Юлия Алексеевна"
    for login in ("bratsk", "expert4"):
        shown = await journey.get(login, f"/v1/people/{ids['person_id']}")
        assert (shown["full_name"], shown["email"], shown["phone"]) == (None, None, None)


def test_every_route_of_one_record_is_tried_and_no_rule_is_of_a_route_that_is_gone() -> None:
    assert {_home(route)[0] for route in ROUTES} == set(RECORDS)
    assert (OPEN | set().union(*OPEN_TO.values()) | set(ASKED) | set(GIVEN)) - set(ROUTES) == set()
