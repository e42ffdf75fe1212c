"""What an access token says (RFC 9068): who holds it, what they may do, for how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whom a token is for."""

    person_id: str
    name: str
    roles: Iterable[str]
    memberships: Mapping[str, Iterable[str]]
    """Institution id → roles held there today."""


def claims(holder: Holder, *, now: datetime, token_id: str) -> dict[str, Any]:
    """Return the claims of a token that is valid for 15 minutes from `now`; issuer and audience are the signer's."""
    return {
        "sub": holder.person_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": token_id,
        "name": holder.name,
        "roles": sorted(holder.roles),
        "memberships": [
            {"institution_id": institution, "roles": sorted(roles)}
            for institution, roles in sorted(holder.memberships.items())
        ],
    }
