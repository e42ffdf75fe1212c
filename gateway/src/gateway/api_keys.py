"""API keys of partners: the registry gives a short token for one, and only the token goes on."""

import asyncio
import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlencode

import structlog
from prometheus_client import Counter

from chassis.errors import Words
from chassis.identity import Caller
from chassis.issuers import KEYS_UNAVAILABLE
from chassis.problem import Problem, forget
from chassis.tokens import TokenVerifier
from gateway.exchange import Exchange, Headers
from gateway.resilience.services import Reply, Services

KEPT_SECONDS, REFUSED_SECONDS, UNAVAILABLE_SECONDS, MARGIN_SECONDS = 50, 10, 1, 5
_REMEMBERED, _SECONDS = 10_000, 5
_FORM = re.compile(rb"tp_[0-9A-Za-z-]{1,64}_[0-9A-Za-z-]{16,256}")
_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 the name of a grant, RFC 8693
_KEY_TYPE = "urn:technopark:params:oauth:token-type:api-key"
_NOT_GOOD = frozenset({400, 401, 403, 404})

API_KEY_REFUSED = Problem(
    401, "api-key-refused",
    Words("Ключ не принят", "The API key is not accepted"),
    Words(
        "Ключ неверен, отозван, истёк или не действует с этого адреса.",
        "The key is wrong, revoked, expired, or not good from this address.",
    ),
    headers={"WWW-Authenticate": "Bearer"},
)  # fmt: skip

EXCHANGES = Counter("gateway_api_key_exchanges_total", "API keys shown to the registry", ["result"])
log = structlog.get_logger("gateway")


class Limits(Protocol):
    """How often an address may have keys tried."""

    async def address(self, rate: str, address: str, told: Headers) -> None:
        """Count a try. Raises 429."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What came of a key: a caller and what services are told, or a refusal."""

    until: float
    caller: Caller | None = None
    authorization: bytes = b""
    refusal: Problem | None = None


class ApiKeys:
    """Exchanges keys, each once for all requests of the moment, and remembers what came of it.

    A token is used for 50 seconds at most, so that a key's end is felt within a minute; a refusal is remembered for
    10 seconds, an absence of the registry for one. The key itself is kept nowhere, only its digest with the address it
    came from: a key may be good from some networks only.
    """

    def __init__(
        self, services: Services, limits: Limits, verifier: TokenVerifier, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._services, self._limits, self._verifier, self._clock = services, limits, verifier, clock
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[_Held]] = {}

    async def caller(self, exchange: Exchange, key: bytes) -> Caller:
        """Return whom a key speaks for, and let services be told the token for it.

        Raises: API_KEY_REFUSED, KEYS_UNAVAILABLE, 429 when too many keys are tried from one address.
        """
        if not _FORM.fullmatch(key):
            raise API_KEY_REFUSED
        digest = sha256(b"%b %b" % (key, exchange.address.encode())).digest()
        held = self._held.get(digest)
        if held is None or self._clock() >= held.until:
            held = await asyncio.shield(self._asking.get(digest) or self._ask(digest, exchange, key))
        if held.caller is None:
            raise held.refusal or API_KEY_REFUSED
        exchange.authorization = held.authorization
        return held.caller

    def _ask(self, digest: bytes, exchange: Exchange, key: bytes) -> "asyncio.Task[_Held]":
        form = {"grant_type": _TOKEN_EXCHANGE, "subject_token": key.decode("ascii"), "subject_token_type": _KEY_TYPE}
        headers = [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"accept", b"application/json"),
            (b"x-forwarded-for", exchange.address.encode("ascii")),
            (b"x-request-id", exchange.request_id.encode("ascii")),
            (b"traceparent", exchange.traceparent.encode("ascii")),
        ]
        asked = self._exchanged(exchange.address, lambda: self._post(urlencode(form).encode(), headers))
        task = self._asking[digest] = asyncio.create_task(self._remembered(digest, asked))
        return task

    def _post(self, form: bytes, headers: Headers) -> Awaitable[Reply]:
        return self._services.post("registry", b"/oauth/token", form, headers, _SECONDS)

    async def _remembered(self, digest: bytes, asked: Awaitable[_Held]) -> _Held:
        try:
            held = await asked
        finally:
            del self._asking[digest]
        self._held[digest] = held
        self._held.move_to_end(digest)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)
        return held

    async def _exchanged(self, address: str, post: Callable[[], Awaitable[Reply]]) -> _Held:
        try:
            await self._limits.address("token", address, [])
        except Problem as throttled:
            return self._without(throttled, "throttled", seconds=0)
        try:
            reply = await post()
            if reply.status == 200:
                return await self._taken(json.loads(reply.body))
        except (Problem, ValueError, LookupError, TypeError) as error:
            log.warning("api key not exchanged", error=type(error).__name__, reason=getattr(error, "code", ""))
            if isinstance(error, Problem):
                forget(error)
            return self._without(KEYS_UNAVAILABLE, "unavailable", seconds=UNAVAILABLE_SECONDS)
        if reply.status in _NOT_GOOD:
            return self._without(API_KEY_REFUSED, "refused", seconds=REFUSED_SECONDS)
        log.warning("api key not exchanged", status=reply.status)
        return self._without(KEYS_UNAVAILABLE, "unavailable", seconds=UNAVAILABLE_SECONDS)

    async def _taken(self, tokens: dict[str, Any]) -> _Held:
        token = str(tokens["access_token"])
        caller = await self._verifier.verify(token)  # like any other: the registry is believed no more than its key
        EXCHANGES.labels("exchanged").inc()
        until = min(self._clock() + KEPT_SECONDS, caller.expires_at - MARGIN_SECONDS)
        return _Held(until, caller, b"Bearer " + token.encode("ascii"))

    def _without(self, refusal: Problem, result: str, *, seconds: float) -> _Held:
        EXCHANGES.labels(result).inc()
        return _Held(self._clock() + seconds, refusal=refusal)
