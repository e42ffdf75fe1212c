"""Events in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.events.domain import Event, EventUnknown

_BY_DAY = [("happens_on", 1), ("_id", 1)]

EVENTS = Aggregates(
    Event,
    collection="events",
    missing=lambda event_id: EventUnknown(event_id=event_id),
    indexes=[
        Index(_BY_DAY),
        *(
            Index([(field, 1), *_BY_DAY])
            for field in (
                "institution_id",
                "premises_institution_id",
                "attendance.institution_id",
                "scope",
                "kind",
                "state",
                "practice_id",
            )
        ),
    ],
    derive=lambda event: {"happens_on": str(event.held_on or event.planned_on)},
)
