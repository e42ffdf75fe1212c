"""JSON Schemas: what stands in the body of a message and in its headers."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts import glossary
from contracts.compatibility import SUBJECT
from contracts.envelope import PREFIX, Envelope
from contracts.fact import Fact, Redaction
from contracts.inbound import InboundEnvelope
from contracts.public import UNSAID
from contracts.streams import FACTS, INBOUND, PUBLIC, Stream

DIALECT = "https://json-schema.org/draft/2020-12/schema"
JsonSchema = dict[str, Any]

_ALWAYS_TOLD = frozenset({"dataschema"})
"""Attributes that an internal event may lack and a public one has."""
_PLACE = ("title", "description", "type", "properties", "required")


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that only repeat the name of a field."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def payload_schema(model: type[Fact], stream: Stream = FACTS) -> JsonSchema:
    """Return the JSON Schema 2020-12 of a fact of a stream; unknown fields are allowed, as readers must allow them."""
    found = model.model_json_schema(schema_generator=_Untitled)
    found["description"] = glossary.TYPES[model.type]
    found["properties"] = {
        name: {"description": _meaning(model, name, stream), **_bare(field)}
        for name, field in found["properties"].items()
    }
    ordered = {name: found[name] for name in _PLACE} | found
    subject = {} if stream is INBOUND else {SUBJECT: model.about}
    return {"$schema": DIALECT, "$id": f"{stream.schema_root}{model.type}", **subject, **ordered}


def _meaning(model: type[Fact], name: str, stream: Stream) -> str:
    replaced = stream is PUBLIC and Redaction.PSEUDONYM in model.model_fields[name].metadata
    return glossary.field_meaning(model.type, name) + (glossary.PSEUDONYM if replaced else "")


def _bare(field: JsonSchema) -> JsonSchema:
    """Drop the remarks of the code's readers, and the examples of the branches of an optional field."""
    bare = {name: value for name, value in field.items() if name != "description"}
    if "anyOf" in bare:
        bare["anyOf"] = [
            {name: value for name, value in branch.items() if name not in ("description", "examples")}
            for branch in bare["anyOf"]
        ]
    return bare


def headers_schema(stream: Stream = FACTS) -> JsonSchema:
    """Return the JSON Schema of the AMQP headers of a stream: the CloudEvents attributes, all of them text."""
    envelope = InboundEnvelope if stream is INBOUND else Envelope
    meanings = glossary.INBOUND_ATTRIBUTES if stream is INBOUND else glossary.ATTRIBUTES
    always = _ALWAYS_TOLD if stream is PUBLIC else frozenset()
    fields = envelope.model_json_schema(schema_generator=_Untitled)["properties"]
    return {
        "type": "object",
        "properties": {
            f"{PREFIX}{name}": {"description": meanings[name], **_as_text(field)}
            for name, field in fields.items()
            if not (stream is PUBLIC and name in UNSAID)
        },
        "required": [
            f"{PREFIX}{name}"
            for name, field in envelope.model_fields.items()
            if field.is_required() or field.default is not None or name in always
        ],
    }


def _as_text(field: JsonSchema) -> JsonSchema:
    present: JsonSchema = next((branch for branch in field.get("anyOf", ()) if branch["type"] != "null"), {})
    text = {name: value for name, value in (field | present).items() if name not in ("anyOf", "default", "description")}
    if text["type"] == "integer":
        return {"type": "string", "pattern": "^[1-9][0-9]*$"}
    return text
