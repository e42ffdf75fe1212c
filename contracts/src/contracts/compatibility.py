"""What a schema may become within its major version: the same, with more optional fields."""

from collections.abc import Iterator
from typing import Any

_REMARKS = frozenset({"title", "description", "examples", "$comment"})
_UNORDERED = frozenset({"required", "enum"})
SUBJECT = "x-subject"
"""The field whose value is the event's `subject`: readers keep order by it. It may be told later, and never changes."""
_ABSENT = object()


def breaks(released: dict[str, Any], present: dict[str, Any]) -> list[str]:
    """Name every change between two schemas of one type that some reader or stored event would not survive.

    Narrowing breaks the events already stored, widening breaks the readers already installed, so both count. Only a
    new field that may be absent, and the wording of titles, descriptions and examples, are free.
    """
    return list(_compare(released, present, ""))


def _compare(released: Any, present: Any, place: str) -> Iterator[str]:
    if isinstance(released, dict) and isinstance(present, dict):
        for keyword in _keywords(released, present):
            was, now, where = released.get(keyword, _ABSENT), present.get(keyword, _ABSENT), f"{place}/{keyword}"
            if keyword in _UNORDERED:
                was, now = _in_order(was), _in_order(now)
            if keyword == "properties" and isinstance(was, dict) and isinstance(now, dict):
                yield from _compare_fields(was, now, where)
            else:
                yield from _compare(was, now, where)
    elif isinstance(released, list) and isinstance(present, list) and len(released) == len(present):
        for index, (was, now) in enumerate(zip(released, present, strict=True)):
            yield from _compare(was, now, f"{place}/{index}")
    elif (type(released), released) != (type(present), present):
        yield f"{place}: было {_words(released)}, стало {_words(present)}"


def _keywords(released: dict[str, Any], present: dict[str, Any]) -> list[str]:
    free = _REMARKS if SUBJECT in released else _REMARKS | {SUBJECT}
    return sorted((released.keys() | present.keys()) - free)


def _compare_fields(released: dict[str, Any], present: dict[str, Any], place: str) -> Iterator[str]:
    # Fields may be named like keywords ("title"), so they are walked apart; new ones are judged by `required` alone.
    for name, was in released.items():
        yield from _compare(was, present.get(name, _ABSENT), f"{place}/{name}")


def _in_order(values: Any) -> Any:
    return sorted(values, key=repr) if isinstance(values, list) else values


def _words(value: Any) -> str:
    return "ничего" if value is _ABSENT else repr(value)
