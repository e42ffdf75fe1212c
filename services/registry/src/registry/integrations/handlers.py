"""Use cases of integrations: what is granted. What the broker makes of it is `reconciling`."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.fact import Fact
from registry.digests import Minted
from registry.institutions.store import claim_institution
from registry.integrations import domain
from registry.integrations.domain import (
    LEAST_QUEUE_BYTES,
    MAY_ADMINISTER,
    MOST_QUEUE_BYTES,
    NAME,
    ContactElsewhere,
    Integration,
    What,
)
from registry.integrations.store import INTEGRATIONS, enter
from registry.memberships.store import MEMBERSHIPS, valid_on
from registry.people.store import PEOPLE

_PASSWORD_BYTES, _SALT_BYTES = 32, 4
_DEFAULT_QUEUE_BYTES = 64 * 2**20
_Types = Annotated[frozenset[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=100)]


class Terms(Command):
    """Что разрешено системе партнёра, целиком."""

    receives: _Types = Field(
        default=frozenset(),
        examples=[["transfer.event.held.v1"]],
        description='Публичные типы, которые партнёр получает; ["*"] — все, и будущие, и журнал public.log',
    )
    sends: _Types = Field(
        default=frozenset(),
        examples=[["partner.consultation.given.v1"]],
        description="Типы partner.…, о которых партнёр сообщает",
    )
    contact_person_id: str = Field(
        min_length=1,
        max_length=64,
        examples=["0190a000-0000-7000-8000-000000000201"],
        description="Кто в учреждении отвечает за обмен; сегодня там работает",
    )
    valid_until: date = Field(examples=["2027-12-31"], description="Последний день, не дальше трёх лет")
    queue_bytes: int = Field(
        default=_DEFAULT_QUEUE_BYTES,
        ge=LEAST_QUEUE_BYTES,
        le=MOST_QUEUE_BYTES,
        examples=[_DEFAULT_QUEUE_BYTES],
        description="Сколько байт ждёт партнёра в очереди; сверх того уходят самые старые события",
    )


class GrantIntegration(Terms):
    """Подключение системы партнёра."""

    institution_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000101"])
    name: str = Field(
        pattern=NAME,
        examples=["omsk-resource-centre"],
        description="Имя навсегда; пользователь брокера — partner.<имя>",
    )


class ReplacePassword(Command):
    """Новый пароль брокера."""


class RevokeIntegration(Command):
    """Отзыв подключения."""


@dataclass(frozen=True, slots=True)
class Password:
    """A fresh password, and the only form in which it is kept."""

    plain: str = field(repr=False)
    hashed: str = field(repr=False)


def new_password() -> Password:
    """Return 256 random bits as text, hashed as RabbitMQ does: a salt of 4 bytes, SHA-256 of both, in Base64."""
    plain, salt = secrets.token_urlsafe(_PASSWORD_BYTES), secrets.token_bytes(_SALT_BYTES)
    return Password(plain, base64.b64encode(salt + hashlib.sha256(salt + plain.encode()).digest()).decode())


async def grant_integration(minted: Minted[GrantIntegration], work: Work) -> Integration:
    """Let a partner's system in; the secret of the command is the hash of its password.

    Asked for again, it returns what there is, and the new password is not taken.
    Raises: NotPermitted, InstitutionUnknown, PersonUnknown, ContactElsewhere, TypesUnknown, IntegrationHasNoUse,
    TermOutOfReach, InstitutionIsIntegrated, AlreadyExists. Emits: registry.integration.granted.v1.
    """
    MAY_ADMINISTER.require(work.caller, {})
    command = minted.command
    await claim_institution(work, command.institution_id)
    asked = Integration(
        id=work.new_id(),
        institution_id=command.institution_id,
        name=command.name,
        password_hash=minted.secret,
        **_terms(command),
    )
    await _contact_works_there(work, asked)
    others = await INTEGRATIONS.find(work, {"institution_id": command.institution_id})
    for other in others:
        if domain.is_the_same(asked, other, today=work.today):
            return other
    granted, fact = domain.grant(asked, others, today=work.today)
    return await _saved(work, granted, "granted", fact)


async def amend_integration(change: Change[Terms], work: Work) -> Integration:
    """Replace what is granted; the same terms again change nothing.

    Raises: IntegrationUnknown, StaleVersion, NotPermitted, PersonUnknown, ContactElsewhere, TypesUnknown,
    IntegrationHasNoUse, TermOutOfReach, IntegrationEnded. Emits: registry.integration.amended.v1.
    """
    integration = await _administered(change, work)
    amended, fact = domain.amend(integration, today=work.today, **_terms(change.command))
    if fact is None:
        return integration
    await _contact_works_there(work, amended)
    return await _saved(work, amended, "amended", fact)


async def replace_password(change: Change[Minted[ReplacePassword]], work: Work) -> Integration:
    """Take a new password. No fact: to other services nothing changes.

    Raises: IntegrationUnknown, StaleVersion, NotPermitted, IntegrationEnded.
    """
    integration = await _administered(change, work)
    renewed = domain.with_password(integration, password_hash=change.command.secret)
    return await _saved(work, renewed, "password_replaced")


async def revoke_integration(change: Change[RevokeIntegration], work: Work) -> Integration:
    """End an integration for good; once revoked it stays as it is.

    Raises: IntegrationUnknown, StaleVersion, NotPermitted. Emits: registry.integration.revoked.v1.
    """
    integration = await _administered(change, work)
    if integration.state == "revoked":
        return integration
    revoked, fact = domain.revoke(integration, today=work.today)
    return await _saved(work, revoked, "revoked", fact)


async def _administered(change: Change[Any], work: Work) -> Integration:
    MAY_ADMINISTER.require(work.caller, {})
    return await INTEGRATIONS.load(work, change)


async def _contact_works_there(work: Work, integration: Integration) -> None:
    person_id, institution_id = integration.contact_person_id, integration.institution_id
    await PEOPLE.get(work, person_id)
    if not await MEMBERSHIPS.find(
        work, {"person_id": person_id, "institution_id": institution_id} | valid_on(work.today)
    ):
        raise ContactElsewhere


async def _saved(work: Work, integration: Integration, what: What, *facts: Fact) -> Integration:
    saved = await INTEGRATIONS.save(work, integration, *facts)
    await enter(work, saved, what)
    return saved


def _terms(command: Terms) -> dict[str, Any]:
    return {
        "receives": tuple(sorted(command.receives)),
        "sends": tuple(sorted(command.sends)),
        "contact_person_id": command.contact_person_id,
        "valid_until": command.valid_until,
        "queue_bytes": command.queue_bytes,
    }
