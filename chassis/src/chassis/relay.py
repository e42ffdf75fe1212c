"""The relay: takes facts from the outbox to the broker, in order per aggregate, at least once, never dropping one."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import aio_pika
import structlog
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import PublishError
from pymongo.errors import PyMongoError

from chassis import outbox
from chassis.bus import FACTS, Interrupted, connect, interruptions
from chassis.crashpoint import crashpoint
from chassis.documents import Document
from chassis.errors import Unavailable
from chassis.lease import Lease
from chassis.mongo import Mongo
from chassis.settings import ServiceSettings
from chassis.telemetry import PUBLISHED

log = structlog.get_logger("relay")
_BATCH = 200
_RECONNECT_SECONDS = 1.0


class Relay:
    """Publishes one service's outbox while it holds the lease.

    Polling unsent rows is the truth; the change stream only wakes the poll. Two relays at once (a paused holder of
    the lease came back) publish twice and lose nothing.
    """

    def __init__(self, mongo: Mongo, settings: ServiceSettings, service: str) -> None:
        self._mongo, self._settings, self._service = mongo, settings, service
        self._lease = Lease(mongo, "relay", seconds=settings.relay_lease_seconds)
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Relay until cancelled, through every outage of the broker and the database."""
        waker = asyncio.create_task(self._listen())
        try:
            while True:
                try:
                    with interruptions():
                        await self._session()
                except (Interrupted, PyMongoError, Unavailable) as error:
                    log.warning("relay interrupted", error=str(error))
                await asyncio.sleep(_RECONNECT_SECONDS)
        finally:
            waker.cancel()
            with suppress(PyMongoError, Unavailable):
                await self._lease.release()

    async def _session(self) -> None:
        async with await connect(self._settings.amqp(f"{self._service}-relay")) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(FACTS, ensure=False)
            while True:
                self._woken.clear()
                if not (await self._lease.hold() and await self.publish_due(exchange)):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), self._settings.relay_poll_seconds)

    async def _listen(self) -> None:
        while True:
            with suppress(PyMongoError):
                async for _ in self._mongo.inserts(outbox.COLLECTION):
                    self._woken.set()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def publish_due(self, exchange: AbstractExchange) -> int:
        """Publish what is due, one chain per aggregate; return how many rows were confirmed.

        Raises what broke the channel: after that the caller starts a new one, never two publications of a row on one.
        """
        confirmed: list[str] = []
        chains = [self._publish_chain(exchange, chain, confirmed) for chain in await self._chains()]
        outcomes = await asyncio.gather(*chains, return_exceptions=True)
        failures = [error for error in outcomes if isinstance(error, BaseException)]
        if confirmed:
            PUBLISHED.labels("confirmed").inc(len(confirmed))
            crashpoint("after_confirm_before_mark")
            change = {"$set": {"state": "sent", "sent_at": datetime.now(UTC)}}
            await self._mongo.plain[outbox.COLLECTION].update({"_id": {"$in": confirmed}}, change)
        if failures:
            PUBLISHED.labels("unconfirmed").inc(len(failures))
            raise Interrupted(repr(failures[0])) from failures[0]
        return len(confirmed)

    async def _chains(self) -> Sequence[Sequence[Document]]:
        rows = self._mongo.plain[outbox.COLLECTION]
        due = {"state": "new", "next_at": {"$lte": datetime.now(UTC)}}
        batch = await rows.find(due, sort=[("next_at", 1), ("_id", 1)], limit=_BATCH)
        # Ids are not commit order: a chain is complete only with every unsent row of its aggregate.
        touched = {"state": "new", "aggregate_id": {"$in": sorted({row["aggregate_id"] for row in batch})}}
        chains: dict[str, list[Document]] = defaultdict(list)
        for row in await rows.find(touched, sort=[("aggregate_id", 1), ("sequence", 1)]) if batch else ():
            chains[row["aggregate_id"]].append(row)
        return [sorted(chain, key=lambda row: (row["sequence"], row["ordinal"])) for chain in chains.values()]

    async def _publish_chain(self, exchange: AbstractExchange, chain: Sequence[Document], confirmed: list[str]) -> None:
        for row in chain:
            try:
                async with asyncio.timeout(self._settings.relay_publish_seconds):
                    await exchange.publish(_message(row), routing_key=row["type"], mandatory=True)
            except PublishError:
                PUBLISHED.labels("unroutable").inc()
                await self._defer(row)
                return
            confirmed.append(row["_id"])

    async def _defer(self, row: Document) -> None:
        # The whole chain waits: a later fact never overtakes an earlier one about the same aggregate.
        seconds = min(self._settings.relay_backoff_limit_seconds, 0.5 * 2 ** min(row["attempts"], 16))
        log.error("no queue takes the fact", event_id=row["_id"], type=row["type"], retry_seconds=seconds)
        change = {"$set": {"next_at": datetime.now(UTC) + timedelta(seconds=seconds)}, "$inc": {"attempts": 1}}
        await self._mongo.plain[outbox.COLLECTION].update({"state": "new", "aggregate_id": row["aggregate_id"]}, change)


def _message(row: Document) -> aio_pika.Message:
    return aio_pika.Message(
        row["body"],
        headers=row["headers"],
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=row["_id"],
        type=row["type"],
        correlation_id=row["headers"].get("cloudEvents:correlationid"),
        timestamp=row["created_at"],
    )
