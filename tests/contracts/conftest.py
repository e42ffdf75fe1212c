"""The four services put together as their wiring does, each on an empty database of its own."""

import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chassis import parked
from chassis.app import OWN_COLLECTIONS, Service, prepare
from chassis.mongo import Mongo
from chassis.parked import Disposition
from chassis.receive import Receiver
from contracts.catalogue import OWNERS
from contracts.envelope import Envelope
from local_platform.servers import Servers
from testkit import fresh_database

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
SERVICES = tuple(owner.__name__.rpartition(".")[2] for owner in OWNERS)
NOWHERE = {
    "mongo_url": "mongodb://127.0.0.1:1/nothing",
    "rabbitmq_url": "amqp://127.0.0.1:1",
    "environment": "test",
    "oidc_issuer": "http://127.0.0.1:1",
    "oidc_jwks_url": "http://127.0.0.1:1/jwks",
}

PutTogether = Callable[..., Service]


@dataclass(frozen=True)
class Consumer:
    """A service that takes messages, without a broker in between."""

    service: Service
    mongo: Mongo
    receiver: Receiver

    async def take(self, event_type: str, *, attempts: int = 0) -> Disposition:
        """Handle the published example of a type as the service does when the broker delivers it."""
        envelope = Envelope(
            id=f"example-{event_type}"[:64],
            source=f"/{event_type.partition('.')[0]}",
            type=event_type,
            subject="0190a000-0000-7000-8000-000000000777",
            time="2024-01-15T09:00:00Z",  # type: ignore[arg-type]  # read from text, as from a header
            sequence=1,
        )
        body = (EXAMPLES / f"{event_type}.json").read_bytes()
        return await self.receiver.receive(envelope.headers(), body, attempts=attempts)

    async def forget(self) -> None:
        """Empty every collection."""
        for collection in (*OWN_COLLECTIONS, *self.service.collections):
            await self.mongo.plain[collection].delete({})

    async def kept(self) -> dict[str, dict[str, Any]]:
        """Return the messages that were not applied, by event type."""
        rows = await parked.listing(self.mongo.plain)
        return {row["headers"]["cloudEvents:type"]: row for row in rows}


@pytest.fixture(scope="session")
def put_together() -> PutTogether:
    """Put a service together by name; nothing is connected yet."""

    def wired(name: str, **settings: str) -> Service:
        module = importlib.import_module(f"{name}.wiring")
        (settings_class,) = (value for key, value in vars(module).items() if key == f"{name.title()}Settings")
        service: Service = module.wire(settings_class(**(NOWHERE | settings)))
        return service

    return wired


@pytest.fixture(scope="session")
async def consumers(servers: Servers, put_together: PutTogether) -> AsyncIterator[dict[str, Consumer]]:
    """The four services, each on a database of its own with the rights it has in production."""
    async with AsyncExitStack() as stack:
        started = {}
        for name in SERVICES:
            url = await stack.enter_async_context(fresh_database(servers.mongo, name))
            service = put_together(name, mongo_url=url)
            mongo = service.open_mongo()
            stack.push_async_callback(mongo.close)
            await prepare(service, mongo)
            receiver = Receiver(mongo, service.settings, service.name, service.known)
            started[name] = Consumer(service, mongo, receiver)
        yield started


@pytest.fixture(params=SERVICES)
async def consumer(request: pytest.FixtureRequest, consumers: dict[str, Consumer]) -> Consumer:
    """Each service in turn, on empty collections."""
    consumer = consumers[request.param]
    await consumer.forget()
    return consumer
