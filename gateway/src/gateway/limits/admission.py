"""The limits of the gateway: what a request is weighed by on its way in."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

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

_LONGEST_SUBJECT = 64
_TRY_AGAIN_SECONDS = 5
Headers = list[tuple[bytes, bytes]]


class Limits:
    """One per process. With a database all replicas count together, without one each counts alone."""

    def __init__(
        self, classes: Mapping[str, RateClass], mongo: Mongo | None, *, keys: int = 10_000, open_streams: int = 6
    ) -> None:
        """`keys` bounds the addresses or callers remembered by each limit, `open_streams` those of one caller."""
        self._mongo, self.measures = mongo, Measures()
        self._patience = Patience(self.measures)
        shared = None if mongo is None else Shared(leases.LeaseStore(mongo), self._patience)
        self._by_kind: dict[Kind, dict[str, Allowance]] = {"address": {}, "subject": {}, "partner": {}}
        for each in classes.values():
            for kind, policy in each.policies.items():
                tally = Tally(each.name, kind)
                self.measures.tallies.append(tally)
                self._by_kind[kind][each.name] = Allowance(policy, tally, shared, keys=keys)
        self.streams = streams.Streams(mongo, self._patience, most=open_streams)

    async def address(self, rate: str, address: str, told: Headers) -> None:
        """Weigh a request by where it comes from; `told` gets the headers of its answer. Raises 429."""
        key = counted_as(address) if ":" in address else address
        await _weigh(self._by_kind["address"][rate], key, told)

    async def caller(self, rate: str, caller: Caller, told: Headers) -> None:
        """Weigh a request by who makes it; what `told` says of the address gives way to it. Raises 429."""
        subject = caller.subject
        kind: Kind = "partner" if caller.client and caller.client == subject else "subject"
        if len(subject) > _LONGEST_SUBJECT:
            subject = hashlib.sha256(subject.encode()).hexdigest()
        told[:] = [header for header in told if not header[0].startswith(b"ratelimit-")]
        await _weigh(self._by_kind[kind][rate], subject, told)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Keep the collections in order while the gateway serves."""
        preparing = asyncio.create_task(self._prepare())
        try:
            yield
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            await self._patience.close()

    async def _prepare(self) -> None:
        """Create the collections, however long the store needs to appear: their indexes drop what is over."""
        while self._mongo is not None:
            try:
                await self._mongo.plain[leases.COLLECTION].ensure(leases.INDEXES)
                await self._mongo.plain[streams.COLLECTION].ensure(streams.INDEXES)
            except Unavailable:
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
            else:
                return


async def _weigh(allowance: Allowance, key: str, told: Headers) -> None:
    admitted, window = await allowance.admit(key)
    seconds = int(window.until - time.monotonic()) + 1
    told += allowance.headers
    told.append((b"ratelimit-remaining", b"%d" % window.remaining))
    told.append((b"ratelimit-reset", b"%d" % seconds))
    if not admitted:
        raise too_many_requests(allowance.kind, seconds)
