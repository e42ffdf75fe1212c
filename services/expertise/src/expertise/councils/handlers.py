"""Use cases of councils."""

from dataclasses import replace
from datetime import date

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import ShortText
from expertise.councils import domain
from expertise.councils.domain import MAY_FORM, Council, Majority, Member, Share
from expertise.councils.store import COUNCILS
from expertise.fields import PersonId


class MemberFields(Command):
    """Член совета."""

    person_id: PersonId
    name: str = Field(min_length=1, max_length=200, examples=["Рындин Н. Л."])
    office: str | None = Field(
        default=None,
        max_length=500,
        examples=["начальник Департамента социальной защиты населения Вологодской области"],
    )


class ShareFields(Command):
    """Доля."""

    numerator: int = Field(ge=0, le=100, examples=[2])
    denominator: int = Field(ge=1, le=100, examples=[3])


class MajorityFields(Command):
    """Правило большинства."""

    share: ShareFields = Field(
        default=ShareFields(numerator=1, denominator=2), examples=[{"numerator": 1, "denominator": 2}]
    )
    strict: bool = Field(default=True, examples=[True], description="Больше доли; иначе не меньше доли")


class FormCouncil(Command):
    """Состав, срок и правила экспертного совета."""

    title: ShortText = Field(examples=["Экспертный совет по инновационной деятельности"])
    chair_id: PersonId
    members: tuple[MemberFields, ...] = Field(min_length=1, max_length=100)
    quorum: ShareFields = Field(
        default=ShareFields(numerator=2, denominator=3), examples=[{"numerator": 2, "denominator": 3}]
    )
    majority: MajorityFields = Field(
        default=MajorityFields(), examples=[{"share": {"numerator": 1, "denominator": 2}, "strict": True}]
    )
    since: date = Field(examples=["2018-01-01"])
    until: date = Field(examples=["2020-12-31"], description="Последний день полномочий, включительно")

    def council(self, council_id: str) -> Council:
        """The council that the command describes."""
        return Council(
            id=council_id,
            title=self.title,
            chair_id=self.chair_id,
            members=tuple(Member(**member.model_dump()) for member in self.members),
            quorum=Share(**self.quorum.model_dump()),
            majority=Majority(share=Share(**self.majority.share.model_dump()), strict=self.majority.strict),
            since=self.since,
            until=self.until,
        )


async def form_council(command: FormCouncil, work: Work) -> Council:
    """Form a council. Raises: NotPermitted, ChairOutside, MemberRepeated, ShareInvalid, DatesOutOfOrder."""
    MAY_FORM.require(work.caller, {})
    return await COUNCILS.save(work, domain.form(command.council(work.new_id())))


async def reform_council(change: Change[FormCouncil], work: Work) -> Council:
    """Change composition, term or rules; sessions already opened keep what they were opened with.

    Raises: CouncilUnknown, StaleVersion, NotPermitted, ChairOutside, MemberRepeated, ShareInvalid, DatesOutOfOrder.
    """
    MAY_FORM.require(work.caller, {})
    council = await COUNCILS.load(work, change)
    reformed = replace(change.command.council(council.id), version=council.version)
    return await COUNCILS.save(work, domain.form(reformed))
