"""Messages of a test's own making, sent past the relays."""

from uuid import uuid4

import aio_pika

from chassis.bus import FACTS
from chassis.documents import Document
from contracts.envelope import PREFIX
from testkit import Vhost


def copied(row: Document, *, body: bytes | None = None, **attributes: str) -> Document:
    """Return a message like an outbox row's, with an id of its own and what is changed."""
    changed = {f"{PREFIX}{name}": value for name, value in {"id": str(uuid4()), **attributes}.items()}
    return {"headers": {**row["headers"], **changed}, "body": row["body"] if body is None else body}


def id_of(message: Document) -> str:
    """Return the event id of a message."""
    return str(message["headers"][f"{PREFIX}id"])


async def send(vhost: Vhost, *messages: Document, queue: str = "") -> None:
    """Publish by type, or straight into a queue; return when the broker has them."""
    async with await aio_pika.connect(vhost.admin_url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = channel.default_exchange if queue else await channel.get_exchange(FACTS)
        for message in messages:
            key = queue or message["headers"][f"{PREFIX}type"]
            await exchange.publish(aio_pika.Message(message["body"], headers=message["headers"]), routing_key=key)


async def unbind(vhost: Vhost, queue: str, event_type: str) -> None:
    """Take a type from a queue, as an operator of the broker may do by mistake."""
    async with await aio_pika.connect(vhost.admin_url) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(queue)).unbind(FACTS, event_type)
