"""Use cases of awards."""

from pydantic import Field

from chassis.work import Command, Work
from contracts.fact import Date
from expertise.awards import domain
from expertise.awards.domain import MAY_RECORD, Award, won_by
from expertise.awards.store import AWARDS
from expertise.dates import has_happened
from expertise.entries.domain import Contest
from expertise.entries.handlers import ContestFields
from expertise.entries.store import ENTRIES
from expertise.fields import EntryId, InstitutionId, PersonId
from expertise.references.store import institution


class GrantAward(Command):
    """Награда или призовое место."""

    institution_id: InstitutionId
    entry_id: EntryId | None = Field(default=None, examples=[None])
    contest: ContestFields
    project_title: str | None = Field(default=None, max_length=500, examples=["Почитай мне"])
    result: str = Field(min_length=1, max_length=200, examples=["призовое место"])
    winner_ids: tuple[PersonId, ...] = Field(min_length=1, max_length=50, examples=[["person-1"]])
    granted_on: Date = Field(examples=["2023-10-05"])


async def grant_award(command: GrantAward, work: Work) -> Award:
    """Record a prize of an institution's specialists; a person named twice is one winner.

    Raises: NotPermitted, InstitutionUnknown, EntryUnknown, EntryNotWon, DateInFuture.
    Emits: expertise.award.granted.v1.
    """
    MAY_RECORD.require(work.caller, {"institution_id": command.institution_id})
    has_happened(command.granted_on, work.today)
    await institution(work.db, command.institution_id)
    if command.entry_id:
        won_by(await ENTRIES.get(work, command.entry_id), command.institution_id)
    award = Award(
        id=work.new_id(),
        contest=Contest(**command.contest.model_dump()),
        winner_ids=tuple(dict.fromkeys(command.winner_ids)),
        **command.model_dump(exclude={"contest", "winner_ids"}),
    )
    granted, fact = domain.grant(award)
    return await AWARDS.save(work, granted, fact)
