"""The built-in issuer: signs tokens and publishes the keys they are checked with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.work import Work
from registry.accounts.domain import Account
from registry.memberships.store import MEMBERSHIPS, valid_on
from registry.oauth import OAuthRefused
from registry.people.store import PEOPLE
from registry.tokens.domain import Grant, Holder, Session, access_claims, id_claims
from registry.tokens.keys import UnusableKey, read_key


class TokenIssuer:
    """Signs with the first of its keys and publishes them all.

    A token signed with a retired key is valid while that key is listed. Raises: UnusableKey.
    """

    def __init__(self, key_files: Sequence[Path], *, issuer: str, audience: str) -> None:
        self._keys = [read_key(file) for file in key_files]
        if not self._keys or len({key.kid for key in self._keys}) != len(self._keys):
            raise UnusableKey("the issuer needs at least one key, and each key once")
        self._all = KeySet([*self._keys])
        self.algorithms = sorted({key.alg for key in self._keys if key.alg})
        self.issuer, self._audience = issuer, audience

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set, the signing one first."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def access_token(self, holder: Holder, grant: Grant, *, now: datetime, token_id: str) -> str:
        """Return an access token that is valid from `now` for the grant's lifetime."""
        address = {"iss": self.issuer, "aud": self._audience}
        return self._signed("at+jwt", address | access_claims(holder, grant, now=now, token_id=token_id))

    def id_token(self, holder: Holder, grant: Grant, session: Session, *, now: datetime) -> str:
        """Return an ID token for the grant's client."""
        return self._signed("JWT", {"iss": self.issuer} | id_claims(holder, grant, session, now=now))

    def opened(self, token: str, *, kind: str) -> dict[str, Any]:
        """Return the claims of a token that this issuer signed, expired ones too; `kind` is the header's `typ`.

        Raises: OAuthRefused.
        """
        try:
            read = jwt.decode(token, self._all, algorithms=self.algorithms)
        except (JoseError, ValueError) as error:
            raise OAuthRefused("invalid_token", "the token was not issued here") from error
        if read.header.get("typ") != kind or read.claims.get("iss") != self.issuer:
            raise OAuthRefused("invalid_token", "the token is of another kind")
        return dict(read.claims)

    def _signed(self, kind: str, claims: dict[str, Any]) -> str:
        key = self._keys[0]
        header = {"alg": key.alg, "kid": key.kid, "typ": kind}
        return jwt.encode(header, claims, key, algorithms=self.algorithms)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where somebody who is not signed in yet is served: the registry's own work, the issuer, the sender's address."""

    work: Work
    issuer: TokenIssuer
    address: str


async def holder_of(account: Account, work: Work) -> Holder:
    """Return who an account's tokens are for, with the roles and memberships of this day."""
    person = await work.db[PEOPLE.collection].find_one({"_id": account.person_id})
    held = await work.db[MEMBERSHIPS.collection].find({"person_id": account.person_id} | valid_on(work.today))
    return Holder(
        subject=account.person_id,
        name=person["short_name"] if person else account.login,
        roles=account.roles,
        memberships={membership["institution_id"]: membership["roles"] for membership in held},
    )
