"""The page of a type."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element

from contracts import glossary
from contracts.entries import Entry, FieldEntry
from contracts.promises import INBOUND_CHECKS
from gateway.events.parts import ROOT, always, link_to, marks, section, sentences, shown_json, table
from gateway.html import Part, page, tag
from gateway.markdown import blocks, code, words

_OBJECT = {
    "public": "Тот же JSON — элемент `items` ленты `GET /v1/feed` и тело вебхука (`application/cloudevents+json`). "
    "Вебхук подписан по Standard Webhooks: `webhook-id` — номер события, `webhook-timestamp`, `webhook-signature`.",
    "inbound": "То же без брокера: тело `POST /v1/contributions`, одно событие или пачка.",
}


def type_page(entry: Entry, types: Collection[str]) -> bytes:
    """Return the page; `types` are those that have one."""
    parts = [
        tag("p", tag("a", "События", href=ROOT), " → ", tag("a", glossary.OWNERS[entry.owner], href=_group(entry))),
        tag("h1", tag("code", entry.type), *marks(entry)),
        tag("p", *words(entry.meaning), class_="lead"),
        *_succession(entry, types),
        section("occasion", "Кто и когда сообщает", tag("p", *words(entry.occasion, types)), *_source(entry)),
        section("fields", "Тело", _fields(entry), *_redacted(entry)),
        section("example", "Пример", *_example(entry)),
        *_checks(entry),
        section("order", "Порядок", *_subject(entry), sentences(entry.promises.order, types)),
        section("delivery", "Повторы и пропуски", sentences(entry.promises.delivery, types)),
        section("compatibility", "Что не изменится", sentences(entry.promises.compatibility, types)),
        section("schema", "Схема тела", *_schema(entry)),
    ]
    return page(entry.type, f"{ROOT}/{entry.type}", tag("main", *parts, class_="catalogue"))


def _group(entry: Entry) -> str:
    return f"{ROOT}#{entry.owner}"


def _succession(entry: Entry, types: Collection[str]) -> list[Part]:
    shown: list[Part] = []
    if ending := entry.deprecation:
        told = f"Устарел с {ending.since:%d.%m.%Y}. Последний день (Sunset) — {ending.last_day:%d.%m.%Y}. Вместо него "
        shown.append(tag("p", told, code(ending.successor, types), ".", class_="ending"))
    if entry.replaces:
        shown.append(tag("p", "Приходит на смену ", code(entry.replaces, types), ".", class_="successor"))
    if len(entry.versions) > 1:
        versions = [part for each in entry.versions for part in (", ", link_to(each))][1:]
        shown.append(tag("p", "Версии этого события: ", *versions, "."))
    return shown


def _source(entry: Entry) -> list[Part]:
    if entry.stream == "inbound":
        return []
    return [tag("p", *words(f"Источник (`source`) — `{entry.structured['source']}`."))]


def _fields(entry: Entry) -> Element:
    rows = [
        (
            [code(field.name)],
            words(field.kind),
            ["да" if field.required else "нет"],
            _meaning(field),
        )
        for field in entry.fields
    ]
    return table(("Поле", "Что в нём", always(entry.stream), "Что значит"), rows)


def _meaning(field: FieldEntry) -> list[Part]:
    """Set the values of an enumeration apart, wherever the meaning explains them."""
    if not field.values:
        return [field.meaning]
    pieces = re.split(rf"\b({'|'.join(field.values)})\b", field.meaning)
    return [code(piece) if piece in field.values else piece for piece in pieces]


def _redacted(entry: Entry) -> list[Part]:
    if entry.stream == "inbound":
        return []
    told = []
    if entry.dropped:
        named = ", ".join(f"`{name}`" for name in entry.dropped)
        told.append(
            f"Внутри платформы у события есть ещё {named}: это о людях или о внутренней работе, партнёрам не видно."
        )
    told += [f"В `{name}` вместо номеров людей псевдонимы." for name in entry.pseudonyms]
    said = told or ["Ничего не скрыто: внутри платформы у события те же поля."]
    return [tag("p", *words(f"{' '.join(said)} Кто вызвал событие и почему, партнёрам не сообщается."))]


def _example(entry: Entry) -> list[Part]:
    delivered = [("обменник", entry.exchange), ("ключ маршрутизации", entry.type)]
    told = [*delivered, *entry.properties.items(), *entry.headers.items()]
    return [
        tag("h3", "Сообщение AMQP"),
        table(("Свойство или заголовок", "Значение"), [([code(name)], [code(value)]) for name, value in told]),
        tag("p", "Тело:"),
        shown_json(entry.body),
        tag("h3", "Один JSON"),
        tag("p", *words(_OBJECT[entry.stream])),
        shown_json(entry.structured),
    ]


def _checks(entry: Entry) -> list[Part]:
    if entry.stream != "inbound":
        return []
    told = "\n".join(f"* **{what}**: {asked}" for what, asked in INBOUND_CHECKS.items())
    return [section("checks", "Что проверяется", *blocks(told))]


def _subject(entry: Entry) -> list[Part]:
    if entry.about is None:
        return []
    return [tag("p", *words(f"Запись (`subject`) этого события — `{entry.about}`."))]


def _schema(entry: Entry) -> list[Part]:
    file = f"{ROOT}/{entry.type}/schema.json"
    return [
        tag("p", "JSON Schema 2020-12, ", code(entry.schema["$id"]), ": ", tag("a", "schema.json", href=file), "."),
        tag("details", tag("summary", "Показать"), shown_json(entry.schema)),
    ]
