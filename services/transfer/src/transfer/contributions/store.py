"""The ledger of what has been taken in; its ids let an event count once."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.contributions.domain import Contribution, ReferenceUnknown

CONTRIBUTIONS = Aggregates(
    Contribution,
    collection="contributions",
    missing=lambda contribution_id: ReferenceUnknown(institution_id=contribution_id),
    indexes=[Index([("integration_id", 1), ("taken_at", 1)]), Index([("record_id", 1)])],
)
