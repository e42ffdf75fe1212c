"""The event catalogue: all that a partner needs to know of a type, in one place, made of the contracts alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from contracts import broker, glossary
from contracts.asyncapi import example_envelope, owner
from contracts.deprecations import DEPRECATED, Deprecation
from contracts.envelope import CONTENT_TYPE
from contracts.fact import Fact, Redaction
from contracts.kinds import kind, may_be_null, values
from contracts.occasions import OCCASIONS
from contracts.promises import INBOUND_PROMISES, PUBLIC_PROMISES, Promises
from contracts.public import redactions
from contracts.schemas import JsonSchema, payload_schema
from contracts.streams import FACTS, INBOUND, PUBLIC, Stream

PARTNERS = (PUBLIC, INBOUND)
"""The streams that partners read and write."""


@dataclass(frozen=True, kw_only=True)
class FieldEntry:
    """A field of a type's body."""

    name: str
    kind: str
    """What it holds, in Russian."""
    required: bool
    nullable: bool
    values: tuple[str, ...]
    """Of an enumeration."""
    meaning: str
    example: Any


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A type as the catalogue shows it; `about` and what is redacted are of public types only."""

    type: str
    stream: Literal["public", "inbound"]
    owner: str
    meaning: str
    occasion: str
    about: str | None
    versions: tuple[str, ...]
    """Of this fact, this one among them, the oldest first."""
    deprecation: Deprecation | None
    replaces: str | None
    """The type that is on its way out because of this one."""
    dropped: tuple[str, ...]
    pseudonyms: tuple[str, ...]
    fields: tuple[FieldEntry, ...]
    schema: JsonSchema
    body: dict[str, Any]
    exchange: str
    """Where the AMQP message goes; its routing key is the type."""
    properties: dict[str, str]
    headers: dict[str, str]
    """Of the AMQP message whose body the example is."""
    structured: dict[str, Any]
    """The same event as one JSON object: in the feed, in webhooks, in what is posted."""

    @property
    def promises(self) -> Promises:
        """What holds for every type of the stream."""
        return PUBLIC_PROMISES if self.stream == PUBLIC.folder else INBOUND_PROMISES

    def as_json(self) -> dict[str, Any]:
        """Return the entry for programs."""
        told = asdict(self)
        if ending := self.deprecation:
            told["deprecation"] = {
                "since": ending.since.isoformat(),
                "last_day": ending.last_day.isoformat(),
                "successor": ending.successor,
            }
        return told


def entries(
    streams: Iterable[Stream] = PARTNERS, deprecated: Mapping[str, Deprecation] = DEPRECATED
) -> dict[str, Entry]:
    """Return type → entry, in the order of the streams. Raises KeyError for what nobody has explained."""
    return {
        event_type: _entry(model, stream, deprecated)
        for stream in streams
        for event_type, model in stream.models.items()
    }


def unexplained(streams: Iterable[Stream] = PARTNERS) -> list[str]:
    """Name everything that the catalogue could not tell of a type: meaning, occasion, fields, example."""
    return [complaint for stream in streams for model in stream.models.values() for complaint in _lacking(model)]


def _lacking(model: type[Fact]) -> Iterator[str]:
    if model.type not in glossary.TYPES:
        yield f"{model.type}: не сказано, что произошло (glossary.TYPES)"
    if model.type not in OCCASIONS:
        yield f"{model.type}: не сказано, кто и когда сообщает (occasions.OCCASIONS)"
    example = model.example()
    for name in model.model_fields:
        if not glossary.explains(model.type, name):
            yield f"{model.type}.{name}: не сказано, что значит поле (glossary.FIELDS)"
        if name not in example:
            yield f"{model.type}.{name}: у поля нет примера (Field(examples=…))"


def _entry(model: type[Fact], stream: Stream, deprecated: Mapping[str, Deprecation]) -> Entry:
    schema, example = payload_schema(model, stream), model.example()
    envelope = example_envelope(model, stream)
    marks = {} if stream is INBOUND else redactions(FACTS.models[model.type])
    return Entry(
        type=model.type,
        stream="inbound" if stream is INBOUND else "public",
        owner=owner(model.type),
        meaning=glossary.TYPES[model.type],
        occasion=OCCASIONS[model.type],
        about=None if stream is INBOUND else model.about,
        versions=_versions(model.type, stream),
        deprecation=deprecated.get(model.type),
        replaces=next((old for old, ending in deprecated.items() if ending.successor == model.type), None),
        dropped=tuple(name for name, mark in marks.items() if mark is Redaction.DROPPED),
        pseudonyms=tuple(name for name, mark in marks.items() if mark is Redaction.PSEUDONYM),
        fields=tuple(_field(name, schema, example) for name in schema["properties"]),
        schema=schema,
        body=example,
        exchange=stream.exchange,
        properties=_properties(envelope.id, model.type, stream),
        headers=envelope.headers(),
        structured=envelope.structured(example),
    )


def _properties(event_id: str, event_type: str, stream: Stream) -> dict[str, str]:
    told = {"content_type": CONTENT_TYPE, "delivery_mode": "2"}
    if stream is INBOUND:
        return told | {"user_id": broker.USER.format(name="omsk-resource-centre")}
    return told | {"message_id": event_id, "type": event_type}


def _field(name: str, schema: JsonSchema, example: Mapping[str, Any]) -> FieldEntry:
    field = schema["properties"][name]
    return FieldEntry(
        name=name,
        kind=kind(field),
        required=name in schema.get("required", ()),
        nullable=may_be_null(field),
        values=values(field),
        meaning=field["description"],
        example=example[name],
    )


def _versions(event_type: str, stream: Stream) -> tuple[str, ...]:
    stem = _stem(event_type)
    return tuple(sorted((each for each in stream.models if _stem(each) == stem), key=_major))


def _stem(event_type: str) -> str:
    return event_type.rpartition(".v")[0]


def _major(event_type: str) -> int:
    return int(event_type.rpartition(".v")[2])
