"""Who calls: a verified access token becomes a `Caller`."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import aiohttp
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from chassis.errors import Words
from chassis.problem import Problem
from chassis.settings import ProcessSettings

ALGORITHMS = ("RS256", "ES256")
_LEEWAY_SECONDS = 30

UNAUTHENTICATED = Problem(
    401, "unauthenticated",
    Words("Требуется вход", "Sign-in required"),
    Words("Войдите и передайте действующий токен доступа.", "Sign in and send a valid access token."),
    headers={"WWW-Authenticate": "Bearer"},
)  # fmt: skip
KEYS_UNAVAILABLE = Problem(
    503, "keys-unavailable",
    Words("Проверка входа недоступна", "Sign-in cannot be checked"),
    Words("Служба входа не отвечает, повторите позже.", "The issuer does not answer, repeat later."),
    headers={"Retry-After": "2"},
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or a process, with what it may do everywhere and in each institution."""

    subject: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    memberships: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Institution id → roles the caller has there."""


class _Membership(BaseModel):
    institution_id: str
    roles: frozenset[str]


class _Claims(BaseModel):
    sub: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    memberships: tuple[_Membership, ...] = ()

    def caller(self) -> Caller:
        memberships = {membership.institution_id: membership.roles for membership in self.memberships}
        return Caller(subject=self.sub, name=self.name, roles=self.roles, memberships=memberships)


class TokenVerifier:
    """Checks signature, issuer, audience and term against the issuer's published keys.

    Keys are cached; an unknown key id asks the issuer again, at most once in `refresh_seconds`; while the issuer does
    not answer the keys known so far stay valid.
    """

    def __init__(self, settings: ProcessSettings, *, refresh_seconds: float = 60) -> None:
        self._url, self._refresh_seconds = settings.oidc_jwks_url, refresh_seconds
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._asked_at = 0.0
        self._asking = asyncio.Lock()

    async def verify(self, token: str) -> Caller:
        """Return the caller. Raises `UNAUTHENTICATED`, or `KEYS_UNAVAILABLE` before the first key was fetched."""
        keys = self._keys or await self._renewed()
        try:
            return self._read(token, keys)
        except InvalidKeyIdError:
            return self._read(token, await self._renewed())

    def _read(self, token: str, keys: KeySet) -> Caller:
        try:
            claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            self._claims.validate(claims)
            return _Claims.model_validate(claims).caller()
        except InvalidKeyIdError:
            if self._may_ask():
                raise
            raise UNAUTHENTICATED from None
        except (JoseError, ValidationError, ValueError) as error:
            raise UNAUTHENTICATED from error

    def _may_ask(self) -> bool:
        return time.monotonic() - self._asked_at >= self._refresh_seconds

    async def _renewed(self) -> KeySet:
        async with self._asking:
            if self._keys is None or self._may_ask():
                try:
                    if self._keys is not None:
                        self._asked_at = time.monotonic()
                    self._keys = await self._fetch()
                    self._asked_at = time.monotonic()
                except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                    if self._keys is None:
                        raise KEYS_UNAVAILABLE from error
        return self._keys

    async def _fetch(self) -> KeySet:
        timeout = aiohttp.ClientTimeout(total=3)
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as http, http.get(self._url) as answer:
            published: Any = await answer.json()
            return KeySet.import_key_set(published)


_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", description="Токен доступа из POST /v1/sign-in")


async def authenticated(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Return the caller of a request. Raises `UNAUTHENTICATED`."""
    if credentials is None:
        raise UNAUTHENTICATED
    verifier: TokenVerifier = request.app.state.verifier
    return await verifier.verify(credentials.credentials)
