"""An AsyncAPI document as people read it."""

from collections.abc import Collection, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from contracts.streams import Stream
from gateway.events.parts import ROOT, always, link_to, section, shown_json, table
from gateway.html import Part, page, tag
from gateway.markdown import Reading, blocks, code, words

_DIRECTIONS = {
    "send": "Платформа отправляет, вы получаете:",
    "receive": "Вы отправляете, платформа принимает:",
}


def address_of(stream: Stream) -> str:
    """Return the address of a stream's page."""
    return f"/docs/asyncapi-{stream.folder}"


def stream_page(stream: Stream, document: Mapping[str, Any], types: Collection[str]) -> bytes:
    """Return the page of a stream's AsyncAPI document; `types` are those that have a page."""
    title, address = document["info"]["title"], address_of(stream)
    file = f"{address}.json"
    parts = [
        tag("p", tag("a", "События", href=ROOT), " → AsyncAPI"),
        tag("h1", title),
        tag("p", f"AsyncAPI {document['asyncapi']}, версия {document['info']['version']}. Для программ и генераторов "
            "кода: ", tag("a", file.rpartition("/")[2], href=file), "."),
        section("servers", "Брокер и вход", *_servers(document)),
        section("channels", "Каналы", *_channels(document, types)),
        section("overview", "Что это и что обещано", *_overview(document, types)),
        section("headers", "Заголовки сообщения", *_headers(document, always(stream.folder))),
        section("messages", "События", _operations(document)),
    ]  # fmt: skip
    return page(title, address, tag("main", *parts, class_="catalogue"))


def _overview(document: Mapping[str, Any], types: Collection[str]) -> list[Part]:
    # Its headings stand below the section's own.
    return blocks(document["info"]["description"].replace("\n## ", "\n### "), Reading(types=types))


def _servers(document: Mapping[str, Any]) -> list[Part]:
    return [part for server in document["servers"].values() for part in _server(server, document)]


def _server(server: Mapping[str, Any], document: Mapping[str, Any]) -> list[Part]:
    url = f"{server['protocol']}://{server['host']}{server['pathname']}"
    (reference,) = (one["$ref"] for one in server["security"])
    account = document["components"]["securitySchemes"][reference.rpartition("/")[2]]
    limits = server["x-limits"]
    rows: list[tuple[list[Part], list[Part]]] = [
        (["адрес"], [code(url), *(f". {one['description']}." for one in server["variables"].values())]),
        (["протокол"], [f"AMQP {server['protocolVersion']}. ", *words(server["description"])]),
        (["вход"], words(account["description"])),
        (["соединения"], [f"сразу не больше {limits['connections']}, каналов в них — {limits['channels']}"]),
    ]
    return [table(("Что", "Как"), rows)]


def _channels(document: Mapping[str, Any], types: Collection[str]) -> list[Part]:
    queues = [one for one in document["channels"].values() if one["bindings"]["amqp"]["is"] == "queue"]
    keyed = [one for one in document["channels"].values() if one["bindings"]["amqp"]["is"] == "routingKey"]
    exchange = keyed[0]["bindings"]["amqp"]["exchange"]
    rows = [([code(one["address"])], [one["title"]], words(_described(one), types)) for one in queues]
    rows.append(
        (
            [code(exchange["name"])],
            ["Обменник"],
            words(f"{exchange['type']}, durable; ключ маршрутизации равен типу события, типов — {len(keyed)}."),
        )
    )
    return [table(("Имя", "Что это", "Как устроено"), rows)]


def _described(channel: Mapping[str, Any]) -> str:
    named = [f"`{name}` — {one['description']}." for name, one in channel.get("parameters", {}).items()]
    return " ".join([channel["description"], *named])


def _headers(document: Mapping[str, Any], required: str) -> list[Part]:
    message = next(iter(document["components"]["messages"].values()))
    schema = document["components"]["schemas"][message["headers"]["$ref"].rpartition("/")[2]]
    example = message["examples"][0]["headers"]
    rows = [
        (
            [code(name)],
            ["да" if name in schema["required"] else "нет"],
            [field["description"]],
            [code(example[name])] if name in example else ["—"],
        )
        for name, field in schema["properties"].items()
    ]
    told = (
        "Двоичный вид (binary) CloudEvents 1.0 для AMQP 0-9-1: тело — JSON события, атрибуты — заголовки "
        "`cloudEvents:*`, все текстом; `content_type` — `application/json`, `delivery_mode` — 2."
    )
    return [
        tag("p", *words(told)),
        table(("Заголовок", required, "Что значит", "Пример"), rows),
        tag("details", tag("summary", "Сообщение целиком"), shown_json(message["examples"][0])),
    ]


def _operations(document: Mapping[str, Any]) -> Element:
    actions: dict[str, list[str]] = {}
    for operation in document["operations"].values():
        event_type = operation["channel"]["$ref"].rpartition("/")[2]
        actions.setdefault(operation["action"], []).append(event_type)
    messages = document["components"]["messages"]
    parts: list[Part] = []
    for action, told in actions.items():
        rows = [([link_to(event_type)], [messages[event_type]["title"]]) for event_type in told]
        parts += [tag("p", _DIRECTIONS[action]), table(("Тип", "Что произошло"), rows)]
    return tag("div", *parts)
