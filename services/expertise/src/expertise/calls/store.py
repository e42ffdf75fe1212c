"""Calls in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.calls.domain import Call, CallUnknown

CALLS = Aggregates(
    Call,
    collection="calls",
    missing=lambda call_id: CallUnknown(call_id=call_id),
    indexes=[Index([("direction_id", 1), ("_id", 1)]), Index([("closes_on", 1), ("opens_on", 1)])],
)
