"""Guides as pages: the Markdown of the repository, with its links leading to what the gateway serves."""

from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element

from gateway.html import Part, page, tag
from gateway.markdown import Reading, blocks, slug

GUIDES = ("clients", "partners")
_SERVED = {"../contracts/README.md": "/docs/events", **{f"{name}.md": f"/docs/{name}" for name in GUIDES}}
_ELSEWHERE = ("https://", "http://", "/", "#")


@cache
def guide(name: str) -> bytes:
    """Return the page of one of `GUIDES`."""
    text = (files("gateway.guides") / f"{name}.md").read_text(encoding="utf-8")
    title, _, rest = text.removeprefix("# ").partition("\n")
    shown: list[Part] = [tag("h1", title), *blocks(rest, Reading(place=_place))]
    return page(title, f"/docs/{name}", tag("main", *_with_contents(shown), class_="catalogue guide"))


def _place(link: str) -> str | None:
    """Return where a link of the repository leads at the gateway; None for what the gateway does not serve."""
    file, mark, place = link.partition("#")
    if link.startswith(_ELSEWHERE):
        return link
    if file not in _SERVED:
        return None
    return _SERVED[file] + (mark + place if file.removesuffix(".md") in GUIDES else "")


def _with_contents(shown: list[Part]) -> list[Part]:
    """Set a list of the chapters before the first of them."""
    chapters = [part for part in shown if isinstance(part, Element) and part.tag == "h2"]
    lines = [
        tag("li", tag("a", title, href=f"#{slug(title)}")) for one in chapters if (title := "".join(one.itertext()))
    ]
    first = shown.index(chapters[0])
    return [*shown[:first], tag("nav", tag("ul", *lines), aria_label="Содержание", class_="contents"), *shown[first:]]
