"""What client teams read: every operation explained, shown by a valid example, with all its refusals by code."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.clients import catalogue
from tests.clients.documents import document, routers

from gateway.openapi.codes import by_status
from gateway.openapi.codes import catalogue as problems
from gateway.openapi.tags import TAGS
from gateway.table import listed

DOCUMENT = document()
ROWS = {(route.method, route.path): route for route in listed().routes}
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def _is_russian(text: str) -> bool:
    return any("а" <= letter <= "я" for letter in text.lower())


def _bodies(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield request and success bodies: whose, media type, what is told of it."""
    for media, told in operation.get("requestBody", {}).get("content", {}).items():
        yield "request", media, told
    for status, answer in operation["responses"].items():
        if status[0] == "2":
            for media, told in answer.get("content", {}).items():
                yield status, media, told


def _closed(node: Any) -> Any:
    """Return a part of the document in which an object has no fields but those that are described."""
    if isinstance(node, list):
        return [_closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(part) for key, part in node.items()}
    return {"additionalProperties": False, **closed} if isinstance(node.get("properties"), dict) else closed


COMPONENTS = _closed(DOCUMENT["components"])


def faults_of_example(told: dict[str, Any]) -> list[str]:
    """Say where the example of a body does not fit its schema."""
    if told.get("schema", {}).get("format") == "binary":
        return []
    shown = [told["example"]] if "example" in told else [each["value"] for each in told.get("examples", {}).values()]
    if not shown:
        return ["no example"]
    whole = {**_closed(told.get("schema", {})), "components": COMPONENTS}
    checker = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for each in shown for error in checker.iter_errors(each)]


def test_every_operation_says_in_russian_what_it_does():
    lacking = [
        name
        for name, operation in OPERATIONS
        if not (_is_russian(operation["summary"]) and _is_russian(operation["description"].partition("Отказы:")[0]))
    ]
    assert lacking == []


def test_every_heading_is_declared_described_and_in_order():
    used = {tag for _, operation in OPERATIONS for tag in operation["tags"]}
    assert [tag["name"] for tag in DOCUMENT["tags"]] == [name for name in TAGS if name in used]
    assert used <= TAGS.keys(), "describe the new heading in gateway/openapi/tags.py"
    assert all(len(tag["description"]) > 20 for tag in DOCUMENT["tags"])


def test_every_body_is_shown_by_an_example_that_fits_its_schema():
    faults = [
        f"{name} {whose} {media}: {fault}"
        for name, operation in OPERATIONS
        for whose, media, told in _bodies(operation)
        for fault in faults_of_example(told)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"schema": {"type": "object"}}, "no example"),
        ({"schema": {"$ref": "#/components/schemas/AssignExpert"}, "example": {"expert_id": "x"}}, "required"),
        ({"schema": {"type": "string", "format": "date"}, "example": "вчера"}, "date"),
        ({"schema": {"type": "object", "properties": {"a": {}}}, "example": {"b": 1}}, "Additional"),
    ],
)
def test_a_missing_or_wrong_example_is_noticed(told, fault):
    assert any(fault in found for found in faults_of_example(told))


def test_an_answer_with_an_example_of_a_problem_fits_the_schema_of_problems():
    answers = DOCUMENT["components"]["responses"].values()
    assert [
        fault for answer in answers for told in answer["content"].values() for fault in faults_of_example(told)
    ] == []


def test_every_refusal_of_an_operation_is_listed_by_its_codes():
    for name, operation in OPERATIONS:
        listed_codes = operation["x-problems"]
        assert listed_codes == by_status([code for codes in listed_codes.values() for code in codes]), name
        for status, answer in operation["responses"].items():
            own_form = answer.get("content", {}).keys() - {"application/problem+json"}  # pages, the words of OAuth
            assert status[0] in "23" or own_form or listed_codes[status], f"{name} {status}"
        assert listed_codes.keys() <= operation["responses"].keys(), name


def test_an_operation_names_the_refusals_of_its_own_rules():
    assigning = dict(OPERATIONS)["POST /v1/reviews"]
    assert {"expert-conflicted", "already-assigned"} <= set(assigning["x-problems"]["409"])
    assert "[`expert-conflicted`](/docs/problems#expert-conflicted)" in assigning["description"]
    assert "application-unknown" in assigning["x-problems"]["404"]
    assert "404" not in dict(OPERATIONS)["GET /v1/reviews"]["x-problems"]
    assert "practice-unknown" in dict(OPERATIONS)["POST /v1/contributions"]["x-problems"]["404"]


def test_people_are_told_of_no_refusal_that_an_operation_does_not_list():
    told = [
        f"{name}: {code}"
        for name, operation in OPERATIONS
        for code in re.findall(r"\(/docs/problems#([a-z0-9-]+)\)", operation["description"])
        if all(code not in listed_codes for listed_codes in operation["x-problems"].values())
    ]
    assert told == []


def test_the_kept_catalogue_is_what_the_code_says():
    assert catalogue.KEPT.read_text(encoding="utf-8") == catalogue.as_kept(), (
        f"run `{catalogue.COMMAND}` and read the change"
    )


def test_every_code_is_one_of_the_known_values_of_type():
    known = DOCUMENT["components"]["schemas"]["ProblemType"]["enum"]
    assert known == [f"urn:technopark:problem:{code}" for code in problems()]
    assert catalogue.written_codes() <= problems().keys()
    assert "nomination-unknown" not in problems(), "told on the bus alone"


def test_every_scheme_that_an_operation_wants_is_declared_with_its_scopes():
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"http", "oauth2", "openIdConnect", "apiKey"}
    scopes = schemes["signIn"]["flows"]["authorizationCode"]["scopes"].keys()
    for name, operation in OPERATIONS:
        route = ROWS[name.partition(" ")[0], name.partition(" ")[2]]
        assert bool(operation["security"]) is not route.anonymous, name
        wanted = [requirement["signIn"] for requirement in operation["security"] if "signIn" in requirement]
        assert all(set(names) <= scopes for names in wanted), name


def test_headers_are_documented_where_they_are_sent():
    components = DOCUMENT["components"]["headers"]
    for name, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if status[0] == "2":
                told = answer["headers"].keys()
                assert {"X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= told, name
    assert {"RetryAfter", "ETag", "Deprecation", "Sunset", "RateLimitPolicy"} <= components.keys()
    refused = DOCUMENT["components"]["responses"]
    assert "Retry-After" in refused["TooManyRequests"]["headers"]
    assert "Retry-After" in refused["Unavailable"]["headers"]


def test_every_operation_with_a_deadline_takes_a_shorter_one():
    for name, operation in OPERATIONS:
        route = ROWS[name.partition(" ")[0], name.partition(" ")[2]]
        takes = {"$ref": "#/components/parameters/XRequestTimeout"} in operation["parameters"]
        assert takes is (route.limits.seconds is not None), name


def test_a_stream_is_shown_as_it_comes():
    shown = dict(OPERATIONS)["GET /v1/me/updates"]["responses"]["200"]["content"]["text/event-stream"]["example"]
    assert "\nid: " in shown
    assert "\nevent: " in shown
    assert "\ndata: {" in shown


def test_what_is_always_in_an_answer_is_no_optional_field_of_it():
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("Page_StatusCard_", "StatusCard", "InstitutionOverview", "Worklist", "Number-Output"):
        assert set(schemas[name]["required"]) == schemas[name]["properties"].keys(), name
    for name in ("Tokens", "UserInfo"):  # OAuth leaves out what it has no value for
        assert set(schemas[name]["required"]) < schemas[name]["properties"].keys(), name
    assert "scopes" not in schemas["RegisterClient"]["required"], "a request may leave out what has a default"


def test_no_answer_of_the_api_leaves_fields_out():
    sparing = [
        route.path
        for _, of_one in routers()
        for router in of_one
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.startswith("/v1/")
        if route.response_model_exclude_none
        or route.response_model_exclude_unset
        or route.response_model_exclude_defaults
    ]
    assert sparing == [], "their fields are documented as always there"


def _telling(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the field that tells variants apart and the name of each variant."""
    if isinstance(node, dict):
        if "discriminator" in node:
            yield from (
                (node["discriminator"]["propertyName"], one["$ref"].rpartition("/")[2]) for one in node["oneOf"]
            )
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _telling(part)


def test_the_field_that_tells_variants_apart_is_required_as_it_really_is():
    schemas = DOCUMENT["components"]["schemas"]
    told = set(_telling(schemas))
    assert ("kind", "Narrative-Input") in told
    assert [name for field, name in told if field not in schemas[name].get("required", ())] == []


def _lists(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield where, node
        for key, part in node.items():
            yield from _lists(part, f"{where}.{key}")


def test_every_value_of_a_list_is_told_in_words_that_people_can_be_shown():
    schemas = DOCUMENT["components"]["schemas"]
    lists = [each for name, schema in schemas.items() if name != "ProblemType" for each in _lists(schema, name)]
    assert [where for where, told in lists if len(told.get("x-enum-descriptions", ())) != len(told["enum"])] == [], (
        "name the values in gateway/openapi/values.txt"
    )
    assert "`rip` — региональная инновационная площадка" in schemas["StatusCard"]["properties"]["kind"]["description"]
    assert all(_is_russian(word) for _, told in lists for word in told["x-enum-descriptions"])


def test_every_parameter_says_what_it_is_and_each_of_its_values():
    parameters = [
        (f"{name} {told['name']}", told)
        for name, operation in OPERATIONS
        for told in operation["parameters"]
        if "name" in told
    ]
    assert [where for where, told in parameters if not _is_russian(told.get("description", ""))] == []
    lacking = [
        f"{where}: {value}"
        for where, told in parameters
        for value in told["schema"].get("enum", ())
        if not re.search(rf"\b{value}`? —", told["description"])
    ]
    assert lacking == []
