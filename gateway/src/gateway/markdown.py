"""Markdown as parts of a page; HTML in it is text, and a named event type leads to its page."""

from collections.abc import Collection, Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from gateway.html import Part, tag

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(text: str, types: Collection[str] = ()) -> list[Part]:
    """Return the paragraphs, lists and tables of a text."""
    return list(_parts(SyntaxTreeNode(_READER.parse(text)), types))


def words(text: str, types: Collection[str] = ()) -> list[Part]:
    """Return a text that stands on a line with others."""
    return list(_parts(SyntaxTreeNode(_READER.parseInline(text)), types))


def _parts(node: SyntaxTreeNode, types: Collection[str]) -> Iterator[Part]:
    for child in node.children:
        yield from _part(child, types)


def _part(node: SyntaxTreeNode, types: Collection[str]) -> Iterator[Part]:
    match node.type:
        case "inline":
            yield from _parts(node, types)
        case "text":
            yield node.content
        case "softbreak":
            yield "\n"
        case "code_inline":
            yield code(node.content, types)
        case "fence" | "code_block":
            yield tag("pre", tag("code", node.content))
        case "paragraph" if node.hidden:  # in a list without gaps
            yield from _parts(node, types)
        case _:
            inside = _parts(node, types)
            yield tag(node.tag, *inside, **{name: str(value) for name, value in node.attrs.items() if name == "href"})


def code(text: str, types: Collection[str] = ()) -> Part:
    """Return a name in the type of programs; that of an event type is a link to its page."""
    named = tag("code", text)
    return tag("a", named, href=f"/docs/events/{text}") if text in types else named
