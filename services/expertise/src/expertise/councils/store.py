"""Councils in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.councils.domain import Council, CouncilUnknown

COUNCILS = Aggregates(
    Council,
    collection="councils",
    missing=lambda council_id: CouncilUnknown(council_id=council_id),
    indexes=[Index([("members.person_id", 1), ("_id", 1)])],
)
