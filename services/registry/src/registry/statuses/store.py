"""Statuses in the database, and the read copy of approved reports."""

from datetime import date
from typing import Any

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.statuses.domain import Status, StatusUnknown

STATUSES = Aggregates(
    Status,
    collection="statuses",
    missing=lambda status_id: StatusUnknown(status_id=status_id),
    indexes=[
        Index([("institution_id", 1), ("valid_from", 1), ("_id", 1)]),
        Index([("kind", 1), ("valid_from", 1), ("_id", 1)]),
        Index([("valid_from", 1), ("_id", 1)]),
        Index([("last_day", 1)]),
    ],
    derive=lambda status: {"last_day": status.period.last_day.isoformat()},
)

APPROVED_REPORTS = "approved_reports"
APPROVED_REPORTS_INDEXES = (Index([("institution_id", 1), ("year", 1)]),)


def held_on(day: date) -> dict[str, Any]:
    """Return the filter of the statuses held on a day."""
    return {"valid_from": {"$lte": day.isoformat()}, "last_day": {"$gte": day.isoformat()}}
