"""HTML as a tree: what is text stays text, so nothing that a page shows can become markup."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, tostring

Part = Element | str
_PLACES = (
    ("/docs", "API"),
    ("/docs/clients", "Клиентам"),
    ("/docs/partners", "Партнёрам"),
    ("/docs/events", "События"),
    ("/docs/problems", "Ошибки"),
    ("/openapi.json", "openapi.json"),
)


def tag(name: str, /, *parts: Part, **attributes: str) -> Element:
    """Return an element with these parts in it; `class_` and `data_label` stand for `class` and `data-label`."""
    made = Element(name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})
    last: Element | None = None
    for part in parts:
        if isinstance(part, Element):
            made.append(part)
            last = part
        elif last is None:
            made.text = (made.text or "") + part
        else:
            last.tail = (last.tail or "") + part
    return made


def page(
    title: str,
    here: str,
    *parts: Part,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    language: str = "ru",
) -> bytes:
    """Return a whole page; styles and scripts are names of the gateway's own files.

    `here` is its address, empty for what is no page of the documentation: no way around that is shown there.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="icon", type="image/png", href="/docs/favicon.png"),
        *(tag("link", rel="stylesheet", href=f"/docs/{name}") for name in (*styles, "page.css")),
    )
    loaded = [tag("script", src=f"/docs/{name}") for name in scripts]
    whole = tag("html", head, tag("body", _bar(here), *parts, *loaded), lang=language)
    written: bytes = tostring(whole, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + written


def _bar(here: str) -> Element:
    name = tag("b", "Социальный технопарк")
    if not here:
        return tag("header", name, class_="bar")
    links = [
        tag("a", name, href=address, **({"aria_current": "page"} if address == here else {}))
        for address, name in _PLACES
    ]
    return tag("header", name, tag("nav", *links), class_="bar")
