"""A stream of facts as an AsyncAPI 3.0 document, for partners and their tools."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts import __version__, broker, glossary
from contracts.deprecations import DEPRECATED, Deprecation
from contracts.envelope import CONTENT_TYPE, PREFIX, Envelope
from contracts.fact import Fact
from contracts.inbound import InboundEnvelope
from contracts.occasions import OCCASIONS
from contracts.overviews import TITLES, overview
from contracts.public import public_envelope
from contracts.schemas import headers_schema, payload_schema
from contracts.streams import FACTS, INBOUND, PUBLIC, Stream

_AMQP = {"bindingVersion": "0.3.0"}
_HEADERS = "CloudEventsHeaders"
_MOMENT = datetime(2023, 11, 20, 9, 0, tzinfo=UTC)


def document(stream: Stream = FACTS, deprecated: Mapping[str, Deprecation] = DEPRECATED) -> dict[str, Any]:
    """Return the AsyncAPI document of a stream: one channel and one operation per type, as the platform sees it.

    Partners' documents also name the broker, how to sign in and, of the public stream, the queues to read from.
    """
    verb = _verb(stream)
    owners = dict.fromkeys(owner(event_type) for event_type in stream.models)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:technopark:{stream.exchange}",
        "info": {
            "title": TITLES[stream.exchange],
            "version": __version__,
            "description": overview(stream),
            "tags": [{"name": name, "description": glossary.OWNERS[name]} for name in owners],
        },
        "defaultContentType": CONTENT_TYPE,
        **({} if stream is FACTS else {"servers": {"broker": _server()}}),
        "channels": {event_type: _channel(event_type, stream, deprecated) for event_type in stream.models}
        | (_queues(stream) if stream is PUBLIC else {}),
        "operations": {f"{event_type}.{verb}": _operation(event_type, verb) for event_type in stream.models},
        "components": {
            **({} if stream is FACTS else {"securitySchemes": {"partner": _account()}}),
            "messages": {event_type: _message(model, stream) for event_type, model in stream.models.items()},
            "schemas": {
                _HEADERS: headers_schema(stream),
                **{event_type: _payload(model, stream) for event_type, model in stream.models.items()},
            },
        },
    }


def _verb(stream: Stream) -> str:
    return "receive" if stream is INBOUND else "send"


def _server() -> dict[str, Any]:
    return {
        "host": "{host}",
        "pathname": f"/{broker.VIRTUAL_HOST}",
        "protocol": "amqps",
        "protocolVersion": "0.9.1",
        "title": "Брокер партнёров",
        "description": f"Виртуальный хост `{broker.VIRTUAL_HOST}`. На учебной площадке — без TLS: `amqp`.",
        "variables": {"host": {"description": "Адрес и порт называет администратор площадки, выдавая подключение"}},
        "security": [{"$ref": "#/components/securitySchemes/partner"}],
        "x-limits": dict(broker.LIMITS),
    }


def _account() -> dict[str, Any]:
    return {
        "type": "userPassword",
        "description": f"Пользователь — `{broker.USER}`, где `name` — имя подключения; пароль показан один раз, при "
        "выдаче. Объявлять очереди, обменники и привязки нельзя: всё нужное уже есть.",
    }


def _queues(stream: Stream) -> dict[str, Any]:
    everything = {event_type: {"$ref": f"#/components/messages/{event_type}"} for event_type in stream.models}
    size = broker.QUEUE_BYTES // 2**20
    return {
        "queue": {
            "address": broker.QUEUE,
            "title": "Очередь партнёра",
            "description": "Отсюда партнёр читает выданные ему типы. Очередь уже объявлена (quorum) и привязана; её "
            f"размер — {size} МиБ, если не выдан другой, сверх него уходят самые старые события.",
            "parameters": {"name": {"description": broker.NAME_MEANING}},
            "messages": everything,
            "bindings": {"amqp": {"is": "queue", "queue": _queue(broker.QUEUE), **_AMQP}},
        },
        "log": {
            "address": broker.LOG,
            "title": "Журнал открытых событий",
            "description": "Поток (stream) RabbitMQ: его читают с любого места (`x-stream-offset`) сколько угодно раз. "
            f"Хранит {broker.LOG_DAYS} дней; открыт тем, кому выданы все типы сразу (`*`).",
            "messages": everything,
            "bindings": {"amqp": {"is": "queue", "queue": _queue(broker.LOG), **_AMQP}},
        },
    }


def _queue(name: str) -> dict[str, Any]:
    return {"name": name, "durable": True, "exclusive": False, "autoDelete": False}


def _channel(event_type: str, stream: Stream, deprecated: Mapping[str, Deprecation]) -> dict[str, Any]:
    exchange = {"name": stream.exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": event_type,
        "title": glossary.TYPES[event_type],
        # AsyncAPI 3.0 has no mark for what is deprecated, so the description says it.
        **({"description": deprecated[event_type].notice} if event_type in deprecated else {}),
        "messages": {event_type: {"$ref": f"#/components/messages/{event_type}"}},
        "tags": _tags(event_type),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **_AMQP}},
    }


def _operation(event_type: str, verb: str) -> dict[str, Any]:
    return {
        "action": verb,
        "channel": {"$ref": f"#/channels/{event_type}"},
        "title": glossary.TYPES[event_type],
        "tags": _tags(event_type),
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "timestamp": True, **_AMQP}},
        "messages": [{"$ref": f"#/channels/{event_type}/messages/{event_type}"}],
    }


def _message(model: type[Fact], stream: Stream) -> dict[str, Any]:
    headers = example_envelope(model, stream).headers()
    return {
        "name": model.type,
        "title": glossary.TYPES[model.type],
        **({} if stream is FACTS else {"description": OCCASIONS[model.type]}),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": f"#/components/schemas/{_HEADERS}"},
        "payload": {"$ref": f"#/components/schemas/{model.type}"},
        **_correlation(stream),
        "tags": _tags(model.type),
        "bindings": {"amqp": {"messageType": model.type, **_AMQP}},
        "examples": [{"headers": headers, "payload": model.example()}],
    }


def _correlation(stream: Stream) -> dict[str, Any]:
    if stream is not FACTS:
        return {}
    location = f"$message.header#/{PREFIX}correlationid"
    return {"correlationId": {"description": glossary.ATTRIBUTES["correlationid"], "location": location}}


def _payload(model: type[Fact], stream: Stream) -> dict[str, Any]:
    # A Schema Object of AsyncAPI names neither its dialect nor itself; every keyword we use means the same in both.
    return {name: value for name, value in payload_schema(model, stream).items() if name not in ("$schema", "$id")}


def example_envelope(model: type[Fact], stream: Stream) -> Envelope | InboundEnvelope:
    """Return the attributes of the published example of a type."""
    if stream is INBOUND:
        return InboundEnvelope(id="c-2023-000117", source="/crm", type=model.type, time=_MOMENT)
    envelope = Envelope(
        id="0190a000-0000-7000-8000-000000000001",
        source=f"/{owner(model.type)}",
        type=model.type,
        subject=model.example()[model.about],
        time=_MOMENT,
        dataschema=f"{stream.schema_root}{model.type}",
        sequence=1,
        actor="0190a000-0000-7000-8000-000000000201",
        correlationid="0190a000-0000-7000-8000-000000000002",
    )
    return public_envelope(envelope) if stream is PUBLIC else envelope


def _tags(event_type: str) -> list[dict[str, str]]:
    return [{"name": owner(event_type)}]


def owner(event_type: str) -> str:
    """Return who announces a type: a service, or `partner`."""
    return event_type.split(".", 1)[0]
