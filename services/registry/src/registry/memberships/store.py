"""Memberships in the database."""

from datetime import date
from typing import Any

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.memberships.domain import Membership, MembershipUnknown

MEMBERSHIPS = Aggregates(
    Membership,
    collection="memberships",
    missing=lambda membership_id: MembershipUnknown(membership_id=membership_id),
    indexes=[Index([("person_id", 1), ("_id", 1)]), Index([("institution_id", 1), ("_id", 1)])],
    derive=lambda membership: {"last_day": membership.period.last_day.isoformat()},
)


def valid_on(day: date) -> dict[str, Any]:
    """Return the filter of the memberships valid on a day; to be joined with an indexed field."""
    return {"valid_from": {"$lte": day.isoformat()}, "last_day": {"$gte": day.isoformat()}}
