"""Use cases of agreements."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from registry.agreements import domain
from registry.agreements.domain import MAY_SIGN, Addendum, Agreement
from registry.agreements.store import AGREEMENTS
from registry.institutions.store import INSTITUTIONS

_Number = Annotated[str, Field(min_length=1, max_length=50, examples=["7/2023"])]
_Subject = Annotated[str, Field(min_length=1, max_length=1000, examples=["Сотрудничество в социальном проектировании"])]


class SignAgreement(Command):
    """Подписанное соглашение о сотрудничестве."""

    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    number: _Number
    partner: str = Field(min_length=1, max_length=500, examples=["Вологодский государственный университет"])
    subject: _Subject
    signed_on: date = Field(examples=["2023-03-15"])
    valid_until: date | None = Field(default=None, examples=["2024-12-31"], description="Последний день")


class SignAddendum(Command):
    """Подписанное дополнительное соглашение."""

    number: Annotated[_Number, Field(examples=["1"])]
    subject: Annotated[_Subject, Field(examples=["Продление срока"])]
    signed_on: date = Field(examples=["2023-11-20"])


class TerminateAgreement(Command):
    """Расторжение соглашения."""

    terminated_on: date = Field(examples=["2023-12-01"])


async def sign_agreement(command: SignAgreement, work: Work) -> Agreement:
    """Enter a signed agreement.

    Raises: NotPermitted, InstitutionUnknown, DateInFuture, PeriodReversed, AlreadyExists.
    Emits: registry.agreement.signed.v1.
    """
    MAY_SIGN.require(work.caller, command)
    await INSTITUTIONS.get(work, command.institution_id)
    agreement, fact = domain.sign(Agreement(id=work.new_id(), **command.model_dump()), today=work.today)
    return await AGREEMENTS.save(work, agreement, fact)


async def sign_addendum(change: Change[SignAddendum], work: Work) -> Agreement:
    """Add a signed addendum.

    Raises: AgreementUnknown, StaleVersion, NotPermitted, DateInFuture, BeforeSignature, AgreementEnded,
    AddendumNumberTaken. Emits: registry.addendum.signed.v1.
    """
    agreement = await AGREEMENTS.load(work, change)
    MAY_SIGN.require(work.caller, agreement)
    addendum = Addendum(id=work.new_id(), **change.command.model_dump())
    added, fact = domain.add(agreement, addendum, today=work.today)
    return await AGREEMENTS.save(work, added, fact)


async def terminate_agreement(change: Change[TerminateAgreement], work: Work) -> Agreement:
    """End an agreement.

    Raises: AgreementUnknown, StaleVersion, NotPermitted, DateInFuture, BeforeSignature, AgreementEnded,
    AddendumAfterTermination.
    Emits: registry.agreement.terminated.v1.
    """
    agreement = await AGREEMENTS.load(work, change)
    MAY_SIGN.require(work.caller, agreement)
    ended, fact = domain.terminate(agreement, terminated_on=change.command.terminated_on, today=work.today)
    return await AGREEMENTS.save(work, ended, fact)
