"""A stream of facts as an AsyncAPI 3.0 document, for partners and their tools."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts import __version__, glossary
from contracts.deprecations import DEPRECATED, Deprecation
from contracts.envelope import PREFIX, Envelope
from contracts.fact import Fact
from contracts.inbound import InboundEnvelope
from contracts.public import public_envelope
from contracts.schemas import headers_schema, payload_schema
from contracts.streams import FACTS, INBOUND, PUBLIC, Stream

_AMQP = {"bindingVersion": "0.3.0"}
_HEADERS = "CloudEventsHeaders"
_FORM = "Каждое событие — сообщение AMQP 0-9-1: тело в JSON, атрибуты CloudEvents 1.0 в заголовках `cloudEvents:*`."
_ROUTE = "Ключ маршрутизации равен типу события: `<кто>.<что>.<что произошло>.v<версия>`."
_PROMISES = """* Доставка — не менее одного раза: повторы отбрасывают по паре `source` + `id`.
* Порядок — только в пределах `subject`: из двух событий новее то, у которого больше `sequence`.
* В пределах версии типа появляются только новые необязательные поля: незнакомые поля пропускайте. Любое другое
  изменение выходит новым типом, рядом с прежним."""

_TITLES = {
    FACTS.exchange: "События социального технопарка",
    PUBLIC.exchange: "Открытые события социального технопарка",
    INBOUND.exchange: "События партнёров для социального технопарка",
}
_ABOUT = {
    FACTS.exchange: f"""Что произошло в реестре, экспертном совете, трансфере и отчётности.

{_FORM}

* {_ROUTE}
{_PROMISES}

Документ говорит, кто сообщает о событии. Это внутренний поток: партнёры читают открытый, `asyncapi-public.json`.""",
    PUBLIC.exchange: f"""То, что социальный технопарк рассказывает всем: без персональных данных и внутренней работы.

{_FORM}

* {_ROUTE}
{_PROMISES}

Адрес брокера, учётную запись и очередь с выбранными типами выдаёт администратор платформы. Те же события в том же виде
отдаёт лента по HTTP и присылают подписанные веб-хуки.""",
    INBOUND.exchange: f"""То, что партнёр рассказывает платформе о себе.

{_FORM}

* {_ROUTE}
* В свойстве `user_id` — имя вашей учётной записи у брокера: оно доказывает, кто говорит.
* `id` неповторим у одного партнёра: повтор с тем же телом ничего не меняет, с другим — попадёт в карантин.
* Принимаются выданные вам типы и события ваших учреждений; тело — до 64 КиБ.
* Что не принято, лежит в карантине с причиной: `GET /v1/quarantine`.""",
}


def document(stream: Stream = FACTS, deprecated: Mapping[str, Deprecation] = DEPRECATED) -> dict[str, Any]:
    """Return the AsyncAPI document of a stream: one channel and one operation per type, as the platform sees it."""
    verb = _verb(stream)
    owners = dict.fromkeys(owner(event_type) for event_type in stream.models)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:technopark:{stream.exchange}",
        "info": {
            "title": _TITLES[stream.exchange],
            "version": __version__,
            "description": _ABOUT[stream.exchange],
            "tags": [{"name": name, "description": glossary.OWNERS[name]} for name in owners],
        },
        "defaultContentType": "application/json",
        "channels": {event_type: _channel(event_type, stream, deprecated) for event_type in stream.models},
        "operations": {f"{event_type}.{verb}": _operation(event_type, verb) for event_type in stream.models},
        "components": {
            "messages": {event_type: _message(model, stream) for event_type, model in stream.models.items()},
            "schemas": {
                _HEADERS: headers_schema(stream),
                **{event_type: _payload(model, stream) for event_type, model in stream.models.items()},
            },
        },
    }


def _verb(stream: Stream) -> str:
    return "receive" if stream is INBOUND else "send"


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
    return {
        "name": model.type,
        "title": glossary.TYPES[model.type],
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{_HEADERS}"},
        "payload": {"$ref": f"#/components/schemas/{model.type}"},
        **_correlation(stream),
        "tags": _tags(model.type),
        "bindings": {"amqp": {"messageType": model.type, **_AMQP}},
        "examples": [{"headers": example_headers(model, stream), "payload": model.example()}],
    }


def _correlation(stream: Stream) -> dict[str, Any]:
    if stream is not FACTS:
        return {}
    location = f"$message.header#/{PREFIX}correlationid"
    return {"correlationId": {"description": glossary.ATTRIBUTES["correlationid"], "location": location}}


def _payload(model: type[Fact], stream: Stream) -> dict[str, Any]:
    # A Schema Object of AsyncAPI names neither its dialect nor itself; every keyword we use means the same in both.
    return {name: value for name, value in payload_schema(model, stream).items() if name not in ("$schema", "$id")}


def example_headers(model: type[Fact], stream: Stream) -> dict[str, str]:
    """Return the AMQP headers of the published example of a type."""
    moment = datetime(2023, 11, 20, 9, 0, tzinfo=UTC)
    if stream is INBOUND:
        return InboundEnvelope(id="c-2023-000117", source="/crm", type=model.type, time=moment).headers()
    example = model.example()
    envelope = Envelope(
        id="0190a000-0000-7000-8000-000000000001",
        source=f"/{owner(model.type)}",
        type=model.type,
        subject=example[next(iter(example))],
        time=moment,
        dataschema=f"{stream.schema_root}{model.type}",
        sequence=1,
        actor="0190a000-0000-7000-8000-000000000201",
        correlationid="0190a000-0000-7000-8000-000000000002",
    )
    return (public_envelope(envelope) if stream is PUBLIC else envelope).headers()


def _tags(event_type: str) -> list[dict[str, str]]:
    return [{"name": owner(event_type)}]


def owner(event_type: str) -> str:
    """Return who announces a type: a service, or `partner`."""
    return event_type.split(".", 1)[0]
