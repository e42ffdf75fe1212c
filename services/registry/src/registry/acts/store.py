"""Acts in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.acts.domain import Act, ActUnknown

ACTS = Aggregates(
    Act,
    collection="acts",
    missing=lambda act_id: ActUnknown(act_id=act_id),
    indexes=[
        Index([("institution_id", 1), ("issued_on", 1), ("number", 1)], {"unique": True}),
        Index([("institution_id", 1), ("issued_on", -1), ("_id", -1)]),
        Index([("issued_on", -1), ("_id", -1)]),
        Index([("number", 1), ("issued_on", -1), ("_id", -1)]),
        Index([("title", "text")], {"default_language": "russian"}),
    ],
)
