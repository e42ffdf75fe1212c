"""Entries in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.entries.domain import Entry, EntryUnknown

ENTRIES = Aggregates(
    Entry,
    collection="entries",
    missing=lambda entry_id: EntryUnknown(entry_id=entry_id),
    indexes=[
        *(Index([(name, 1), ("_id", 1)]) for name in ("institution_id", "kind", "outcome", "contest.name")),
        Index([("result_due", 1), ("_id", 1)]),
    ],
)
