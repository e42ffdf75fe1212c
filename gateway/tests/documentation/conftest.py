import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from contracts.asyncapi import document
from contracts.entries import Entry, entries
from contracts.streams import INBOUND, PUBLIC
from gateway.events.index import index
from gateway.events.of_stream import address_of, stream_page
from gateway.events.of_type import type_page

_VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Shown:
    """What a browser makes of a page."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.shown.tags.append((tag, told))
        if tag not in _VOID:
            self.shown.unclosed.append(tag)
        if "id" in told:
            self.shown.ids.append(told["id"])
        if tag == "a":
            self.shown.links.append(told["href"])
        elif tag in ("link", "script", "img", "iframe"):
            self.shown.loaded.append(told.get("href") or told.get("src") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.shown.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown.text += data


@pytest.fixture(scope="session")
def read() -> Callable[[bytes], Shown]:
    """Read a page as a browser does; tags must be closed in their order."""

    def made(page: bytes) -> Shown:
        reader = _Reader()
        reader.feed(page.decode())
        assert reader.shown.unclosed == []
        reader.shown.text = re.sub(r"\s+", " ", reader.shown.text)
        return reader.shown

    return made


@pytest.fixture(scope="session")
def catalogue() -> Mapping[str, Entry]:
    return entries()


@pytest.fixture(scope="session")
def pages(catalogue: Mapping[str, Entry]) -> dict[str, bytes]:
    """Every page of the catalogue by its address."""
    made = {"/docs/events": index(catalogue)}
    made |= {f"/docs/events/{name}": type_page(entry, catalogue) for name, entry in catalogue.items()}
    documents: dict[str, Any] = {address_of(stream): stream for stream in (PUBLIC, INBOUND)}
    return made | {at: stream_page(stream, document(stream), catalogue) for at, stream in documents.items()}
