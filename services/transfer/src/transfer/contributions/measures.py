"""How many announcements of whom were taken in, or refused and why."""

from prometheus_client import Counter

_CONTRIBUTIONS = Counter("contributions_total", "Announcements of partners handled", ["partner", "outcome", "reason"])


def count(partner: str, outcome: str, reason: str = "") -> None:
    """Count an announcement `accepted`, `duplicate` or `refused`; a partner that nobody knows is `unknown`."""
    _CONTRIBUTIONS.labels(partner or "unknown", outcome, reason).inc()
