"""The catalogue of facts as an AsyncAPI 3.0 document, for partners and their tools."""

from datetime import UTC, datetime
from typing import Any

from contracts import __version__, glossary
from contracts.catalogue import CATALOGUE
from contracts.envelope import PREFIX, SCHEMA_ROOT, Envelope
from contracts.fact import Fact
from contracts.schemas import headers_schema, payload_schema

EXCHANGE = "facts"

_AMQP = {"bindingVersion": "0.3.0"}
_HEADERS = "CloudEventsHeaders"
_ABOUT = """События социального технопарка: что произошло в реестре, экспертном совете, трансфере и отчётности.

Каждое событие — сообщение AMQP 0-9-1: тело в JSON, атрибуты CloudEvents 1.0 в заголовках `cloudEvents:*`.

* Ключ маршрутизации равен типу события: `<сервис>.<что>.<что произошло>.v<версия>`.
* Доставка — не менее одного раза: повторы отбрасывают по паре `source` + `id`.
* Порядок — только в пределах `subject`: из двух событий новее то, у которого больше `sequence`.
* В пределах версии типа появляются только новые необязательные поля: незнакомые поля пропускайте. Любое другое
  изменение выходит новым типом, рядом с прежним.

Документ говорит, кто сообщает о событии. Адрес брокера, учётную запись и очередь выдаёт оператор платформы."""


def document() -> dict[str, Any]:
    """Return the AsyncAPI document of all published types, one channel and one `send` operation each."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:technopark:facts",
        "info": {
            "title": "События социального технопарка",
            "version": __version__,
            "description": _ABOUT,
            "tags": [{"name": owner, "description": meaning} for owner, meaning in glossary.OWNERS.items()],
        },
        "defaultContentType": "application/json",
        "channels": {event_type: _channel(event_type) for event_type in CATALOGUE},
        "operations": {f"{event_type}.send": _operation(event_type) for event_type in CATALOGUE},
        "components": {
            "messages": {event_type: _message(model) for event_type, model in CATALOGUE.items()},
            "schemas": {
                _HEADERS: headers_schema(),
                **{event_type: _payload(model) for event_type, model in CATALOGUE.items()},
            },
        },
    }


def _channel(event_type: str) -> dict[str, Any]:
    exchange = {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": event_type,
        "title": glossary.TYPES[event_type],
        "messages": {event_type: {"$ref": f"#/components/messages/{event_type}"}},
        "tags": _tags(event_type),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **_AMQP}},
    }


def _operation(event_type: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{event_type}"},
        "title": glossary.TYPES[event_type],
        "tags": _tags(event_type),
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "timestamp": True, **_AMQP}},
        "messages": [{"$ref": f"#/channels/{event_type}/messages/{event_type}"}],
    }


def _message(model: type[Fact]) -> dict[str, Any]:
    return {
        "name": model.type,
        "title": glossary.TYPES[model.type],
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{_HEADERS}"},
        "payload": {"$ref": f"#/components/schemas/{model.type}"},
        "correlationId": {
            "description": glossary.ATTRIBUTES["correlationid"],
            "location": f"$message.header#/{PREFIX}correlationid",
        },
        "tags": _tags(model.type),
        "bindings": {"amqp": {"messageType": model.type, **_AMQP}},
        "examples": [{"headers": _example_headers(model), "payload": model.example()}],
    }


def _payload(model: type[Fact]) -> dict[str, Any]:
    # A Schema Object of AsyncAPI names neither its dialect nor itself; every keyword we use means the same in both.
    return {name: value for name, value in payload_schema(model).items() if name not in ("$schema", "$id")}


def _example_headers(model: type[Fact]) -> dict[str, str]:
    example = model.example()
    return Envelope(
        id="0190a000-0000-7000-8000-000000000001",
        source=f"/{owner(model.type)}",
        type=model.type,
        subject=example[next(iter(example))],
        time=datetime(2023, 11, 20, 9, 0, tzinfo=UTC),
        dataschema=f"{SCHEMA_ROOT}{model.type}",
        sequence=1,
        actor="0190a000-0000-7000-8000-000000000201",
        correlationid="0190a000-0000-7000-8000-000000000002",
    ).headers()


def _tags(event_type: str) -> list[dict[str, str]]:
    return [{"name": owner(event_type)}]


def owner(event_type: str) -> str:
    """Return the service that announces a type."""
    return event_type.split(".", 1)[0]
