"""What may not happen to clients without warning: the rules of change, as `docs/clients.md` tells them.

An address goes in two steps: `deprecated=` and `sunset=` in the route table, at least 180 days apart, and it is removed
after its sunset. A field likewise: `deprecated` with `x-sunset` in its schema.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tests.clients.contract import Contract, Lines

NOTICE = timedelta(days=180)
_UNORDERED = {"pattern", "format"}


def broken(old: Contract, new: Contract, today: date) -> list[str]:
    """Return the promises of the old contract that the new one does not keep."""
    return [
        *_operations(old, new, today),
        *(
            fault
            for name in old.sent.keys() & new.sent.keys()
            for fault in _sent(name, old.sent[name], new.sent[name], today)
        ),
        *(
            fault
            for name in old.answered.keys() & new.answered.keys()
            for fault in _answered(name, old.answered[name], new.answered[name], today)
        ),
        *_short_notice(new),
    ]


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
    return not grown or (all(kind.startswith('"') for kind in grown) and any(kind.startswith('"') for kind in before))


def _parsed(told: str) -> tuple[set[str], Mapping[str, str]]:
    kinds, *bounds = told.split(" ")
    return set(kinds.split("|")), dict(bound.split("=", 1) for bound in bounds if "=" in bound)


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
