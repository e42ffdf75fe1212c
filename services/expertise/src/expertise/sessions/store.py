"""Sessions in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.sessions.domain import Session
from expertise.sessions.errors import SessionUnknown

SESSIONS = Aggregates(
    Session,
    collection="sessions",
    missing=lambda session_id: SessionUnknown(session_id=session_id),
    indexes=[
        Index([("items.subject_id", 1), ("_id", 1)]),
        Index([("members.person_id", 1), ("_id", 1)]),
        *(Index([(name, 1), ("_id", 1)]) for name in ("council_id", "state", "held_on")),
    ],
)
