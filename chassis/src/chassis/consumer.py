"""The consuming side of a service: its inbox, what waits for another try, and what the broker gave up on."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog
from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitMessage, RabbitQueue
from pymongo.errors import PyMongoError

from chassis import bus, parked
from chassis.crashpoint import crashpoint
from chassis.errors import Unavailable
from chassis.mongo import Mongo
from chassis.receive import Known, Receiver
from chassis.settings import ServiceSettings

T = TypeVar("T")
log = structlog.get_logger("consumer")
_STOP_SECONDS = 20
_WATCH_SECONDS = 5
_HOLD_SECONDS = 1


class Consumer:
    """Consumes with manual acknowledgement: a message is acknowledged after its transaction, or after it was kept."""

    def __init__(self, mongo: Mongo, settings: ServiceSettings, service: str, known: Known) -> None:
        self._mongo, self._settings, self._service, self._types = mongo, settings, service, set(known)
        self._receiver = Receiver(mongo, settings, service, known)
        self.connected = False

    async def run(self) -> None:
        """Consume until cancelled; the broker may be absent at start and go away at any time."""
        retries = asyncio.create_task(self._retry_waiting())
        try:
            while True:
                try:
                    with bus.interruptions():
                        await self._session()
                except bus.Interrupted as error:
                    log.warning("consumer interrupted", error=str(error))
                except Exception:
                    # The edge of the process: its HTTP goes on, the consumer starts anew.
                    log.exception("consumer failed")
                self.connected = False
                await asyncio.sleep(_HOLD_SECONDS)
        finally:
            retries.cancel()

    async def _session(self) -> None:
        url = self._settings.amqp(f"{self._service}-consumer")
        await bus.declare(url, self._service, self._types)
        broker = self._broker(url)
        try:
            await broker.start()
            self.connected = True
            await self._watch(url)
        finally:
            await broker.stop()

    def _broker(self, url: str) -> RabbitBroker:
        broker = RabbitBroker(url, graceful_timeout=_STOP_SECONDS, logger=None)
        for queue, handler in (
            (bus.inbox_queue(self._service), self._on_fact),
            (bus.parked_queue(self._service), self._on_given_up),
        ):
            broker.subscriber(
                RabbitQueue(queue, queue_type=QueueType.QUORUM, durable=True, declare=False),
                channel=Channel(prefetch_count=self._settings.prefetch),
                ack_policy=AckPolicy.MANUAL,
                no_reply=True,
                decoder=_undecoded,
            )(handler)
        return broker

    async def _watch(self, url: str) -> None:
        """Return when the broker lost our consumers without a word."""
        async with await bus.connect(url) as connection:
            while True:
                await asyncio.sleep(_WATCH_SECONDS)
                channel = await connection.channel()
                inbox = await channel.get_queue(bus.inbox_queue(self._service))
                await channel.close()
                if not inbox.declaration_result.consumer_count:
                    log.error("no consumer on the inbox")
                    return

    async def _on_fact(self, message: RabbitMessage) -> None:
        disposition = await _held(lambda: self._receiver.receive(message.headers, message.body))
        if disposition == "applied":
            crashpoint("after_consumer_commit")
        await message.ack()

    async def _on_given_up(self, message: RabbitMessage) -> None:
        headers = {key: value for key, value in message.headers.items() if isinstance(value, str)}
        event_id = headers.get("cloudEvents:id", str(uuid.uuid4()))
        failure = parked.Failure("delivery_limit", "consumers ended while handling the message", 0, None)
        await _held(lambda: parked.keep(self._mongo.plain, parked.Message(headers, message.body), event_id, failure))
        await message.ack()

    async def _retry_waiting(self) -> None:
        while True:
            with suppress(Unavailable, PyMongoError):
                while (row := await parked.claim_due(self._mongo.plain)) is not None:
                    done = await self._receiver.receive(row["headers"], row["body"], attempts=row["attempts"])
                    if done in ("applied", "duplicate"):
                        await parked.forget(self._mongo.plain, row["_id"])
            await asyncio.sleep(_HOLD_SECONDS / 2)


async def _held(action: Callable[[], Awaitable[T]]) -> T:
    """Hold a message while the database is away: nothing can be applied, and its deliveries are not to wear out."""
    while True:
        try:
            return await action()
        except (Unavailable, PyMongoError) as error:
            log.warning("holding a message", error=repr(error))
            await asyncio.sleep(_HOLD_SECONDS)


async def _undecoded(message: RabbitMessage) -> bytes:
    body: bytes = message.body
    return body
