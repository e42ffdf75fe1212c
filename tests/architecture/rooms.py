"""The order in which the rooms of a service stand: declared in the docstring of the service's `__init__.py`."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import SERVICES, imports, services

Edge = tuple[str, str, str]
"""Where the import stands, the room that imports, the room that is imported."""


def rooms_stand_in_their_declared_order(root: Path) -> list[str]:
    """Report a room that the service's docstring does not name, and imports against the order it names them in.

    Either every import between rooms goes to a room named later, or every one to a room named earlier.
    """
    found = []
    for service in SERVICES:
        init = root / "services" / service / "src" / service / "__init__.py"
        if init.exists():
            edges, rooms = _edges(root, service)
            place = _places(ast.get_docstring(ast.parse(init.read_text())) or "", rooms)
            found += [f"{init.relative_to(root)}: the docstring does not place `{room}`" for room in rooms - set(place)]
            found += _against(edges, place)
    return found


def _edges(root: Path, service: str) -> tuple[list[Edge], set[str]]:
    edges, rooms = [], set()
    for source in services(root):
        if source.service == service and source.room:
            rooms.add(source.room)
            for node, module in imports(source):
                first, _, rest = module.partition(".")
                other = rest.partition(".")[0]
                if first == service and other != source.room:
                    edges.append((f"{source.path}:{node.lineno}", source.room, other))
    return [edge for edge in dict.fromkeys(edges) if edge[2] in rooms], rooms


def _places(docstring: str, rooms: set[str]) -> dict[str, int]:
    named = {room: re.search(rf"\b{room}\b", docstring) for room in rooms}
    return {room: match.start() for room, match in named.items() if match}


def _against(edges: list[Edge], place: dict[str, int]) -> list[str]:
    known = [edge for edge in edges if edge[1] in place and edge[2] in place]
    later = [edge for edge in known if place[edge[1]] < place[edge[2]]]
    earlier = [edge for edge in known if place[edge[1]] > place[edge[2]]]
    stray = min(later, earlier, key=len)
    return [f"{at}: {room} imports {other}, against the declared order" for at, room, other in stray]
