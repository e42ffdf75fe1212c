"""What several pages of the catalogue show alike."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from contracts.entries import Entry
from gateway.html import Part, tag
from gateway.markdown import code, words

ROOT = "/docs/events"


def section(identifier: str, title: str, *parts: Part) -> Element:
    """Return a titled part of a page that can be linked to."""
    heading = tag("h2", tag("a", title, href=f"#{identifier}"))
    return tag("section", heading, *parts, id=identifier)


def table(heads: Sequence[str], rows: Iterable[Sequence[Sequence[Part]]]) -> Element:
    """Return a table; on a narrow screen each cell shows its head beside it."""
    body = [
        tag("tr", *(tag("td", *cell, data_label=head) for head, cell in zip(heads, row, strict=True))) for row in rows
    ]
    return tag("table", tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))), tag("tbody", *body))


def sentences(told: Iterable[str], types: Iterable[str]) -> Element:
    """Return a list of sentences."""
    known = frozenset(types)
    return tag("ul", *(tag("li", *words(one, known)) for one in told))


def always(stream: str) -> str:
    """Return the head of a column: what readers may count on is what senders must give."""
    return "Обязательно" if stream == "inbound" else "Есть всегда"


def shown_json(value: Any) -> Element:
    """Return JSON as people read it."""
    return tag("pre", tag("code", json.dumps(value, ensure_ascii=False, indent=2)))


def marks(entry: Entry) -> list[Part]:
    """Return what is to be seen of a type at once: that partners send it, that it ends."""
    shown: list[Part] = []
    if entry.stream == "inbound":
        shown += [" ", tag("small", "сообщает партнёр", class_="mark")]
    if entry.deprecation:
        shown += [" ", tag("small", f"устарел, по {entry.deprecation.last_day:%d.%m.%Y}", class_="mark ending")]
    return shown


def link_to(event_type: str) -> Part:
    """Return a link to the page of a type."""
    return code(event_type, (event_type,))
