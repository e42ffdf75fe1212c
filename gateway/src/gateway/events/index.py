"""The first page of the catalogue: how to begin, and every type on a line."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from contracts import glossary
from contracts.entries import Entry
from gateway.events.parts import ROOT, link_to, marks, section
from gateway.events.wheel import NAME
from gateway.html import Part, page, tag
from gateway.markdown import blocks, words

_BEGINNING = """
1. Подключение выдаёт администратор площадки: ваше имя у брокера, пароль, типы, которые вы получаете и сообщаете, срок.
2. **Получать** можно тремя путями, событие в каждом одно и то же: из своей очереди по AMQP, чтением ленты
   `GET /v1/feed`, подписанными вебхуками (`POST /v1/webhooks`). Лента помнит всё: с неё начинают и ею догоняют.
3. **Сообщать** — в обменник `inbound` по AMQP или `POST /v1/contributions`; что принято, покажет
   `GET /v1/contributions`, что нет и почему — `GET /v1/quarantine`.

По шагам, с готовыми программами на Python и Node: [обмен событиями за час](/docs/partners).
"""
_FILES = (
    ("/docs/asyncapi-public", "AsyncAPI: что вы получаете", "/docs/asyncapi-public.json"),
    ("/docs/asyncapi-inbound", "AsyncAPI: что вы сообщаете", "/docs/asyncapi-inbound.json"),
    ("/docs/events", "этот каталог", "/docs/events.json"),
)


def index(entries: Mapping[str, Entry]) -> bytes:
    """Return the page."""
    sections = [_section(owner, found) for owner in glossary.OWNERS if (found := _of(owner, entries))]
    return page(
        "События социального технопарка",
        ROOT,
        tag("main", *_head(entries), *sections, class_="catalogue"),
        scripts=("find.js",),
    )


def _head(entries: Mapping[str, Entry]) -> list[Part]:
    find = tag(
        "input", id="find", type="search", placeholder=f"Найти среди {len(entries)}: тип, слово", aria_label="Найти тип"
    )
    owners = [tag("a", name, href=f"#{owner}") for owner, name in glossary.OWNERS.items() if _of(owner, entries)]
    return [
        tag("h1", "События для партнёров"),
        tag(
            "p",
            *words(
                "Событие — сообщение о том, что уже произошло: CloudEvents 1.0 с телом в JSON. Персональных данных в "
                "событиях нет. У каждого типа своя страница: когда он приходит, поля, пример, порядок, обещания."
            ),
        ),
        section("start", "Как начать", *blocks(_BEGINNING), _files()),
        tag("p", find, hidden="hidden"),
        tag("p", *_between(owners, " · "), class_="owners"),
    ]


def _files() -> Element:
    lines = [
        tag("li", tag("a", name, href=address), " — для программ ", tag("a", file.rpartition("/")[2], href=file))
        for address, name, file in _FILES
    ]
    package = tag("li", "пакет для Python, все типы моделями pydantic: ", tag("a", NAME, href=f"/docs/{NAME}"))
    return tag("ul", *lines, package)


def _between(parts: list[Element], mark: str) -> list[Part]:
    return [each for part in parts for each in (mark, part)][1:]


def _of(owner: str, entries: Mapping[str, Entry]) -> list[Entry]:
    return [entry for entry in entries.values() if entry.owner == owner]


def _section(owner: str, entries: list[Entry]) -> Element:
    return section(owner, glossary.OWNERS[owner], *map(_row, entries))


def _row(entry: Entry) -> Element:
    return tag(
        "article",
        tag("h3", link_to(entry.type), *marks(entry)),
        tag("p", *words(entry.meaning)),
        id=entry.type,
        class_="row",
    )
