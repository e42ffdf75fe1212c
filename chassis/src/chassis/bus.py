"""The broker: names, topology, connections."""

from collections.abc import Iterable
from typing import Any

import aio_pika
from aio_pika.abc import AbstractConnection

FACTS = "facts"
"""The one durable topic exchange; routing key = event type."""

QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
"""The only queue argument; limits and dead-lettering are policies, which operators may change."""


def inbox_queue(service: str) -> str:
    """Return the name of the queue that holds a service's share of the facts."""
    return f"{service}.inbox"


def parked_queue(service: str) -> str:
    """Return the name of the queue that the broker moves a message to when its consumers keep dying on it."""
    return f"{service}.parked"


async def connect(url: str) -> AbstractConnection:
    """Open a connection that ends with the first failure: its owner starts anew."""
    return await aio_pika.connect(url, timeout=10)


async def declare(url: str, service: str, types: Iterable[str]) -> None:
    """Declare a service's two queues and bind the inbox to the types it reacts to; idempotent."""
    async with await connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(FACTS)
        await channel.declare_queue(parked_queue(service), durable=True, arguments=QUORUM)
        inbox = await channel.declare_queue(inbox_queue(service), durable=True, arguments=QUORUM)
        for event_type in sorted(types):
            await inbox.bind(exchange, event_type)
