"""Directions in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.directions.domain import Direction, DirectionUnknown

DIRECTIONS = Aggregates(
    Direction,
    collection="directions",
    missing=lambda direction_id: DirectionUnknown(direction_id=direction_id),
    indexes=[Index([("state", 1), ("_id", 1)]), Index([("supervisor_id", 1), ("_id", 1)])],
    derive=lambda direction: {
        "state": direction.state,
        "supervisor_id": direction.supervisor.person_id,
    },
)
