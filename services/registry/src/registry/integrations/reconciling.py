"""The broker made to match the registry: for one integration at once, for all of them again and again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from chassis.errors import Unavailable
from chassis.lease import Lease
from chassis.mongo import Mongo
from registry.integrations.broker import Broker, BrokerNotPrepared, BrokerRefused, BrokerSilent
from registry.integrations.domain import Integration
from registry.integrations.steps import steps
from registry.integrations.store import INTEGRATIONS, Lag, note_followed, note_lag
from registry.integrations.topology import only, queue_of, wanted

log = structlog.get_logger("integrations")
_LEASE_SECONDS, _WAIT_SECONDS, _ASK_SECONDS = 20, 30, 0.05
_FOLLOW_SECONDS = 8  # somebody waits for the answer
_PASSES = 3
_LAG: dict[type[Exception], Lag] = {
    BrokerSilent: "silent",
    BrokerRefused: "refused",
    BrokerNotPrepared: "not_prepared",
    TimeoutError: "busy",
}
_Seen = Sequence[Integration]


class Keeper:
    """Follows the registry on the broker, one at a time over all processes."""

    def __init__(self, mongo: Mongo, broker: Broker | None) -> None:
        self._mongo, self.broker = mongo, broker

    async def follow(self, integration_id: str, now: datetime) -> None:
        """Carry out what is recorded of one integration; what does not succeed stays visible and is tried again."""
        integration = await self._one(integration_id)
        if self.broker is None:
            await note_lag(self._mongo.plain, integration, "not_configured", now)
            return
        try:
            async with asyncio.timeout(_FOLLOW_SECONDS):
                await self._alone(self.broker, now, integration_id)
        except (Unavailable, TimeoutError) as error:
            log.warning("integration not carried out", name=integration.name, error=str(error) or "busy")
            if lag := _LAG.get(type(error)):
                await note_lag(self._mongo.plain, await self._one(integration_id), lag, now)

    async def reconcile(self, broker: Broker, now: datetime) -> list[str]:
        """Make the broker match the registry in all that is partners'; return the changes in words.

        Raises: BrokerSilent, BrokerRefused, BrokerNotPrepared, TimeoutError when another pass does not end.
        """
        try:
            return await self._alone(broker, now, None)
        except BrokerNotPrepared:
            for one in await self._integrations(None):
                await note_lag(self._mongo.plain, one, "not_prepared", now)
            raise

    async def _alone(self, broker: Broker, now: datetime, integration_id: str | None) -> list[str]:
        lease = Lease(self._mongo, "partners", seconds=_LEASE_SECONDS)
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                while not await lease.hold():  # noqa: ASYNC110 another process holds it, no event tells its end
                    await asyncio.sleep(_ASK_SECONDS)
            return await self._passes(broker, lease, now, integration_id)
        finally:
            await lease.release()

    async def _passes(self, broker: Broker, lease: Lease, now: datetime, integration_id: str | None) -> list[str]:
        changes: list[str] = []
        for _ in range(_PASSES):
            every = await self._integrations(integration_id)
            changes += await self._pass(broker, lease, now, every, one=integration_id is not None)
            if all([await note_followed(self._mongo.plain, one, now) for one in every]):
                break  # nobody changed an integration meanwhile
        return changes

    async def _pass(self, broker: Broker, lease: Lease, now: datetime, every: _Seen, *, one: bool) -> list[str]:
        present = await broker.topology()
        if one:
            present = only(present, user=broker.place.user(every[0]), queue=queue_of(every[0]))
        changes = steps(wanted(every, broker.place, today=now.date()), present, broker.place)
        for step in changes:
            for call in step.calls:
                if not await lease.hold():
                    raise TimeoutError  # this process was asleep: who holds the lease now knows better
                await broker.carry_out(call)
            log.info("broker changed", change=step.words)
        return [step.words for step in changes]

    async def _one(self, integration_id: str) -> Integration:
        (integration,) = await self._integrations(integration_id)
        return integration

    async def _integrations(self, integration_id: str | None) -> list[Integration]:
        db = self._mongo.plain[INTEGRATIONS.collection]
        where = {"_id": integration_id} if integration_id else {"_id": {"$gte": ""}}
        return [INTEGRATIONS.read(document) for document in await db.find(where)]
