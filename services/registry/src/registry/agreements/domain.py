"""A cooperation agreement of an institution, its addenda and its end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import AddendumSignedV1, AgreementSignedV1, AgreementTerminatedV1
from registry.periods import happened, in_order

_MEMBERS = frozenset({"head", "specialist"})
MAY_SIGN = Allow(roles=frozenset({"administrator", "curator"}), members=_MEMBERS)
MAY_READ = Allow(roles=frozenset({"administrator", "curator", "official", "expert"}), members=_MEMBERS)


@dataclass(eq=False, kw_only=True)
class AgreementUnknown(NotFound):
    """No agreement has this id, or not for this caller."""

    code: ClassVar = "agreement-unknown"
    title: ClassVar = Words("Соглашение не найдено", "Agreement not found")
    detail: ClassVar = Words("В реестре нет соглашения {agreement_id}.", "There is no agreement {agreement_id}.")
    agreement_id: str


@dataclass(eq=False, kw_only=True)
class AgreementEnded(RuleBroken):
    """Nothing more is signed to a terminated agreement."""

    code: ClassVar = "agreement-ended"
    title: ClassVar = Words("Соглашение расторгнуто", "The agreement has ended")
    detail: ClassVar = Words(
        "Соглашение расторгнуто {terminated_on:%d.%m.%Y}.", "It was terminated on {terminated_on}."
    )
    terminated_on: date


@dataclass(eq=False, kw_only=True)
class BeforeSignature(RuleBroken):
    """What belongs to an agreement is not older than its signature."""

    code: ClassVar = "before-signature"
    title: ClassVar = Words("Дата раньше подписания", "The date is before the signature")
    detail: ClassVar = Words(
        "Соглашение подписано {signed_on:%d.%m.%Y}, указано {on:%d.%m.%Y}.",
        "The agreement was signed on {signed_on}, the given date is {on}.",
    )
    signed_on: date
    on: date


@dataclass(eq=False, kw_only=True)
class AddendumAfterTermination(RuleBroken):
    """An agreement is not terminated before the last addendum to it was signed, nor on that day."""

    code: ClassVar = "addendum-after-termination"
    title: ClassVar = Words("Есть более позднее дополнительное соглашение", "A later addendum exists")
    detail: ClassVar = Words(
        "Дополнительное соглашение подписано {signed_on:%d.%m.%Y}: расторгнуть можно только позже.",
        "An addendum was signed on {signed_on}: the agreement is terminated on a later day.",
    )
    signed_on: date


@dataclass(eq=False, kw_only=True)
class AddendumNumberTaken(RuleBroken):
    """Addenda of one agreement have different numbers."""

    code: ClassVar = "addendum-number-taken"
    title: ClassVar = Words("Такое дополнительное соглашение уже есть", "The addendum number is taken")
    detail: ClassVar = Words(
        "Дополнительное соглашение № {number} уже внесено.", "Addendum {number} is recorded already."
    )
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """A change of an agreement that both sides signed."""

    id: str
    number: str
    subject: str
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement of an institution with a partner."""

    id: str
    version: int = 0
    institution_id: str
    number: str
    partner: str
    subject: str
    signed_on: date
    valid_until: date | None = None
    terminated_on: date | None = None
    addenda: tuple[Addendum, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Agreements of an institution as an annual report counts them (C22, T3)."""

    signed: int
    addenda: int
    terminated: int
    total: int
    """In force on the last day of the year: all signed by then less all terminated by then."""


def sign(agreement: Agreement, *, today: date) -> tuple[Agreement, AgreementSignedV1]:
    """Enter a signed agreement. Raises: DateInFuture, PeriodReversed."""
    happened(agreement.signed_on, today=today)
    in_order(agreement.signed_on, agreement.valid_until)
    fact = AgreementSignedV1(
        agreement_id=agreement.id,
        institution_id=agreement.institution_id,
        number=agreement.number,
        partner=agreement.partner,
        subject=agreement.subject,
        signed_on=agreement.signed_on,
        valid_until=agreement.valid_until,
    )
    return agreement, fact


def add(agreement: Agreement, addendum: Addendum, *, today: date) -> tuple[Agreement, AddendumSignedV1]:
    """Add a signed addendum. Raises: DateInFuture, BeforeSignature, AgreementEnded, AddendumNumberTaken."""
    happened(addendum.signed_on, today=today)
    _not_before_signature(agreement, addendum.signed_on)
    if agreement.terminated_on and addendum.signed_on >= agreement.terminated_on:
        raise AgreementEnded(terminated_on=agreement.terminated_on)
    if any(known.number == addendum.number for known in agreement.addenda):
        raise AddendumNumberTaken(number=addendum.number)
    fact = AddendumSignedV1(
        addendum_id=addendum.id,
        agreement_id=agreement.id,
        institution_id=agreement.institution_id,
        number=addendum.number,
        subject=addendum.subject,
        signed_on=addendum.signed_on,
    )
    return replace(agreement, addenda=(*agreement.addenda, addendum)), fact


def terminate(agreement: Agreement, *, terminated_on: date, today: date) -> tuple[Agreement, AgreementTerminatedV1]:
    """End an agreement. Raises: DateInFuture, BeforeSignature, AgreementEnded, AddendumAfterTermination."""
    if agreement.terminated_on:
        raise AgreementEnded(terminated_on=agreement.terminated_on)
    happened(terminated_on, today=today)
    _not_before_signature(agreement, terminated_on)
    last = max((addendum.signed_on for addendum in agreement.addenda), default=None)
    if last is not None and terminated_on <= last:
        raise AddendumAfterTermination(signed_on=last)
    fact = AgreementTerminatedV1(
        agreement_id=agreement.id, institution_id=agreement.institution_id, terminated_on=terminated_on
    )
    return replace(agreement, terminated_on=terminated_on), fact


def count(agreements: Iterable[Agreement], *, year: int) -> Counts:
    """Count the agreements of one institution for the report of a year."""
    known = list(agreements)
    signed = [agreement.signed_on.year for agreement in known]
    ended = [agreement.terminated_on.year for agreement in known if agreement.terminated_on]
    addenda = [addendum.signed_on.year for agreement in known for addendum in agreement.addenda]
    total = sum(found <= year for found in signed) - sum(found <= year for found in ended)
    return Counts(signed=signed.count(year), addenda=addenda.count(year), terminated=ended.count(year), total=total)


def _not_before_signature(agreement: Agreement, on: date) -> None:
    if on < agreement.signed_on:
        raise BeforeSignature(signed_on=agreement.signed_on, on=on)
