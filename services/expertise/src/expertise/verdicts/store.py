"""Verdicts in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.verdicts.domain import Verdict, VerdictUnknown

VERDICTS = Aggregates(
    Verdict,
    collection="verdicts",
    missing=lambda verdict_id: VerdictUnknown(verdict_id=verdict_id),
    indexes=[
        *(Index([(name, 1), ("_id", 1)]) for name in ("session_id", "subject_id", "institution_id", "outcome")),
        Index([("remarks_due_on", 1), ("_id", 1)]),
    ],
)
