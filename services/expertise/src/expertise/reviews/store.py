"""Reviews in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.reviews.domain import Review
from expertise.reviews.errors import ReviewUnknown

REVIEWS = Aggregates(
    Review,
    collection="reviews",
    missing=lambda review_id: ReviewUnknown(review_id=review_id),
    indexes=[
        Index([("application_id", 1), ("expert_id", 1)], {"unique": True}),
        Index([("application_id", 1), ("_id", 1)]),
        Index([("expert_id", 1), ("_id", 1)]),
        Index([("call_id", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
)
