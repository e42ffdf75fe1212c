"""Use cases of the token endpoint. Each runs in one transaction.

A refusal that must leave a trace, the end of a family whose token came twice, is returned, so that the trace is
committed; any other is raised, and nothing of the request is stored.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, Field

from registry.accounts.domain import Account, still_signed_in
from registry.accounts.store import ACCOUNTS
from registry.api_keys.handlers import present_api_key
from registry.authorizations.domain import Code, redeemable
from registry.authorizations.store import code_of, spend_code
from registry.clients.domain import Client, proves_itself
from registry.clients.store import client_of
from registry.grants.domain import credentials
from registry.integrations.store import in_force
from registry.oauth import API_SCOPES, EXCHANGE_SCOPES, OAuthRefused, granted, needed
from registry.refresh_tokens.handlers import Beginning, begin, end_session, renew, spend
from registry.tokens.domain import EXCHANGED_LIFETIME, LIFETIME, Grant, Holder, Session
from registry.tokens.handlers import Desk, holder_of
from registry.tokens.queries import ACCESS_TOKEN_TYPE, API_KEY_TYPE, TOKEN_EXCHANGE

log = structlog.get_logger("security")


class Tokens(BaseModel):
    """Токены (RFC 6749 §5.1)."""

    access_token: str
    token_type: str = Field(default="Bearer", examples=["Bearer"])
    expires_in: int = Field(examples=[900], description="Секунды")
    scope: str = Field(examples=["openid profile offline_access api.read"])
    refresh_token: str | None = Field(default=None, description="При offline_access; годится один раз")
    id_token: str | None = Field(default=None, description="При openid: кто вошёл, для самого приложения")
    issued_token_type: str | None = Field(default=None, description="Только при обмене ключа (RFC 8693)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A request to the token endpoint: the form's fields and the Authorization header."""

    fields: Mapping[str, str]
    authorization: str | None


async def grant(request: TokenRequest, desk: Desk) -> Tokens | OAuthRefused:
    """Answer one request for tokens. Raises: OAuthRefused."""
    kind = needed(request.fields, "grant_type")
    if kind not in _GRANTS:
        raise OAuthRefused("unsupported_grant_type", "the grant type is not supported")
    return await _GRANTS[kind](request, desk)


async def proven_client(request: TokenRequest, desk: Desk) -> Client:
    """Return the client that asks. Raises: OAuthRefused."""
    claimed = credentials(request.fields, request.authorization)
    client = await client_of(desk.work, claimed.client_id)
    if client is None or not proves_itself(client, claimed.secret):
        log.warning("client refused", client_id=client and client.id)
        raise OAuthRefused("invalid_client", "the client is not known or does not prove itself")
    return client


async def _by_code(request: TokenRequest, desk: Desk) -> Tokens | OAuthRefused:
    client = await proven_client(request, desk)
    verifier = needed(request.fields, "code_verifier")
    code = await code_of(desk.work, needed(request.fields, "code"))
    if code is None or code.authorization.client_id != client.id:
        raise OAuthRefused("invalid_grant", "the code is not valid")
    if code.spent:
        await end_session(code.session_id, "code-reused", desk.work)
        return OAuthRefused("invalid_grant", "the code is not valid")
    await spend_code(desk.work, code)
    account = await _account(code.account_id, code.epoch, desk)
    good = redeemable(code, redirect_uri=request.fields.get("redirect_uri"), verifier=verifier, now=desk.work.now)
    if account is None or not good:
        return OAuthRefused("invalid_grant", "the code is not valid")
    return await _first_tokens(code, account, desk)


async def _first_tokens(code: Code, account: Account, desk: Desk) -> Tokens:
    scope, client_id = code.authorization.scope, code.authorization.client_id
    refresh_token = None
    if "offline_access" in scope:
        beginning = Beginning(
            id=code.session_id,
            client_id=client_id,
            person_id=code.person_id,
            account_id=account.id,
            epoch=code.epoch,
            scope=scope,
            signed_in_at=code.signed_in_at,
        )
        refresh_token = await begin(beginning, desk.work)
    holder, allowed = await holder_of(account, desk.work), Grant(client_id=client_id, scope=scope)
    session = Session(session_id=code.session_id, at=code.signed_in_at, nonce=code.authorization.nonce)
    return _tokens(holder, allowed, desk, session=session, refresh_token=refresh_token)


async def _by_refresh_token(request: TokenRequest, desk: Desk) -> Tokens | OAuthRefused:
    client = await proven_client(request, desk)
    token = needed(request.fields, "refresh_token")
    family = await spend(token, client.id, desk.work)
    account = await _account(family.account_id, family.epoch, desk) if family else None
    if family is None or account is None:
        return OAuthRefused("invalid_grant", "the refresh token is not valid")
    # what the client may ask for may have become less since the person signed in
    held = tuple(scope for scope in family.scope if scope in client.scopes)
    scope = granted(request.fields.get("scope", " ".join(held)), allowed=held)
    holder, allowed = await holder_of(account, desk.work), Grant(client_id=client.id, scope=scope)
    session = Session(session_id=family.id, at=family.signed_in_at)
    return _tokens(holder, allowed, desk, session=session, refresh_token=await renew(family, desk.work))


async def _by_client_credentials(request: TokenRequest, desk: Desk) -> Tokens:
    client = await proven_client(request, desk)
    if not client.service:
        raise OAuthRefused("unauthorized_client", "the client may not act on its own behalf")
    own = {name for name in client.scopes if name in API_SCOPES}
    if client.institution_id and not await in_force(desk.work, institution_id=client.institution_id):
        own -= EXCHANGE_SCOPES  # its institution exchanges nothing, or no longer
    scope = granted(request.fields.get("scope"), allowed=own)
    memberships = {client.institution_id: client.institution_roles} if client.institution_id else {}
    holder = Holder(subject=client.id, name=client.name, memberships=memberships)
    exchanges = client.institution_id and EXCHANGE_SCOPES.intersection(scope)
    lifetime = EXCHANGED_LIFETIME if exchanges else LIFETIME  # that of an integration may end any moment
    return _tokens(holder, Grant(client_id=client.id, scope=scope, lifetime=lifetime), desk)


async def _by_api_key(request: TokenRequest, desk: Desk) -> Tokens:
    if needed(request.fields, "subject_token_type") != API_KEY_TYPE:
        raise OAuthRefused("invalid_request", f"only tokens of the type {API_KEY_TYPE} are exchanged")
    written = needed(request.fields, "subject_token")
    holder, allowed = await present_api_key(written, request.fields.get("scope"), desk)
    return _tokens(holder, allowed, desk, issued_token_type=ACCESS_TOKEN_TYPE)


async def _account(account_id: str, epoch: int, desk: Desk) -> Account | None:
    """Read the account again at each step: a block, a new password and new roles count at once."""
    found = await desk.work.db[ACCOUNTS.collection].find_one({"_id": account_id})
    account = ACCOUNTS.read(found) if found else None
    return account if account and still_signed_in(account, epoch=epoch) else None


def _tokens(holder: Holder, allowed: Grant, desk: Desk, *, session: Session | None = None, **more: Any) -> Tokens:
    work, signs_in = desk.work, session is not None and "openid" in allowed.scope
    return Tokens(
        access_token=desk.issuer.access_token(holder, allowed, now=work.now, token_id=work.new_id()),
        expires_in=int(allowed.lifetime.total_seconds()),
        scope=" ".join(allowed.scope),
        id_token=desk.issuer.id_token(holder, allowed, session, now=work.now) if session and signs_in else None,
        **more,
    )


_GRANTS: Mapping[str, Callable[[TokenRequest, Desk], Awaitable[Tokens | OAuthRefused]]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_client_credentials,
    TOKEN_EXCHANGE: _by_api_key,
}
