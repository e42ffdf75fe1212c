"""A storm: all outboxes published again, several times, in disorder, past the relays."""

import asyncio
import random
from collections import Counter

import aio_pika
from tests.faults.house import House

from chassis.bus import FACTS
from chassis.documents import Document
from local_platform.definitions import SERVICES
from testkit import eventually

_PUBLISHERS = 4


async def storm(house: House, *, seed: int, times: int) -> None:
    """Publish every row of every outbox `times` times, and wait until every copy has been met as a duplicate."""
    held = await house.held()
    rows = [row for its in held.values() for row in its.outbox] * times
    random.Random(seed).shuffle(rows)  # noqa: S311 a repeatable disorder, not a secret
    types = Counter(row["type"] for row in rows)
    due = {
        name: await house.disposed(name, "duplicate") + sum(types[bound] for bound in held[name].bound)
        for name in SERVICES
    }
    shares = [rows[number::_PUBLISHERS] for number in range(_PUBLISHERS)]
    await asyncio.gather(*(_publish(house.platform.vhost.admin_url, share) for share in shares))

    async def all_met() -> None:
        assert {name: await house.disposed(name, "duplicate") for name in SERVICES} == due

    await eventually(all_met, 120, interval=0.3)


async def _publish(url: str, rows: list[Document]) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(FACTS)
        for row in rows:
            message = aio_pika.Message(row["body"], headers=row["headers"], message_id=row["_id"])
            await exchange.publish(message, routing_key=row["type"], mandatory=True)
