"""Participations in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.participations.domain import Participation, ParticipationUnknown

_BY_DAY = [("took_place_on", 1), ("_id", 1)]

PARTICIPATIONS = Aggregates(
    Participation,
    collection="participations",
    missing=lambda participation_id: ParticipationUnknown(participation_id=participation_id),
    indexes=[Index(_BY_DAY), Index([("institution_id", 1), *_BY_DAY]), Index([("form", 1), *_BY_DAY])],
    derive=lambda participation: {"names_everybody": participation.names_everybody},
)
