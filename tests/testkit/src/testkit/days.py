"""Days as tests tell them: counted from the day on which a test runs, not from that on which it was collected."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any


def today(*, ahead: timedelta = timedelta()) -> date:
    """Return the day of this moment in UTC, or of so much later."""
    return (datetime.now(UTC) + ahead).date()


def dated(fields: Mapping[str, Any], *, ahead: timedelta = timedelta()) -> dict[str, Any]:
    """Return fields in which each `timedelta` became the day that far from today, as JSON has it."""
    first = today(ahead=ahead)
    return {
        name: (first + value).isoformat() if isinstance(value, timedelta) else value for name, value in fields.items()
    }
