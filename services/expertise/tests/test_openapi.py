import re
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.serving import build
from expertise.settings import ExpertiseSettings
from expertise.wiring import wire

RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)


@pytest.fixture(scope="module")
def document(issuer) -> dict[str, Any]:
    settings = ExpertiseSettings(
        mongo_url=SecretStr("mongodb://none/none"), rabbitmq_url=SecretStr("amqp://none/none"), **issuer.settings
    )
    return build(wire(settings), consume=False).openapi()


def test_every_operation_of_the_council_is_described_in_russian(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith("/v1/"):
                assert RUSSIAN.search(operation["summary"]), path
                assert RUSSIAN.search(operation["description"]), path


def test_every_description_shown_to_people_is_in_russian(document):
    texts = [
        (name, part["description"])
        for name, schema in document["components"]["schemas"].items()
        for part in [schema, *schema.get("properties", {}).values()]
        if "description" in part
    ]
    assert [(name, text) for name, text in texts if not RUSSIAN.search(text)] == []


def test_every_field_of_a_command_shows_an_example_or_a_described_part(document):
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    ]
    lacking = [
        (name, field)
        for name in bodies
        for field, schema in schemas[name].get("properties", {}).items()
        if not ({"examples", "$ref"} & schema.keys() or "$ref" in schema.get("items", {}))
    ]
    assert lacking == []
