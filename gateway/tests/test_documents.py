"""One API document of what clients can really reach."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.openapi.merge import merged
from gateway.openapi.names import clashing, references
from gateway.table import Route, Table, listed, read_rows
from testkit import eventually, fresh_database
from testkit.http import Answer, running_service

SERVICES = ("registry", "expertise", "transfer", "reporting")
WHOLE = len({route.path for route in listed().routes})


@pytest.fixture(scope="module")
async def services(servers, issuer, real_service) -> AsyncIterator[dict[str, str]]:
    """The four real services on real databases: name → origin."""
    async with AsyncExitStack() as stack:
        origins = {}
        for name in SERVICES:
            mongo_url = await stack.enter_async_context(fresh_database(servers.mongo, name))
            running = running_service(real_service(name, mongo_url), issuer)
            origins[name] = (await stack.enter_async_context(running)).base
        yield origins


@pytest.fixture(scope="module")
async def platform_document(running_gateway, services) -> dict[str, Any]:
    async with running_gateway(**services) as door:
        document: dict[str, Any] = (await _described(door, paths=WHOLE)).expect(200)
    return document


async def _described(door: Any, *, paths: int = 1) -> Answer:
    """Return the document once so much is in it: the services of this process compose theirs in seconds."""

    async def described() -> Answer:
        answer: Answer = await door.client.get("/openapi.json")
        assert answer.status == 200
        assert len(answer.json["paths"]) >= paths
        return answer

    return await eventually(described, 60)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_nothing_but_valid_openapi_3_1_is_published(platform_document):
    assert platform_document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(platform_document).iter_errors()) == []


def test_the_document_shows_exactly_the_rows_of_the_table(platform_document):
    shown = {(method, path) for method, path, _ in _operations(platform_document)}
    assert shown == {(route.method, route.path) for route in listed().routes}


def test_every_reference_leads_somewhere_and_every_operation_has_an_id_of_its_own(platform_document):
    schemas = platform_document["components"]["schemas"]
    assert set(references(platform_document)) <= schemas.keys()
    ids = [operation["operationId"] for _, _, operation in _operations(platform_document)]
    assert len(set(ids)) == len(ids)


def test_every_refusal_is_documented_as_a_problem_document(platform_document):
    named = platform_document["components"]["responses"]
    for method, path, operation in _operations(platform_document):
        for status, answer in operation["responses"].items():
            whole = named[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            if status[0] in "45":
                # signing in speaks to browsers and in the words of OAuth too
                told = set(whole["content"]) - (
                    {"text/html", "application/json"} if path.startswith("/oauth/") else set()
                )
                assert told == {"application/problem+json"}, (method, path, status)


def test_every_operation_says_in_russian_what_it_does_and_under_which_heading(platform_document):
    lacking = [
        (method, path)
        for method, path, operation in _operations(platform_document)
        if not operation.get("tags") or not any("а" <= letter <= "я" for letter in operation.get("summary", "").lower())
    ]
    assert lacking == []


def test_every_field_of_a_json_body_comes_with_an_example(platform_document):
    schemas = platform_document["components"]["schemas"]
    lacking = set()
    for _, _, operation in _operations(platform_document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for name in references(body):
            for field, schema in schemas[name].get("properties", {}).items():
                if not _has_example(schema, schemas):
                    lacking.add(f"{name}.{field}")
    assert sorted(lacking) == []


def _has_example(schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    if {"examples", "example", "enum", "const", "default"} & schema.keys() or schema.get("type") == "boolean":
        return True
    parts = [schemas[name] for name in references(schema)] + schema.get("anyOf", []) + schema.get("allOf", [])
    return any(_has_example(part, schemas) or "properties" in part for part in parts)


def test_the_quick_start_names_what_a_client_has_to_know(platform_document):
    text = platform_document["info"]["description"]
    for needed in ("Быстрый старт", "/v1/sign-in", "If-Match", "Idempotency-Key", "cursor", "problem+json"):
        assert needed in text


async def test_a_document_the_client_has_already_is_not_sent_again(running_gateway, services):
    async with running_gateway(registry=services["registry"]) as door:
        first = await _described(door)
        assert "/v1/institutions" in first.expect(200)["paths"]
        again = await door.client.get("/openapi.json", headers={"If-None-Match": f"W/{first.etag}"})
        assert (again.status, again.body) == (304, b"")


def _document(title: str, path: str, schemas: dict[str, Any], **operation: Any) -> dict[str, Any]:
    answer = {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    stated: dict[str, Any] = {"operationId": "show", "tags": ["Вещи"], "responses": {"200": answer}, **operation}
    return {"info": {"title": title}, "paths": {path: {"get": stated}}, "components": {"schemas": schemas}}


TABLE = Table(read_rows("[registry]\nGET /v1/a read\n[transfer]\nGET /v1/b read"))
THING = {"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Part"}}}


def _merged(registry_part: dict[str, Any], transfer_part: dict[str, Any]) -> dict[str, Any]:
    documents = {
        "registry": _document("Реестр", "/v1/a", {"Thing": THING, "Part": registry_part}),
        "transfer": _document("Передача", "/v1/b", {"Thing": THING, "Part": transfer_part, "Unused": {}}),
    }
    return merged(documents, TABLE.routes)


def test_schemas_that_mean_the_same_in_two_services_are_shown_once():
    schemas = _merged({"type": "string"}, {"type": "string"})["components"]["schemas"]
    assert sorted(schemas) == ["Part", "ProblemDocument", "ProblemType", "Thing"]


def test_schemas_that_differ_get_the_service_in_front_and_so_does_what_refers_to_them():
    document = _merged({"type": "string"}, {"type": "integer"})
    schemas = document["components"]["schemas"]
    problems, things = (
        ["ProblemDocument", "ProblemType"],
        ["RegistryPart", "RegistryThing", "TransferPart", "TransferThing"],
    )
    assert sorted(schemas) == [*problems, *things]
    assert schemas["TransferThing"]["properties"]["part"]["$ref"].endswith("/TransferPart")
    shown = json.dumps(document["paths"]["/v1/a"])
    assert "RegistryThing" in shown
    assert "TransferThing" not in shown


def test_operation_ids_that_occur_twice_are_told_apart():
    document = _merged({"type": "string"}, {"type": "string"})
    assert [operation["operationId"] for _, _, operation in _operations(document)] == ["show", "show_2"]


def test_a_clash_spreads_to_every_schema_that_refers_to_it_however_far():
    chain = {name: {"$ref": f"#/components/schemas/{after}"} for name, after in (("A", "B"), ("B", "C"))}
    assert clashing({"x": {**chain, "C": {"type": "string"}}, "y": {**chain, "C": {}}}) == {"A", "B", "C"}


@pytest.fixture(scope="module")
def versioned() -> dict[str, Any]:
    """A read and a replacement of a record, as a service documents them."""
    thing = {"type": "object", "properties": {"version": {"type": "integer"}}}
    parameters = [{"name": "Idempotency-Key", "in": "header"}, {"name": "If-Match", "in": "header", "required": False}]
    refusals = {status: {"description": "x", "content": {"application/json": {}}} for status in ("404", "409", "428")}
    document = _document("Реестр", "/v1/a", {"Thing": thing})
    read = document["paths"]["/v1/a"]["get"]
    read["responses"] |= refusals
    change = {**read, "operationId": "change", "parameters": parameters}
    read["parameters"] = parameters[:1]
    document["paths"]["/v1/a"]["put"] = change
    table = Table(read_rows("[registry]\nGET /v1/a read\nPUT /v1/a write"))
    item: dict[str, Any] = merged({"registry": document}, table.routes)["paths"]["/v1/a"]
    return item


def test_a_record_is_read_with_etag_and_if_none_match_and_refused_only_as_reads_are(versioned):
    read = versioned["get"]
    assert [parameter.get("name") for parameter in read["parameters"]] == ["If-None-Match", None]
    assert sorted(read["responses"]) == ["200", "304", "400", "401", "403", "404", "429", "503", "504"]
    assert "ETag" in read["responses"]["200"]["headers"]


def test_an_optional_parameter_is_not_documented_as_null():
    query = {"name": "q", "in": "query", "schema": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}}
    document = _document("Реестр", "/v1/a", {"Thing": {}}, parameters=[query])
    shown = merged({"registry": document}, TABLE.routes)["paths"]["/v1/a"]["get"]
    assert shown["parameters"][0]["schema"] == {"type": "string", "maxLength": 9}


def test_a_replacement_requires_if_match_and_may_meet_every_refusal_of_a_change(versioned):
    change = versioned["put"]
    required = {
        parameter["name"]: parameter.get("required", False) for parameter in change["parameters"] if "name" in parameter
    }
    assert required == {"Idempotency-Key": False, "If-Match": True}
    assert {"404", "409", "413", "428"} <= change["responses"].keys()


def test_only_an_anonymous_row_is_documented_without_a_token():
    rows = read_rows("[registry]\nGET /v1/a read anonymous\n[transfer]\nGET /v1/b read")
    documents = {
        "registry": _document("Реестр", "/v1/a", {"Thing": {}}, security=[{"accessToken": []}]),
        "transfer": _document("Передача", "/v1/b", {"Thing": {}}),
    }
    paths = merged(documents, list[Route](rows))["paths"]
    assert paths["/v1/a"]["get"]["security"] == []
    assert {"accessToken": []} in paths["/v1/b"]["get"]["security"]
    assert {"signIn": ["api.read"]} in paths["/v1/b"]["get"]["security"]


def test_a_row_with_a_role_and_an_end_says_so_to_people_and_to_programs():
    row = "[registry]\nGET /v1/a read role=curator,official deprecated=2027-01-31 sunset=2027-07-31"
    documents = {"registry": _document("Реестр", "/v1/a", {"Thing": {}})}
    document = merged(documents, list(read_rows(row)))
    shown = document["paths"]["/v1/a"]["get"]
    assert shown["deprecated"] is True
    assert shown["security"][0] == {"accessToken": ["curator", "official"]}
    assert "not-for-you" in shown["x-problems"]["403"]
    for told in ("`curator`, `official`", "устарел 31.01.2027", "31.07.2027"):
        assert told in shown["description"]
    assert {"Deprecation", "Sunset"} <= shown["responses"]["200"]["headers"].keys()
    assert {"Deprecation", "Sunset"} <= document["components"]["headers"].keys()
