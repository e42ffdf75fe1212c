"""Use cases of acts."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.acts import domain
from registry.acts.domain import MAY_ISSUE, Act, ActKind, Amendment
from registry.acts.store import ACTS
from registry.institutions.store import institution_in_reach

_Number = Annotated[str, Field(min_length=1, max_length=50, examples=["821/п"], description="Номер без знака №")]
_ActText = Annotated[
    str | None,
    Field(min_length=1, max_length=200_000, examples=["1. Создать Методический совет…"], description="Текст"),
]


class IssueAct(Command):
    """Изданный акт учреждения."""

    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    kind: ActKind = Field(examples=["order"], description="Приказ, постановление, положение")
    number: _Number
    issued_on: date = Field(examples=["2019-12-25"])
    title: str = Field(min_length=1, max_length=1000, examples=["О Методическом совете"])
    text: _ActText = None


class AmendAct(Command):
    """Акт, которым внесены изменения, и текст в новой редакции."""

    number: Annotated[_Number, Field(examples=["233/п"])]
    amended_on: date = Field(examples=["2020-08-25"])
    text: _ActText = None


async def issue_act(command: IssueAct, work: Work) -> Act:
    """Enter an issued act.

    Raises: NotPermitted, InstitutionUnknown, OtherRegion, DateInFuture, AlreadyExists. Emits: registry.act.issued.v1.
    """
    MAY_ISSUE.require(work.caller, command)
    await institution_in_reach(work, command.institution_id)
    act, fact = domain.issue(Act(id=work.new_id(), **command.model_dump()), today=work.today)
    return await ACTS.save(work, act, fact)


async def amend_act(change: Change[AmendAct], work: Work) -> Act:
    """Record that a later act changed this one.

    Raises: ActUnknown, StaleVersion, NotPermitted, OtherRegion, DateInFuture, AmendmentBeforeAct, AmendmentRecorded.
    Emits: registry.act.amended.v1.
    """
    act = await ACTS.load(work, change)
    MAY_ISSUE.require(work.caller, act)
    await institution_in_reach(work, act.institution_id)
    amended, fact = domain.amend(act, Amendment(**change.command.model_dump()), today=work.today)
    return await ACTS.save(work, amended, fact)
