"""Practices in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from transfer.practices.domain import Practice, PracticeUnknown

PRACTICES = Aggregates(
    Practice,
    collection="practices",
    missing=lambda practice_id: PracticeUnknown(practice_id=practice_id),
    indexes=[
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("kind", 1), ("_id", 1)]),
        Index([("target_groups", 1), ("_id", 1)]),
        Index([("derived_from", 1), ("_id", 1)]),
        Index([("project_id", 1), ("_id", 1)]),
        Index([("title", "text"), ("summary", "text")], {"default_language": "russian"}),
    ],
)


async def practice_exists(work: Work, practice_id: str | None) -> None:
    """Refuse a reference to a practice without a card; None is no reference. Raises: PracticeUnknown."""
    if practice_id is not None:
        await PRACTICES.get(work, practice_id)
