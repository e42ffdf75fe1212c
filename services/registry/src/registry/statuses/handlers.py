"""Use cases of statuses."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.registry import StatusKind
from registry.acts.store import ACTS
from registry.institutions.store import claim_institution, institution_in_reach
from registry.statuses import domain
from registry.statuses.domain import MAY_DECIDE, Extension, Revocation, Status
from registry.statuses.store import STATUSES

_BasisActId = Annotated[
    str,
    Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000301"], description="Акт-основание"),
]


class GrantStatus(Command):
    """Решение о присвоении статуса."""

    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    kind: StatusKind = Field(
        examples=["resource_centre"], description="Ядро, РИП, площадка по внедрению, ресурсный центр"
    )
    theme: str | None = Field(
        default=None, min_length=1, max_length=500,
        examples=["Социальное проектирование в организациях социального обслуживания"],
        description="Обязательна для ресурсного центра",
    )  # fmt: skip
    act_id: _BasisActId
    valid_from: date = Field(examples=["2023-01-01"])
    valid_until: date | None = Field(default=None, examples=["2023-12-31"], description="Последний день")


class ExtendStatus(Command):
    """Решение о продлении статуса."""

    act_id: _BasisActId
    valid_until: date = Field(examples=["2024-12-31"], description="Новый последний день")


class RevokeStatus(Command):
    """Решение о прекращении статуса."""

    act_id: _BasisActId
    revoked_on: date = Field(examples=["2023-11-20"], description="С этого дня статуса нет")


async def grant_status(command: GrantStatus, work: Work) -> Status:
    """Grant a status to an institution.

    Raises: NotPermitted, InstitutionUnknown, OtherRegion, ActUnknown, ThemeMissing, PeriodReversed, StatusHeld.
    Emits: registry.status.granted.v1.
    """
    MAY_DECIDE.require(work.caller, {})
    await institution_in_reach(work, command.institution_id)
    await claim_institution(work, command.institution_id)
    await ACTS.get(work, command.act_id)
    status, fact = domain.grant(
        Status(id=work.new_id(), **command.model_dump()), await _of_institution(work, command.institution_id)
    )
    return await STATUSES.save(work, status, fact)


async def extend_status(change: Change[ExtendStatus], work: Work) -> Status:
    """Make a status longer.

    Raises: StatusUnknown, StaleVersion, NotPermitted, OtherRegion, ActUnknown, StatusRevokedBefore, StatusHasNoEnd,
    ExtensionTooShort, StatusHeld. Emits: registry.status.extended.v1.
    """
    MAY_DECIDE.require(work.caller, {})
    status = await STATUSES.load(work, change)
    await institution_in_reach(work, status.institution_id)
    await claim_institution(work, status.institution_id)
    await ACTS.get(work, change.command.act_id)
    extension = Extension(**change.command.model_dump())
    extended, fact = domain.extend(status, extension, await _of_institution(work, status.institution_id))
    return await STATUSES.save(work, extended, fact)


async def revoke_status(change: Change[RevokeStatus], work: Work) -> Status:
    """End a status before its term.

    Raises: StatusUnknown, StaleVersion, NotPermitted, OtherRegion, ActUnknown, StatusRevokedBefore, DateInFuture,
    RevocationOutsideTerm. Emits: registry.status.revoked.v1.
    """
    MAY_DECIDE.require(work.caller, {})
    status = await STATUSES.load(work, change)
    await institution_in_reach(work, status.institution_id)
    await ACTS.get(work, change.command.act_id)
    revoked, fact = domain.revoke(status, Revocation(**change.command.model_dump()), today=work.today)
    return await STATUSES.save(work, revoked, fact)


async def _of_institution(work: Work, institution_id: str) -> list[Status]:
    return await STATUSES.find(work, {"institution_id": institution_id})
