"""Votes on one item: who may vote, how votes are counted, what they make."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.expertise import VerdictOutcome
from expertise.councils.domain import Majority, carries
from expertise.sessions.errors import BallotsInvalid, VotesMismatch

Choice = Literal["for", "against", "abstain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A member's vote, when votes are recorded by name."""

    person_id: str
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """The count of votes on an item."""

    votes_for: int
    votes_against: int
    abstained: int
    ballots: tuple[Ballot, ...] = ()


def count(ballots: Sequence[Ballot], entitled: Iterable[str]) -> Votes:
    """Count ballots by name. Raises: BallotsInvalid when one is of somebody not entitled, or a second one."""
    allowed, times = set(entitled), Counter(ballot.person_id for ballot in ballots)
    wrong = sorted(person_id for person_id, number in times.items() if number > 1 or person_id not in allowed)
    if wrong:
        raise BallotsInvalid(person_ids=", ".join(wrong))
    chosen = Counter(ballot.choice for ballot in ballots)
    return Votes(
        votes_for=chosen["for"], votes_against=chosen["against"], abstained=chosen["abstain"], ballots=tuple(ballots)
    )


def everybody_voted(votes: Votes, entitled: int) -> None:
    """Refuse a count that is not one vote, abstention included, of each member entitled. Raises: VotesMismatch."""
    given = votes.votes_for + votes.votes_against + votes.abstained
    if given != entitled:
        raise VotesMismatch(entitled=entitled, given=given)


def outcome_of(votes: Votes, entitled: int, majority: Majority, *, with_remarks: bool) -> VerdictOutcome:
    """Return what the votes make by the council's majority among those present and not recused."""
    if not carries(votes.votes_for, entitled, majority):
        return "not_supported"
    return "supported_with_remarks" if with_remarks else "supported"
