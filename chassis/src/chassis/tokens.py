"""Access tokens (RFC 9068) checked: whose they are, for whom, for how long, and what they say of the caller."""

import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Literal

import structlog
from joserfc import jws, jwt
from pydantic import BaseModel, Field

from chassis.identity import INVALID_TOKEN, Caller
from chassis.issuers import KEY_ID, MALFORMED, IssuerKeys
from chassis.settings import ProcessSettings, TrustedIssuer

ALGORITHMS = ("RS256", "ES256")
MAX_TOKEN, LEEWAY_SECONDS, CACHED_TOKENS, CACHED_SECONDS = 8192, 30, 10_000, 300
_HEADER = {"alg", "kid", "typ", "x5t", "x5t#S256"}  # jku, x5u, jwk, crit and others would steer the check
_OF_OTHER_TOKENS = {"nonce", "at_hash", "c_hash", "events", "cnf"}  # ID and logout tokens, tokens bound to a key

log = structlog.get_logger("identity")


class _Membership(BaseModel):
    institution_id: str
    roles: frozenset[str]


class _Claims(BaseModel):
    sub: str = Field(min_length=1, max_length=64)  # as long as events carry
    iat: float
    exp: float
    typ: Literal["Bearer"] = "Bearer"
    """Keycloak's mark: its ID and refresh tokens have another one."""
    name: str = ""
    roles: frozenset[str] = frozenset()
    memberships: tuple[_Membership, ...] = ()
    scope: str = ""
    client_id: str = ""
    azp: str = ""

    def caller(self, trusted: TrustedIssuer) -> Caller:
        """Return whom the token speaks of: of an issuer that is not the platform's own, only what is listed for it."""
        scopes, memberships = frozenset(self.scope.split()), {one.institution_id: one.roles for one in self.memberships}
        told = Caller(subject=self.sub, name=self.name, client=self.client_id or self.azp, expires_at=self.exp)
        if trusted.own:
            return replace(told, roles=self.roles, memberships=memberships, scopes=scopes, lent=bool(scopes))
        subject = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{trusted.issuer}#{self.sub}"))
        roles = frozenset(trusted.roles[one] for one in self.roles & trusted.roles.keys())
        return replace(told, subject=subject, roles=roles, scopes=scopes & trusted.scopes, lent=True)


class TokenVerifier:
    """Verifies the access tokens of every trusted issuer, each with that issuer's own keys and rules.

    Verified tokens are remembered by their digest until they end or the keys are renewed, for 5 minutes at most.
    """

    def __init__(self, settings: ProcessSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.issuers = {trusted.issuer: IssuerKeys(trusted, clock) for trusted in settings.issuers}
        self._remembered: OrderedDict[bytes, tuple[Caller, float, IssuerKeys, object]] = OrderedDict()

    def known(self, token: bytes) -> Caller | None:
        """Return the caller of a token that was verified before; None when it has to be verified (again)."""
        entry = self._remembered.get(sha256(token).digest())
        if entry is None:
            return None
        caller, until, keys, published = entry
        return caller if self._clock() < until and keys.known is published else None

    async def verify(self, token: str) -> Caller:
        """Return the caller. Raises `INVALID_TOKEN`, or `KEYS_UNAVAILABLE` when the issuer could not be asked."""
        if caller := self.known(token.encode()):
            return caller
        try:
            caller, keys = await self._verified(token)
        except MALFORMED as error:
            log.info("token refused", reason=str(error).partition("\n")[0])
            raise INVALID_TOKEN from None
        until = min(caller.expires_at + LEEWAY_SECONDS, self._clock() + CACHED_SECONDS)
        self._remembered[sha256(token.encode()).digest()] = caller, until, keys, keys.known
        if len(self._remembered) > CACHED_TOKENS:
            self._remembered.popitem(last=False)
        return caller

    async def _verified(self, token: str) -> tuple[Caller, IssuerKeys]:
        signed = jws.extract_compact(token.encode("ascii"))
        header, content = signed.headers(), json.loads(signed.payload)
        keys = self.issuers[content["iss"]]  # not verified yet: it only chooses what to verify with
        key = await keys.key(header["kid"]) if KEY_ID.fullmatch(header["kid"]) else None
        kind, trusted = header.get("typ"), keys.trusted
        if len(token) > MAX_TOKEN or header.keys() - _HEADER or str(kind).lower() not in trusted.token_types:
            raise ValueError("not the form of an access token")
        if key is None or not jws.validate_compact(signed, key, ALGORITHMS):
            raise ValueError("not signed by the issuer")
        self._rules(trusted).validate(content)
        claims = _Claims.model_validate(content)
        if claims.exp - claims.iat > trusted.lifetime_seconds or _OF_OTHER_TOKENS & content.keys():
            raise ValueError("not an access token, or of too long a term")
        return claims.caller(trusted), keys

    def _rules(self, trusted: TrustedIssuer) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": trusted.issuer},
            aud={"essential": True, "value": trusted.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
