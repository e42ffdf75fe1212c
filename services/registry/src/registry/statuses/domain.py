"""A status of an institution in the technopark: granted, extended and revoked by acts, valid for a period."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import StatusExtendedV1, StatusGrantedV1, StatusKind, StatusRevokedV1
from registry.periods import Period, happened, in_order
from registry.wording import normalised

MAY_DECIDE = Allow(roles=frozenset({"administrator", "curator", "official"}))


@dataclass(eq=False, kw_only=True)
class StatusUnknown(NotFound):
    """No status has this id."""

    code: ClassVar = "status-unknown"
    title: ClassVar = Words("Статус не найден", "Status not found")
    detail: ClassVar = Words("В реестре нет статуса {status_id}.", "The registry has no status {status_id}.")
    status_id: str


@dataclass(eq=False, kw_only=True)
class ThemeMissing(RuleBroken):
    """A resource centre is one for a theme."""

    code: ClassVar = "theme-missing"
    title: ClassVar = Words("Не указана тема", "The theme is missing")
    detail: ClassVar = Words(
        "Статус ресурсного центра присваивается по теме: укажите её.",
        "The status of a resource centre is granted for a theme: name it.",
    )


@dataclass(eq=False, kw_only=True)
class StatusHeld(RuleBroken):
    """The institution holds a status of this kind and theme for some of these days."""

    code: ClassVar = "status-held"
    title: ClassVar = Words("Статус уже действует", "The status is held already")
    detail: ClassVar = Words(
        "На часть этого срока уже действует такой же статус {status_id}: продлите его.",
        "Status {status_id} of this kind and theme covers some of these days: extend it instead.",
    )
    status_id: str


@dataclass(eq=False, kw_only=True)
class StatusRevokedBefore(RuleBroken):
    """A revoked status is neither extended nor revoked again."""

    code: ClassVar = "status-revoked"
    title: ClassVar = Words("Статус прекращён", "The status was revoked")
    detail: ClassVar = Words(
        "Статус прекращён {revoked_on:%d.%m.%Y}: присвойте новый.",
        "The status was revoked on {revoked_on}: grant anew.",
    )
    revoked_on: date


@dataclass(eq=False, kw_only=True)
class StatusHasNoEnd(RuleBroken):
    """A status without a last day cannot become longer."""

    code: ClassVar = "status-has-no-end"
    title: ClassVar = Words("Статус бессрочный", "The status has no end")
    detail: ClassVar = Words("Бессрочный статус продлевать не нужно.", "A status without an end needs no extension.")


@dataclass(eq=False, kw_only=True)
class ExtensionTooShort(RuleBroken):
    """An extension ends later than the status did."""

    code: ClassVar = "extension-too-short"
    title: ClassVar = Words("Продление короче срока", "The extension does not extend")
    detail: ClassVar = Words(
        "Статус действует по {valid_until:%d.%m.%Y}: продление должно закончиться позже.",
        "The status is valid until {valid_until}: an extension has to end later.",
    )
    valid_until: date


@dataclass(eq=False, kw_only=True)
class RevocationOutsideTerm(RuleBroken):
    """A status is revoked within its term."""

    code: ClassVar = "revocation-outside-term"
    title: ClassVar = Words("Дата вне срока статуса", "The revocation is outside the term")
    detail: ClassVar = Words(
        "{revoked_on:%d.%m.%Y} вне срока действия статуса.", "{revoked_on} is outside the term of the status."
    )
    revoked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A decision that made a status longer."""

    act_id: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A decision that ended a status; it is not held on `revoked_on` any more."""

    act_id: str
    revoked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What an institution is in the technopark; any legal form may be anything (T11, B03)."""

    id: str
    version: int = 0
    institution_id: str
    kind: StatusKind
    theme: str | None = None
    act_id: str
    valid_from: date
    valid_until: date | None = None
    extensions: tuple[Extension, ...] = ()
    revocation: Revocation | None = None

    @property
    def period(self) -> Period:
        """The days on which the status is held."""
        last = self.revocation.revoked_on - timedelta(days=1) if self.revocation else self.valid_until
        return Period(self.valid_from, last)


def grant(status: Status, others: Iterable[Status]) -> tuple[Status, StatusGrantedV1]:
    """Grant a status on the basis of an act (A04, B03, C01); `others` are the institution's statuses.

    Raises: ThemeMissing, PeriodReversed, StatusHeld.
    """
    if status.kind == "resource_centre" and not status.theme:
        raise ThemeMissing
    in_order(status.valid_from, status.valid_until)
    _held_once(status, others)
    fact = StatusGrantedV1(
        status_id=status.id,
        institution_id=status.institution_id,
        kind=status.kind,
        theme=status.theme,
        act_id=status.act_id,
        valid_from=status.valid_from,
        valid_until=status.valid_until,
    )
    return status, fact


def extend(status: Status, extension: Extension, others: Iterable[Status]) -> tuple[Status, StatusExtendedV1]:
    """Make a status longer, also one whose term is over: the decision often comes in January.

    Raises: StatusRevokedBefore, StatusHasNoEnd, ExtensionTooShort, StatusHeld.
    """
    if status.revocation:
        raise StatusRevokedBefore(revoked_on=status.revocation.revoked_on)
    if status.valid_until is None:
        raise StatusHasNoEnd
    if extension.valid_until <= status.valid_until:
        raise ExtensionTooShort(valid_until=status.valid_until)
    extended = replace(status, valid_until=extension.valid_until, extensions=(*status.extensions, extension))
    _held_once(extended, others)
    fact = StatusExtendedV1(
        status_id=status.id,
        institution_id=status.institution_id,
        kind=status.kind,
        act_id=extension.act_id,
        valid_until=extension.valid_until,
    )
    return extended, fact


def revoke(status: Status, revocation: Revocation, *, today: date) -> tuple[Status, StatusRevokedV1]:
    """End a status before its term.

    Raises: StatusRevokedBefore, DateInFuture, RevocationOutsideTerm.
    """
    if status.revocation:
        raise StatusRevokedBefore(revoked_on=status.revocation.revoked_on)
    happened(revocation.revoked_on, today=today)
    if not status.period.covers(revocation.revoked_on):
        raise RevocationOutsideTerm(revoked_on=revocation.revoked_on)
    fact = StatusRevokedV1(
        status_id=status.id,
        institution_id=status.institution_id,
        kind=status.kind,
        act_id=revocation.act_id,
        revoked_on=revocation.revoked_on,
    )
    return replace(status, revocation=revocation), fact


def _held_once(status: Status, others: Iterable[Status]) -> None:
    for other in others:
        if other.id != status.id and _same(other, status) and other.period.meets(status.period):
            raise StatusHeld(status_id=other.id)


def _same(one: Status, other: Status) -> bool:
    return one.kind == other.kind and normalised(one.theme or "") == normalised(other.theme or "")
