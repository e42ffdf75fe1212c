"""Markdown as parts of a page; HTML in it is text, and what has a page here is a link to it."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from gateway.html import Part, tag

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_PUNCTUATION = re.compile(r"[^\w\- ]")


def _as_it_stands(link: str) -> str | None:
    return link


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text is read with."""

    types: Collection[str] = ()
    """Event types that have a page."""
    place: Callable[[str], str | None] = _as_it_stands
    """Where a link leads; None: its words stand without one."""


_PLAIN = Reading()


def blocks(text: str, reading: Reading = _PLAIN) -> list[Part]:
    """Return the headings, paragraphs, lists, tables and examples of a text."""
    return list(_parts(SyntaxTreeNode(_READER.parse(text)), reading))


def words(text: str, types: Collection[str] = ()) -> list[Part]:
    """Return a text that stands on a line with others."""
    return list(_parts(SyntaxTreeNode(_READER.parseInline(text)), Reading(types=types)))


def code(text: str, types: Collection[str] = ()) -> Part:
    """Return a name in the type of programs; an event type leads to its page, the address of a page to the page."""
    named = tag("code", text)
    if text in types:
        return tag("a", named, href=f"/docs/events/{text}")
    return tag("a", named, href=text) if text.startswith("/docs") else named


def slug(heading: str) -> str:
    """Return the name of a heading in links to it, as forges make it."""
    return _PUNCTUATION.sub("", heading.lower()).strip().replace(" ", "-")


def _parts(node: SyntaxTreeNode, reading: Reading) -> Iterator[Part]:
    for child in node.children:
        yield from _part(child, reading)


def _part(node: SyntaxTreeNode, reading: Reading) -> Iterator[Part]:
    match node.type:
        case "text":
            yield node.content
        case "softbreak":
            yield "\n"
        case "code_inline":
            yield code(node.content, reading.types)
        case "fence" | "code_block":
            yield _example(node)
        case "heading":
            yield tag(node.tag, *_parts(node, reading), id=slug(node.children[0].content))
        case "link":
            yield from _link(node, reading)
        case _ if node.type == "inline" or node.hidden:  # hidden: a paragraph in a list without gaps
            yield from _parts(node, reading)
        case _:
            yield tag(node.tag, *_parts(node, reading))


def _example(node: SyntaxTreeNode) -> Part:
    answered = {"class_": "answer"} if node.info == "text" else {}
    return tag("pre", tag("code", node.content), **answered)


def _link(node: SyntaxTreeNode, reading: Reading) -> Iterator[Part]:
    address = reading.place(str(node.attrs["href"]))
    inside = list(_parts(node, reading))
    yield from inside if address is None else [tag("a", *inside, href=address)]
