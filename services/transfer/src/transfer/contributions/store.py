"""The ledger of what has been taken in; its ids let an event count once."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.contributions.domain import Contribution, ReferenceUnknown

_BY_TIME = [("taken_at", -1), ("_id", -1)]
CONTRIBUTIONS = Aggregates(
    Contribution,
    collection="contributions",
    missing=lambda contribution_id: ReferenceUnknown(institution_id=contribution_id),
    indexes=[
        Index(_BY_TIME),
        *(Index([(field, 1), *_BY_TIME]) for field in ("institution_id", "integration_id", "type", "event_id")),
        Index([("record_id", 1)]),
    ],
)
