"""Use cases of signing out: by a client that gives its token back (RFC 7009), and by a person (RP-Initiated Logout)."""

from collections.abc import Mapping
from typing import Any

from registry.authorizations.domain import location
from registry.clients.store import client_of
from registry.grants.handlers import TokenRequest, proven_client
from registry.oauth import OAuthRefused, needed
from registry.refresh_tokens.handlers import end, end_session
from registry.refresh_tokens.store import family_of
from registry.tokens.handlers import Desk

_DOTS_OF_A_JWT = 2


async def revoke(request: TokenRequest, desk: Desk) -> None:
    """End the session that a refresh token belongs to, a spent one too; an unknown one is revoked already.

    Raises: OAuthRefused, also for an access token: those are not kept anywhere and end by themselves.
    """
    client = await proven_client(request, desk)
    token = needed(request.fields, "token")
    if token.count(".") == _DOTS_OF_A_JWT:
        raise OAuthRefused("unsupported_token_type", "access tokens end by themselves, within 15 minutes")
    family, _ = await family_of(desk.work, token)
    if family is None:
        return
    if family.client_id != client.id:
        raise OAuthRefused("invalid_grant", "the token was issued to another client")
    await end(family, "signed-out", desk.work)


async def sign_out(fields: Mapping[str, str], desk: Desk) -> str | None:
    """End the session that an ID token tells of; return where its client wants the person back, if anywhere.

    There is no session of the browser here to end: every sign-in asks for the password. An address is only followed
    when it is registered, letter by letter, for the client of the ID token or, without one, of `client_id`.
    Raises: OAuthRefused.
    """
    hint = _hint(fields, desk)
    client_id = str(hint.get("aud", fields.get("client_id", "")))
    if fields.get("client_id", client_id) != client_id:
        raise OAuthRefused("invalid_request", "the ID token was issued to another client")
    if "sid" in hint:
        await end_session(str(hint["sid"]), "signed-out", desk.work)
    asked = fields.get("post_logout_redirect_uri")
    if asked is None:
        return None
    client = await client_of(desk.work, client_id)
    if client is None or asked not in client.post_logout_redirect_uris:
        raise OAuthRefused("invalid_request", "the address to return to is not registered")
    return location(asked, {"state": fields["state"]}) if "state" in fields else asked


def _hint(fields: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    hint = fields.get("id_token_hint")
    return desk.issuer.opened(hint, kind="JWT") if hint else {}
