"""What completed reviews say together: mean, divergence, the third expert, strictness (F4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from expertise.calls.domain import Call
from expertise.reviews.domain import Review

_ENOUGH_MARKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Completed reviews of one application; mean and divergence are None until there is something to compute."""

    assigned: int
    completed: int
    totals: tuple[float, ...]
    mean: float | None
    divergence: float | None
    third_expert_needed: bool
    ready: bool


def evaluate(reviews: Iterable[Review], call: Call) -> Evaluation:
    """Sum up the reviews of an application; one that is not complete counts as missing, never as zero.

    A divergence above the call's threshold between the required reviews calls for one more (38 and 71 with a threshold
    of 20); the application is ready when that one is there as well.
    """
    alive = [review for review in reviews if review.state != "recused"]
    totals = tuple(sorted(review.total for review in alive if review.total is not None))
    divergence = round(totals[-1] - totals[0], 2) if len(totals) > 1 else None
    divergent = divergence is not None and divergence > call.divergence_threshold
    wanted = call.reviews_required + (1 if divergent else 0)
    return Evaluation(
        assigned=len(alive),
        completed=len(totals),
        totals=totals,
        mean=round(fmean(totals), 2) if totals else None,
        divergence=divergence,
        third_expert_needed=divergent and len(alive) < wanted,
        ready=len(totals) >= wanted,
    )


def adjusted_totals(reviews: Sequence[Review]) -> dict[str, float | None]:
    """Return review id → total on the scale of all experts together, by the expert's own mean and spread.

    None while the expert has fewer than five totals, or gave everybody the same: then strictness cannot be told.
    """
    complete = [(review, review.total) for review in reviews if review.total is not None]
    everyone = [total for _, total in complete]
    found: dict[str, float | None] = {}
    for review, total in complete:
        own = [other for by, other in complete if by.expert_id == review.expert_id]
        spread = pstdev(own)
        if len(own) < _ENOUGH_MARKS or spread == 0:
            found[review.id] = None
        else:
            found[review.id] = round(fmean(everyone) + (total - fmean(own)) / spread * pstdev(everyone), 2)
    return found
