"""Replications in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.replications.domain import Replication
from transfer.replications.refusals import ReplicationUnknown

REPLICATIONS = Aggregates(
    Replication,
    collection="replications",
    missing=lambda replication_id: ReplicationUnknown(replication_id=replication_id),
    indexes=[
        Index(
            [("practice_id", 1), ("site_institution_id", 1)],
            {"unique": True, "partialFilterExpression": {"is_standing": True}, "name": "one_per_site"},
        ),
        Index([("practice_id", 1), ("_id", 1)]),
        Index([("site_institution_id", 1), ("_id", 1)]),
        Index([("mentor_institution_id", 1), ("_id", 1)]),
        Index([("owner_institution_id", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
    derive=lambda replication: {"is_standing": replication.state != "stopped"},
)
