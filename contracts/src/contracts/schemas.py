"""JSON Schemas: what stands in the body of a message and in its headers."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts import glossary
from contracts.envelope import PREFIX, SCHEMA_ROOT, Envelope
from contracts.fact import Fact

DIALECT = "https://json-schema.org/draft/2020-12/schema"
JsonSchema = dict[str, Any]

_PLACE = ("title", "description", "type", "properties", "required")


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that only repeat the name of a field."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def payload_schema(model: type[Fact]) -> JsonSchema:
    """Return the JSON Schema 2020-12 of a fact; unknown fields are allowed, as readers must allow them."""
    found = model.model_json_schema(schema_generator=_Untitled)
    found["description"] = glossary.TYPES[model.type]
    found["properties"] = {
        name: {"description": glossary.field_meaning(model.type, name), **_bare(field)}
        for name, field in found["properties"].items()
    }
    ordered = {name: found[name] for name in _PLACE} | found
    return {"$schema": DIALECT, "$id": f"{SCHEMA_ROOT}{model.type}", **ordered}


def _bare(field: JsonSchema) -> JsonSchema:
    """Drop the remarks of the code's readers, and the examples of the branches of an optional field."""
    bare = {name: value for name, value in field.items() if name != "description"}
    if "anyOf" in bare:
        bare["anyOf"] = [
            {name: value for name, value in branch.items() if name not in ("description", "examples")}
            for branch in bare["anyOf"]
        ]
    return bare


def headers_schema() -> JsonSchema:
    """Return the JSON Schema of a fact's AMQP headers: the CloudEvents attributes, all of them text."""
    fields = Envelope.model_json_schema(schema_generator=_Untitled)["properties"]
    return {
        "type": "object",
        "properties": {
            f"{PREFIX}{name}": {"description": glossary.ATTRIBUTES[name], **_as_text(field)}
            for name, field in fields.items()
        },
        "required": [
            f"{PREFIX}{name}"
            for name, field in Envelope.model_fields.items()
            if field.is_required() or field.default is not None
        ],
    }


def _as_text(field: JsonSchema) -> JsonSchema:
    present: JsonSchema = next((branch for branch in field.get("anyOf", ()) if branch["type"] != "null"), {})
    text = {name: value for name, value in (field | present).items() if name not in ("anyOf", "default", "description")}
    if text["type"] == "integer":
        return {"type": "string", "pattern": "^[1-9][0-9]*$"}
    return text
