"""The consuming side of a process: queues, what waits for another try, and what the broker gave up on."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitMessage, RabbitQueue

from chassis import bus
from chassis.bus import Handle, Source
from chassis.crashpoint import crashpoint
from chassis.documents import STORE_FAILURES
from chassis.duty import again_and_again, beside
from chassis.mongo import Mongo
from chassis.parked import Message
from chassis.receive import Known, Receiver
from chassis.settings import ServiceSettings

log = structlog.get_logger("consumer")
_STOP_SECONDS, _WATCH_SECONDS, _HOLD_SECONDS = 20, 5, 1


def inbox(mongo: Mongo, settings: ServiceSettings, service: str, known: Known) -> Source:
    """Return a service's own two queues: its share of the facts, and what the broker gave up on."""
    receiver = Receiver(mongo, settings, service, known)
    return Source(
        url=settings.amqp(f"{service}-consumer"),
        prefetch=settings.prefetch,
        declare=lambda url: bus.declare(url, service, known),
        handlers={
            bus.inbox_queue(service): lambda message: receiver.receive(message.headers, message.body),
            bus.parked_queue(service): receiver.give_up,
        },
        retry_due=receiver.retry_due,
    )


class Consumer:
    """Consumes with manual acknowledgement: a message is acknowledged after its transaction, or after it was kept."""

    def __init__(self, source: Source) -> None:
        self._source, self.connected = source, False

    async def run(self) -> None:
        """Consume until cancelled; the broker may be absent at start and go away at any time."""
        async with beside(again_and_again("retries", self._retry_waiting)):
            await again_and_again("consumer", self._session)

    async def _session(self) -> None:
        await self._source.declare(self._source.url)
        broker = RabbitBroker(self._source.url, graceful_timeout=_STOP_SECONDS, logger=None)
        for queue, handle in self._source.handlers.items():
            broker.subscriber(
                RabbitQueue(queue, queue_type=QueueType.QUORUM, durable=True, declare=False),
                channel=Channel(prefetch_count=self._source.prefetch),
                ack_policy=AckPolicy.MANUAL,
                no_reply=True,
                decoder=_undecoded,
            )(_acknowledging(handle))
        try:
            await broker.start()
            self.connected = True
            await self._watch()
        finally:
            self.connected = False
            await broker.stop()

    async def _watch(self) -> None:
        """Return when the broker lost our consumers without a word."""
        async with await bus.connect(self._source.url) as connection:
            queue = None
            while queue is None or queue.declaration_result.consumer_count:
                await asyncio.sleep(_WATCH_SECONDS)
                channel = await connection.channel()
                queue = await channel.get_queue(next(iter(self._source.handlers)))
                await channel.close()
            log.error("no consumer on the queue", queue=queue.name)

    async def _retry_waiting(self) -> None:
        while True:
            while await self._source.retry_due():
                pass
            await asyncio.sleep(_HOLD_SECONDS / 2)


def _acknowledging(handle: Handle) -> Callable[[RabbitMessage], Awaitable[None]]:
    async def on_message(message: RabbitMessage) -> None:
        raw = message.raw_message
        came = Message(raw.headers, raw.body, raw.user_id, raw.routing_key, raw.content_type)
        while True:
            try:
                if await handle(came) == "applied":
                    crashpoint("after_consumer_commit")
                return await message.ack()
            except STORE_FAILURES as error:
                # Nothing can be applied, and the message's deliveries are not to wear out: it is held.
                log.warning("holding a message", error=repr(error))
                await asyncio.sleep(_HOLD_SECONDS)

    return on_message


async def _undecoded(message: RabbitMessage) -> bytes:
    return bytes(message.body)
