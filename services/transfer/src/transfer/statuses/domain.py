"""A status of an institution on a day, as the registry has announced it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import RuleBroken, Words
from contracts.registry import StatusKind

_RU = {"core": "ядро технопарка", "rip": "РИП", "site": "площадка по внедрению", "resource_centre": "ресурсный центр"}


@dataclass(eq=False, kw_only=True)
class StatusRequired(RuleBroken):
    """An institution does not hold, on the day, the status that the action needs."""

    code: ClassVar = "status-required"
    title: ClassVar = Words("Нет нужного статуса", "The status is lacking")
    detail: ClassVar = Words(
        "У учреждения {institution_id} на {day:%d.%m.%Y} нет действующего статуса «{kind_ru}».",
        "Institution {institution_id} does not hold the status {kind} on {day}.",
    )
    institution_id: str
    kind: str
    kind_ru: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A period of a status; `valid_until` is its last day, `revoked_on` the first day without it."""

    institution_id: str
    kind: StatusKind
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the status is held on a day; one whose grant has not arrived is not held."""
        if self.valid_from is None or day < self.valid_from:
            return False
        return (self.valid_until is None or day <= self.valid_until) and (
            self.revoked_on is None or day < self.revoked_on
        )

    def is_valid_within(self, first: date, last: date) -> bool:
        """Tell whether the status is held on some day from the first to the last, both inclusive."""
        return self.valid_from is not None and self.is_valid_on(max(first, self.valid_from)) and self.valid_from <= last


def institution_holds(kind: StatusKind, statuses: Iterable[Status], *, institution_id: str, day: date) -> None:
    """Refuse an institution none of whose statuses of a kind is valid on a day (A04). Raises: StatusRequired."""
    if not any(status.kind == kind and status.is_valid_on(day) for status in statuses):
        raise StatusRequired(institution_id=institution_id, kind=kind, kind_ru=_RU[kind], day=day)
