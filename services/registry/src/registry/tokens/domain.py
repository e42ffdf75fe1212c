"""What tokens say: access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from registry.oauth import API_SCOPES

LIFETIME = timedelta(minutes=15)
EXCHANGED_LIFETIME = timedelta(seconds=60)
"""Of a token for a partner's system: a revoked key, or the end of its integration, is felt within a minute."""
FIRST_PARTY = "technopark"
"""The client of a token that was not asked for by a registered one."""
FIRST_PARTY_SCOPES = ("openid", "profile", *API_SCOPES)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whom a token is for: a person, a client on its own behalf, or a partner with an API key."""

    subject: str
    name: str
    roles: Iterable[str] = ()
    memberships: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Institution id → roles held there today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token is good for: which client got it, for which scopes, for how long."""

    client_id: str = FIRST_PARTY
    scope: tuple[str, ...] = FIRST_PARTY_SCOPES
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person's sign-in, as an ID token tells it."""

    session_id: str
    at: datetime
    nonce: str | None = None


def access_claims(holder: Holder, grant: Grant, *, now: datetime, token_id: str) -> dict[str, Any]:
    """Return the claims of an access token that is valid from `now`; issuer and audience are the signer's."""
    return {
        "sub": holder.subject,
        "client_id": grant.client_id,
        "scope": " ".join(grant.scope),
        "iat": int(now.timestamp()),
        "exp": int((now + grant.lifetime).timestamp()),
        "jti": token_id,
        "name": holder.name,
        "roles": sorted(holder.roles),
        "memberships": [
            {"institution_id": institution, "roles": sorted(roles)}
            for institution, roles in sorted(holder.memberships.items())
        ],
    }


def id_claims(holder: Holder, grant: Grant, session: Session, *, now: datetime) -> dict[str, Any]:
    """Return the claims of an ID token for the client; the nonce only when this sign-in had one."""
    told = {
        "sub": holder.subject,
        "aud": grant.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + grant.lifetime).timestamp()),
        "auth_time": int(session.at.timestamp()),
        "sid": session.session_id,
    }
    told |= {"name": holder.name} if "profile" in grant.scope else {}
    return told | ({"nonce": session.nonce} if session.nonce else {})
