"""Types that are on their way out: published beside their successors until the day named here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """Readers move to the successor before the last day, inclusive."""

    since: date
    last_day: date
    successor: str

    @property
    def notice(self) -> str:
        """What readers are told."""
        return f"Устарел с {self.since:%d.%m.%Y}, публикуется по {self.last_day:%d.%m.%Y}; вместо него {self.successor}"


DEPRECATED: Mapping[str, Deprecation] = {}
"""Type → its end. Both versions are recorded by one use case, so they share `subject` and `sequence`, not `id`."""
