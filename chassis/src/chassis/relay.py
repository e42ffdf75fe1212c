"""The relay: takes facts from the outbox to the broker, in order per aggregate, at least once, never dropping one."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import aio_pika
import structlog
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import PublishError

from chassis import outbox
from chassis.bus import FACTS, Interrupted, connect
from chassis.crashpoint import crashpoint
from chassis.documents import Document
from chassis.duty import Turn, on_duty
from chassis.mongo import Mongo
from chassis.settings import ServiceSettings

log = structlog.get_logger("relay")
_BATCH = 200


class Outlet(NamedTuple):
    """Where rows of the form of `chassis.outbox` wait, and the exchange they are to go to."""

    url: str
    exchange: str = FACTS
    collection: str = outbox.COLLECTION
    lease: str = "relay"


class Relay:
    """Publishes the rows of one outlet while it holds the outlet's lease.

    Polling unsent rows is the truth; the change stream only wakes the poll. Two relays at once (a paused holder of
    the lease came back) publish twice and lose nothing.
    """

    def __init__(self, mongo: Mongo, settings: ServiceSettings, outlet: Outlet) -> None:
        self._mongo, self._settings, self._outlet, self._rows = mongo, settings, outlet, mongo.plain[outlet.collection]

    async def run(self) -> None:
        """Relay until cancelled, through every outage of the broker and the database."""
        await on_duty(self._mongo, self._settings, self._outlet.lease, self._outlet.collection, self._session)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Turn]:
        async with await connect(self._outlet.url) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(self._outlet.exchange, ensure=False)
            yield lambda: self.publish_due(exchange)

    async def publish_due(self, exchange: AbstractExchange) -> int:
        """Publish what is due, one chain per aggregate; return how many rows were confirmed.

        Raises what broke the channel: after that the caller starts a new one, never two publications of a row on one.
        """
        confirmed: list[str] = []
        chains = [self._publish_chain(exchange, chain, confirmed) for chain in await self._chains()]
        failures = [error for error in await asyncio.gather(*chains, return_exceptions=True) if error]
        if confirmed:
            crashpoint("after_confirm_before_mark")
            await self._rows.update(
                {"_id": {"$in": confirmed}}, {"$set": {"state": "sent", "sent_at": datetime.now(UTC)}}
            )
        if failures:
            raise Interrupted(repr(failures[0])) from failures[0]
        return len(confirmed)

    async def _chains(self) -> Sequence[Sequence[Document]]:
        due = {"state": "new", "next_at": {"$lte": datetime.now(UTC)}}
        batch = await self._rows.find(due, sort=[("next_at", 1), ("_id", 1)], limit=_BATCH)
        # Ids are not commit order: a chain is complete only with every unsent row of its aggregate.
        touched = {"state": "new", "aggregate_id": {"$in": sorted({row["aggregate_id"] for row in batch})}}
        chains: dict[str, list[Document]] = defaultdict(list)
        for row in await self._rows.find(touched, sort=[("aggregate_id", 1), ("sequence", 1)]) if batch else ():
            chains[row["aggregate_id"]].append(row)
        return [
            sorted(chain, key=lambda row: (row["sequence"], row["ordinal"], row["_id"])) for chain in chains.values()
        ]

    async def _publish_chain(self, exchange: AbstractExchange, chain: Sequence[Document], confirmed: list[str]) -> None:
        for row in chain:
            try:
                async with asyncio.timeout(self._settings.relay_publish_seconds):
                    await exchange.publish(_message(row), routing_key=row["type"], mandatory=True)
            except PublishError:
                await self._defer(row)
                return
            confirmed.append(row["_id"])

    async def _defer(self, row: Document) -> None:
        # The whole chain waits: a later fact never overtakes an earlier one about the same aggregate.
        seconds = min(self._settings.relay_backoff_limit_seconds, 0.5 * 2 ** min(row["attempts"], 16))
        log.error("no queue takes the fact", event_id=row["_id"], type=row["type"], retry_seconds=seconds)
        await self._rows.update(
            {"state": "new", "aggregate_id": row["aggregate_id"]},
            {"$set": {"next_at": datetime.now(UTC) + timedelta(seconds=seconds)}, "$inc": {"attempts": 1}},
        )


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
