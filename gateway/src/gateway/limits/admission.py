"""The limits of the gateway: what a request is weighed by on its way in."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import Unavailable
from chassis.identity import Caller
from chassis.mongo import Mongo
from gateway.limits import leases, streams
from gateway.limits.addresses import counted_as
from gateway.limits.allowance import Allowance, Shared
from gateway.limits.measures import Measures, Tally
from gateway.limits.patience import Patience
from gateway.limits.policies import Kind, RateClass
from gateway.limits.refusals import too_many_requests
from gateway.limits.windows import Window

_LONGEST_SUBJECT = 64
_TRY_AGAIN_SECONDS = 5
_CONNECTIONS = 8
_STREAM_SECONDS = 1
"""A stream is opened once and then lasts: it may wait longer for its place than a request for its token."""
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the limits themselves may take."""

    keys: int = 10_000
    """Addresses or callers that each limit remembers."""
    streams: int = 6
    """Of one caller, open at once."""
    patience: float = 0.1
    """How long a request waits for the store at most, in seconds."""


class Limits:
    """One per process. With a database all replicas count together, without one each counts alone."""

    def __init__(self, classes: Mapping[str, RateClass], mongo: Mongo | None, bounds: Bounds | None = None) -> None:
        bounds = bounds or Bounds()
        self._mongo, self.measures = mongo, Measures()
        self._patience = Patience(self.measures, seconds=bounds.patience)
        shared = None if mongo is None else Shared(leases.LeaseStore(mongo), self._patience)
        self._by_kind: dict[Kind, dict[str, Allowance]] = {"address": {}, "subject": {}, "partner": {}}
        for each in classes.values():
            for kind, policy in each.policies.items():
                tally = Tally(each.name, kind)
                self.measures.tallies.append(tally)
                self._by_kind[kind][each.name] = Allowance(policy, tally, shared, keys=bounds.keys)
        self.streams = streams.Streams(mongo, Patience(self.measures, seconds=_STREAM_SECONDS), most=bounds.streams)

    async def address(self, rate: str, address: str, told: Headers, *, alone: bool = True) -> None:
        """Weigh a request by where it comes from; `told` gets the headers of its answer. Raises 429.

        Not `alone`: its caller is weighed next and told of, so that of the address only a refusal is.
        """
        key = counted_as(address) if ":" in address else address
        allowance = self._by_kind["address"][rate]
        window = allowance.at_once(key)
        if window is None:
            await _weigh(allowance, key, told)
        elif alone:
            _tell(allowance, window, told)

    def remind(self, rate: str, address: str, told: Headers) -> None:
        """Tell of an address that was weighed, not `alone`, when no caller was weighed after it."""
        allowance = self._by_kind["address"][rate]
        window = allowance.window(counted_as(address) if ":" in address else address)
        if window is not None and not any(name.startswith(b"ratelimit-") for name, _ in told):
            _tell(allowance, window, told)

    async def caller(self, rate: str, caller: Caller, told: Headers) -> None:
        """Weigh a request by who makes it; what `told` says of the address gives way to it. Raises 429."""
        subject = caller.subject
        kind: Kind = "partner" if caller.client and caller.client == subject else "subject"
        if len(subject) > _LONGEST_SUBJECT:
            subject = hashlib.sha256(subject.encode()).hexdigest()
        if told:
            told[:] = [header for header in told if not header[0].startswith(b"ratelimit-")]
        allowance = self._by_kind[kind][rate]
        window = allowance.at_once(subject)
        if window is None:
            await _weigh(allowance, subject, told)
        else:
            _tell(allowance, window, told)

    async def prepare(self) -> None:
        """Create the collections, however long the store needs to appear: their indexes drop what is over."""
        while self._mongo is not None:
            try:
                await asyncio.gather(*(self._mongo.ping() for _ in range(_CONNECTIONS)))
                await self._mongo.plain[leases.COLLECTION].ensure(leases.INDEXES)
                await self._mongo.plain[streams.COLLECTION].ensure(streams.INDEXES)
            except Unavailable:
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
            else:
                return

    async def close(self) -> None:
        """Let go of the store."""
        await self._patience.close()
        await self.streams.close()


async def _weigh(allowance: Allowance, key: str, told: Headers) -> None:
    """Weigh what is not admitted at once; a refusal is always told of."""
    admitted, window = await allowance.admit(key)
    _tell(allowance, window, told)
    if not admitted:
        raise too_many_requests(allowance.kind, _seconds(window))


def _tell(allowance: Allowance, window: Window, told: Headers) -> None:
    told += allowance.headers
    told.append((b"ratelimit-remaining", b"%d" % window.remaining))
    told.append((b"ratelimit-reset", b"%d" % _seconds(window)))


def _seconds(window: Window) -> int:
    return int(window.end - time.monotonic()) + 1
