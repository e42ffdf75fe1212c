"""The broker: names, topology, connections."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError
from pamqp import decode
from pamqp.commands import Basic

from chassis.parked import Disposition, Message

FACTS = "facts"
"""The one durable topic exchange; routing key = event type."""

QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
"""The only queue argument; limits and dead-lettering are policies, which operators may change."""


def _read_what_can_be_read(self: Basic.Properties, flags: int, data: bytes) -> None:
    """Read the properties of a message one by one and leave out what cannot be read.

    The broker passes any bytes for text, any number for a time, and any depth of headers. The driver would close the
    connection, again and again for as long as the message comes: one sender could stop all others.
    """
    for name in (name for name in self.__slots__ if flags & self.flags[name]):
        kind = self.amqp_type(name)
        size = {"octet": 1, "timestamp": 8, "shortstr": 1 + data[0], "table": 4 + int.from_bytes(data[:4])}[kind]
        with suppress(Exception):
            setattr(self, name, decode.by_type(data[:size], kind)[1])
        data = data[size:]


Basic.Properties.unmarshal = _read_what_can_be_read  # type: ignore[assignment,method-assign]


class Interrupted(Exception):
    """The connection to the broker went away, in one of the many ways it can."""


def told_to_stop() -> bool:
    """Tell whether somebody cancelled this task, whatever became of the cancellation since."""
    return bool((task := asyncio.current_task()) and task.cancelling())


@contextmanager
def interruptions() -> Iterator[None]:
    """Raise `Interrupted` for everything by which a lost connection shows itself.

    The driver says RuntimeError of a closed channel or connection, and cancels what waited on one: a cancellation that
    nobody asked of this task is such a sign. One that was asked for stays one, though the connection is lost with it.
    """
    try:
        yield
    except (AMQPError, OSError, RuntimeError, TimeoutError, asyncio.CancelledError) as error:
        if told_to_stop():
            raise asyncio.CancelledError from error
        raise Interrupted(repr(error)) from error


def inbox_queue(service: str) -> str:
    """Return the name of the queue that holds a service's share of the facts."""
    return f"{service}.inbox"


def parked_queue(service: str) -> str:
    """Return the name of the queue that the broker moves a message to when its consumers keep dying on it."""
    return f"{service}.parked"


async def connect(url: str) -> AbstractConnection:
    """Open a connection that ends with the first failure: its owner starts anew."""
    connection = await aio_pika.connect(url, timeout=10)
    if (task := asyncio.current_task()) and task.cancelling():
        # The driver uses `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that comes as it ends.
        task.cancel()
    return connection


async def declare(url: str, service: str, types: Iterable[str]) -> None:
    """Declare a service's two queues and bind the inbox to the types it reacts to; idempotent."""
    async with await connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(FACTS)
        await channel.declare_queue(parked_queue(service), durable=True, arguments=QUORUM)
        inbox = await channel.declare_queue(inbox_queue(service), durable=True, arguments=QUORUM)
        for event_type in sorted(types):
            await inbox.bind(exchange, event_type)


Handle = Callable[[Message], Awaitable[Disposition]]
"""What handles a message has kept it, one way or another, when it returns; it raises while the database is away."""


class Source(NamedTuple):
    """Where messages come from: quorum queues of one broker address, each with what handles its messages."""

    url: str
    prefetch: int
    declare: Callable[[str], Awaitable[None]]
    """Makes sure of what is the service's own; called with the address before each session."""
    handlers: Mapping[str, Handle]
    """By queue; the first one is watched."""
    retry_due: Callable[[], Awaitable[bool]]
    """Tries a waiting message again whose time has come; False when there is none."""
