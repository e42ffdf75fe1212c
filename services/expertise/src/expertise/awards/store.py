"""Awards in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.awards.domain import Award, AwardUnknown

AWARDS = Aggregates(
    Award,
    collection="awards",
    missing=lambda award_id: AwardUnknown(award_id=award_id),
    indexes=[
        Index([("institution_id", 1), ("granted_on", 1)]),
        *(Index([(name, 1), ("_id", 1)]) for name in ("institution_id", "winner_ids", "contest.name")),
    ],
)
