"""What may not happen to clients without warning: the rules of change, as `docs/clients.md` tells them.

An address goes in two steps: `deprecated=` and `sunset=` in the route table, at least 180 days apart, and it is removed
after its sunset. A field likewise: `deprecated` with `x-sunset` in its schema.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tests.clients.contract import Contract, Lines

NOTICE = timedelta(days=180)
_UNORDERED = {"pattern", "format"}


_WORD = re.compile(r'(array<)?"')
_NAME = re.compile(r"[A-Z][A-Za-z0-9_-]*|[a-z]+__[A-Za-z0-9_]+")


def broken(old: Contract, new: Contract, today: date) -> list[str]:
    """Return the promises of the old contract that the new one does not keep."""
    new = under_old_names(old, new)
    sent = ((name, old.sent[name], new.sent[name]) for name in old.sent.keys() & new.sent.keys())
    answered = ((name, old.answered[name], new.answered[name]) for name in old.answered.keys() & new.answered.keys())
    return [
        *_operations(old, new, today),
        *(fault for each in sorted(sent) for fault in _sent(*each, today)),
        *(fault for each in sorted(answered) for fault in _answered(*each, today)),
        *_short_notice(new),
    ]


def under_old_names(old: Contract, new: Contract) -> Contract:
    """Return the new contract with the names that schemas had: a name is for people, it is in no request or answer.

    A schema is the same one when it stands in the same place: in a body of an operation, in a field of a schema.
    """
    names: dict[str, str] = {}
    waiting = [(old.operations[each], new.operations[each]) for each in old.operations.keys() & new.operations.keys()]
    before, after = {**old.sent, **old.answered}, {**new.sent, **new.answered}
    while waiting:
        was, now = waiting.pop()
        for field in was.keys() & now.keys():
            for one, other in zip(_NAME.findall(was[field]), _NAME.findall(now[field]), strict=False):
                if other not in names and one in before and other in after:
                    names[other] = one
                    waiting.append((before[one], after[other]))
    return Contract(
        operations={name: _renamed(lines, names) for name, lines in new.operations.items()},
        sent={names.get(name, name): _renamed(lines, names) for name, lines in new.sent.items()},
        answered={names.get(name, name): _renamed(lines, names) for name, lines in new.answered.items()},
    )


def _renamed(lines: Lines, names: Mapping[str, str]) -> Lines:
    return {
        field: told if field == "id" else _NAME.sub(lambda found: names.get(found[0], found[0]), told)
        for field, told in lines.items()
    }


def _operations(old: Contract, new: Contract, today: date) -> Iterator[str]:
    for name, before in old.operations.items():
        after = new.operations.get(name)
        if after is None:
            if not _sunset_passed(before.get("deprecated", ""), today):
                yield f"{name} is gone before its sunset"
            continue
        if before["id"] != after["id"]:
            yield f"{name} is now called {after['id']}, was {before['id']}"
        if not _is_as_open(after["access"], before["access"]):
            yield f"{name} asks for more access: {after['access']}, was {before['access']}"
        yield from _sent(name, _inputs(before), _inputs(after), today)
        yield from _answered(name, _outputs(before), _outputs(after), today)


def _is_as_open(new: str, old: str) -> bool:
    """A row with roles may name more of them or none; one that was open to anyone stays so."""
    before, after = set(old.split()) - {"token"}, set(new.split()) - {"token"}
    if "anyone" in before or "anyone" in after:
        return "anyone" in after
    return not after or (bool(before) and before <= after)


def _inputs(lines: Lines) -> Lines:
    return {name: told for name, told in lines.items() if name.partition(" ")[0] in ("query", "path", "header", "body")}


def _outputs(lines: Lines) -> Lines:
    return {f"{name}!": told for name, told in lines.items() if name.startswith("answer ")}


def _sent(name: str, old: Lines, new: Lines, today: date) -> Iterator[str]:
    """Whatever was accepted is accepted still."""
    known = {field.rstrip("!"): told for field, told in new.items()}
    for field, told in old.items():
        plain = field.rstrip("!")
        if plain not in known:
            if not _until_passed(told, today):
                yield f"{name}: {plain} is no longer accepted"
        elif not _accepts(known[plain], told):
            yield f"{name}: {plain} accepts less: {known[plain]}, was {told}"
    for field in new:
        if field.endswith("!") and field not in old:
            yield f"{name}: {field.rstrip('!')} has become required"


def _answered(name: str, old: Lines, new: Lines, today: date) -> Iterator[str]:
    """Whatever could be relied on is answered still."""
    known = {field.rstrip("!"): told for field, told in new.items()}
    for field, told in old.items():
        plain = field.rstrip("!")
        if plain not in known:
            if not _until_passed(told, today):
                yield f"{name}: {plain} is no longer answered"
        elif field.endswith("!") and field not in new:
            yield f"{name}: {plain} may now be absent"
        elif not _is_within(known[plain], told):
            yield f"{name}: {plain} is answered otherwise: {known[plain]}, was {told}"


def _accepts(new: str, old: str) -> bool:
    kinds, bounds = _parsed(new)
    before, limits = _parsed(old)
    return before <= kinds and all(
        _is_wider(key, value, limits.get(key)) for key, value in bounds.items() if key != "until"
    )


def _is_wider(key: str, new: str, old: str | None) -> bool:
    if old is None or key in _UNORDERED:
        return old == new
    return float(new) <= float(old) if key.startswith("min") else float(new) >= float(old)


def _is_within(new: str, old: str) -> bool:
    """Lists of words may grow: clients are told to expect that."""
    kinds, before = _parsed(new)[0], _parsed(old)[0]
    grown = kinds - before
    return not grown or (all(_WORD.match(kind) for kind in grown) and any(_WORD.match(kind) for kind in before))


def _parsed(told: str) -> tuple[set[str], Mapping[str, str]]:
    kinds, *bounds = told.split(" ")
    return {each for kind in kinds.split("|") for each in _each(kind)}, dict(
        bound.split("=", 1) for bound in bounds if "=" in bound
    )


def _each(kind: str) -> list[str]:
    """A list of words is told apart word by word, as a single word is."""
    words = re.fullmatch(r'array<("[^<>]*")>', kind)
    return [f"array<{word}>" for word in words[1].split("/")] if words else [kind]


def _sunset_passed(told: str, today: date) -> bool:
    days = told.split()
    return len(days) == 2 and date.fromisoformat(days[1]) < today


def _until_passed(told: str, today: date) -> bool:
    until = _parsed(told)[1].get("until")
    return until is not None and date.fromisoformat(until.strip('"')) < today


def _short_notice(new: Contract) -> Iterator[str]:
    for name, lines in new.operations.items():
        days = [date.fromisoformat(day) for day in lines.get("deprecated", "").split()]
        if len(days) == 2 and days[1] - days[0] < NOTICE:
            yield f"{name} ends {(days[1] - days[0]).days} days after it was deprecated, {NOTICE.days} are promised"
