"""Use cases of refresh tokens; `grants` and `sign_outs` call them within their own transactions."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import structlog

from chassis.work import Work
from registry.digests import digest
from registry.refresh_tokens import domain
from registry.refresh_tokens.domain import Ending, Family
from registry.refresh_tokens.store import FAMILIES, family_of, family_with, keep_spent

log = structlog.get_logger("security")
_SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A sign-in that may be refreshed."""

    id: str
    client_id: str
    person_id: str
    account_id: str
    epoch: int
    scope: tuple[str, ...]
    signed_in_at: datetime


async def begin(beginning: Beginning, work: Work) -> str:
    """Begin a family; return its first token."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    family = Family(**vars(beginning), current=digest(token), used_at=work.now)
    await FAMILIES.save(work, family)
    return token


async def spend(token: str, client_id: str, work: Work) -> Family | None:
    """Return the live family of a client's good token; None for any other token.

    A spent one ends its family: the caller must let the transaction be committed.
    """
    family, good = await family_of(work, token)
    if family is None or family.client_id != client_id:
        return None
    if not good:
        await end(family, "token-reused", work)
        return None
    return family if domain.is_alive(family, now=work.now) else None


async def renew(family: Family, work: Work) -> str:
    """Replace the good token of a family; return the new one."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    await keep_spent(work, family)
    await FAMILIES.save(work, domain.rotate(family, to=digest(token), now=work.now))
    return token


async def end(family: Family, why: Ending, work: Work) -> None:
    """End a family, and say so in the log when somebody else may hold its tokens."""
    if family.ended:
        return
    await FAMILIES.save(work, domain.end(family, why))
    tell = log.info if why == "signed-out" else log.warning
    tell("session ended", why=why, session_id=family.id, client_id=family.client_id, person_id=family.person_id)


async def end_session(session_id: str, why: Ending, work: Work) -> None:
    """End the family of a session, if it has one."""
    if family := await family_with(work, session_id):
        await end(family, why, work)
