"""The keys of an issuer: found by discovery, renewed, and kept on while the issuer is away."""

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from prometheus_client import Counter

from chassis.errors import Words
from chassis.problem import Problem
from chassis.settings import TrustedIssuer

KEYS_UNAVAILABLE = Problem(
    503, "keys-unavailable",
    Words("Проверка входа недоступна", "Sign-in cannot be checked"),
    Words("Служба входа не отвечает, повторите позже.", "The issuer does not answer, repeat later."),
    headers={"Retry-After": "2"},
)  # fmt: skip

KEY_ID = re.compile(r"[0-9A-Za-z._~+/=:@-]{1,128}")
RENEW_SECONDS, ASK_SECONDS, STALE_SECONDS = 600, 60, 24 * 3600
_BACK_OFF_SECONDS, _FETCH_SECONDS, _MINIMUM_RSA_BITS = 5, 3, 2048

FETCHES = Counter("oidc_key_fetches_total", "Key sets asked of issuers", ["issuer", "result"])
MALFORMED = (JoseError, ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What comes of reading whatever somebody sent as JSON, a key or a signature."""

log = structlog.get_logger("identity")


class IssuerKeys:
    """The published keys of one issuer, by their ids.

    Renewed every 10 minutes. A key id that is not there asks the issuer again, at most once a minute whoever offers it.
    While the issuer does not answer, the keys known last stay valid for 24 hours; with none it is asked again after
    1, 2, 4, then every 5 s: it may be starting beside us. Requests share one fetch, and only those that need a key it
    may bring wait for it.
    """

    def __init__(self, trusted: TrustedIssuer, clock: Callable[[], float]) -> None:
        self.trusted, self._clock = trusted, clock
        self.known: Mapping[str, Key] = {}
        self._fetched_at, self._asked_at, self._failures = -math.inf, -math.inf, 0
        self._fetch: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> Key | None:
        """Return a key; None when the issuer has no such. Raises `KEYS_UNAVAILABLE` when it could not be asked."""
        age = self._since(self._fetched_at)
        self.known = {} if age > STALE_SECONDS else self.known
        lacking = key_id not in self.known
        dead = self._failures and not self.known
        pause = min(2.0 ** (self._failures - 1), _BACK_OFF_SECONDS) if dead else ASK_SECONDS
        if self._fetch is None and (lacking or age > RENEW_SECONDS) and self._since(self._asked_at) >= pause:
            self._fetch = asyncio.create_task(self._renew())
        if self._fetch and lacking:
            await asyncio.shield(self._fetch)
        if self._failures and key_id not in self.known:
            raise KEYS_UNAVAILABLE
        return self.known.get(key_id)

    def _since(self, moment: float) -> float:
        return abs(self._clock() - moment)  # a clock set back must not stop the asking

    async def _renew(self) -> None:
        issuer = self.trusted.issuer
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                self.known = usable(await _published(self.trusted))
            self._fetched_at, self._failures = self._clock(), 0
        except (aiohttp.ClientError, TimeoutError, *MALFORMED) as error:
            self._failures += 1
            log.warning("keys not fetched", issuer=issuer, error=repr(error), age=self._since(self._fetched_at))
        finally:
            self._asked_at, self._fetch = self._clock(), None
            FETCHES.labels(issuer, "failed" if self._failures else "fetched").inc()


def usable(published: Any) -> Mapping[str, Key]:
    """Return the keys of a JWK set that may check signatures, RSA of at least 2048 bits and P-256, by their ids.

    Others are passed over. Raises ValueError when none is left, JoseError for a malformed one.
    """
    found: dict[Any, Any] = {key.kid: key for key in KeySet.import_key_set(published) if _may_verify(key)}
    if not found:
        raise ValueError("no usable key")
    return found


def _may_verify(key: Key) -> bool:
    if not KEY_ID.fullmatch(key.kid or "") or key.is_private or key.get("use", "sig") != "sig":
        return False
    if isinstance(key, RSAKey):
        return key.raw_value.key_size >= _MINIMUM_RSA_BITS and key.alg in (None, "RS256")
    return isinstance(key, ECKey) and key.curve_name == "P-256" and key.alg in (None, "ES256")


async def _published(trusted: TrustedIssuer) -> Any:
    async with aiohttp.ClientSession(raise_for_status=True) as http:
        if trusted.jwks_url:
            return await _document(http, trusted.jwks_url)
        discovered = await _document(http, trusted.issuer.rstrip("/") + "/.well-known/openid-configuration")
        scheme = trusted.issuer.partition(":")[0]
        if discovered["issuer"] != trusted.issuer or not discovered["jwks_uri"].startswith(scheme):
            raise ValueError("discovery tells of another issuer, or of keys that would come unencrypted")
        return await _document(http, discovered["jwks_uri"])


async def _document(http: aiohttp.ClientSession, url: str) -> Any:
    async with http.get(url, allow_redirects=False) as answer:
        return await answer.json(content_type=None)
