"""Authorization by code: what a client may ask for, and when a code is good.

Sources: RFC 6749 §4.1, RFC 7636 (only S256), RFC 9207, RFC 9700, OpenID Connect Core §3.1.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from registry.clients.domain import Client, may_return_to
from registry.oauth import OAuthRefused, granted

REQUEST_LIFETIME = timedelta(minutes=10)
CODE_LIFETIME = timedelta(seconds=60)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST_ECHO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What a client asked a person to sign in for."""

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    challenge: str
    state: str | None = None
    nonce: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code: a person has signed in, the client may fetch the tokens, once, within 60 s."""

    id: str = field(repr=False)
    """The digest of the code."""
    authorization: Authorization
    session_id: str
    account_id: str
    person_id: str
    epoch: int
    """Of the account when the person signed in."""
    signed_in_at: datetime
    spent: bool = False


def redirect_uri_of(fields: Mapping[str, str], client: Client | None) -> str | None:
    """Return where a refusal may be sent: the address that was asked for, when the client may return to it.

    None means: the client or the address is not known, nothing may be sent anywhere.
    """
    asked = fields.get("redirect_uri")
    return asked if client and asked and may_return_to(client, asked) else None


def authorization(fields: Mapping[str, str], client: Client, redirect_uri: str) -> Authorization:
    """Return what is asked for. Raises: OAuthRefused, to be told to the client by a redirect."""
    _refuse_what_is_not_offered(fields)
    if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(fields.get("code_challenge", "")):
        raise OAuthRefused("invalid_request", "PKCE is needed: code_challenge with code_challenge_method=S256")
    if any(len(fields.get(name, "")) > _LONGEST_ECHO for name in ("state", "nonce")):
        raise OAuthRefused("invalid_request", "state and nonce take at most 1000 characters")
    return Authorization(
        client_id=client.id,
        redirect_uri=redirect_uri,
        scope=granted(fields.get("scope"), allowed=client.scopes),
        challenge=fields["code_challenge"],
        state=fields.get("state"),
        nonce=fields.get("nonce"),
    )


def _refuse_what_is_not_offered(fields: Mapping[str, str]) -> None:
    if "request" in fields:
        raise OAuthRefused("request_not_supported", "request objects are not supported")
    if "request_uri" in fields:
        raise OAuthRefused("request_uri_not_supported", "request objects are not supported")
    if "response_type" not in fields:
        raise OAuthRefused("invalid_request", "response_type is missing")
    if fields["response_type"] != "code":
        raise OAuthRefused("unsupported_response_type", "only the response type code is supported")
    if fields.get("response_mode", "query") != "query":
        raise OAuthRefused("invalid_request", "only the response mode query is supported")
    if "none" in fields.get("prompt", "").split():
        raise OAuthRefused("login_required", "every sign-in is by login and password here")


def location(redirect_uri: str, told: Mapping[str, str | None]) -> str:
    """Return a registered address with parameters added to whatever query it has; None is left out."""
    parts = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in told.items() if value is not None})
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def refusal(redirect_uri: str, state: str | None, refused: OAuthRefused, *, issuer: str) -> str:
    """Return where to tell a client that it gets no code (RFC 6749 §4.1.2.1)."""
    told = {"error": refused.error, "error_description": refused.description, "state": state, "iss": issuer}
    return location(redirect_uri, told)


def redeemable(code: Code, *, redirect_uri: str | None, verifier: str, now: datetime) -> bool:
    """Tell whether a code that was not spent yet is good for the one who brings it, within 60 s of the sign-in."""
    return (
        now < code.signed_in_at + CODE_LIFETIME
        and redirect_uri == code.authorization.redirect_uri
        and verifies(verifier, code.authorization.challenge)
    )


def verifies(verifier: str, challenge: str) -> bool:
    """Tell whether a PKCE verifier belongs to an S256 challenge (RFC 7636 §4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(hashed, challenge)
