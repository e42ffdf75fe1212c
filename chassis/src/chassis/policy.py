"""Who may do what: one statement that decides a single action and yields the Mongo filter of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import NotPermitted, ScopeMissing
from chassis.identity import Caller

_MANY = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Allow holders of `roles` everywhere, `members` in the record's institution, and the persons it names.

    `institution_fields` and `person_fields` name fields of the stored document, dots allowed; `conditions` are
    values that make a record open to everyone signed in, such as `{"state": "active"}`. Nothing else is allowed.
    """

    roles: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    institution_fields: tuple[str, ...] = ("institution_id",)
    person_fields: tuple[str, ...] = ()
    conditions: Mapping[str, str] | None = None

    def filter(self, caller: Caller) -> dict[str, Any]:
        """Return the Mongo filter of the records that the caller may act on."""
        if self.roles & caller.roles:
            return {}
        clauses = [{field: {"$in": sorted(values)}} for field, values in self._clauses(caller)]
        return {"$or": clauses} if clauses else {"_id": {"$in": []}}

    def permits(self, caller: Caller, record: object) -> bool:
        """Tell whether the caller may act on an aggregate or a document; the same statement as `filter`."""
        if self.roles & caller.roles:
            return True
        return any(values & _values(record, field) for field, values in self._clauses(caller))

    def require(self, caller: Caller, record: object) -> None:
        """Raise `NotPermitted` unless the caller may act on a record."""
        if not self.permits(caller, record):
            raise NotPermitted

    def _clauses(self, caller: Caller) -> list[tuple[str, frozenset[str]]]:
        institutions = frozenset(key for key, roles in caller.memberships.items() if roles & self.members)
        clauses = [(field, institutions) for field in self.institution_fields if institutions]
        clauses += [(field, frozenset({caller.subject})) for field in self.person_fields]
        return clauses + [(field, frozenset({value})) for field, value in (self.conditions or {}).items()]


@dataclass(frozen=True, kw_only=True)
class ScopedAllow(Allow):
    """Allow the same, but a membership counts only for a client that has a scope.

    Raises ScopeMissing in all it does when nothing but a membership could allow anything: an empty list would tell
    that there is nothing to see.
    """

    scope: str

    def _clauses(self, caller: Caller) -> list[tuple[str, frozenset[str]]]:
        if caller.memberships and self.scope not in caller.scopes:
            raise ScopeMissing(scope=self.scope)
        return super()._clauses(caller)


def _values(record: object, path: str) -> frozenset[str]:
    found: list[Any] = [record]
    for name in path.split("."):
        values = [item.get(name) if isinstance(item, Mapping) else getattr(item, name, None) for item in found]
        found = [part for value in values for part in (value if isinstance(value, _MANY) else [value])]
    return frozenset(value for value in found if isinstance(value, str))
