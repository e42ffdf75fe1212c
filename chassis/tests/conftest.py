"""The sample service on fresh servers."""

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from chassis import bus
from chassis.app import Service, prepare
from chassis.mongo import Mongo
from chassis.settings import ServiceSettings
from testkit import Client, Issuer, Vhost, running_service, samples
from testkit.clock import Clock
from testkit.one_database import folder_database, mongo_url

__all__ = ["folder_database", "mongo_url"]

MakeService = Callable[[str, str], Service]


@pytest.fixture
def make_service(issuer: Issuer, free_port: Callable[[], int]) -> MakeService:
    """A service of counters on a database and a broker."""

    def make(mongo_url: str, rabbitmq_url: str) -> Service:
        settings = ServiceSettings(
            mongo_url=SecretStr(mongo_url),
            rabbitmq_url=SecretStr(rabbitmq_url),
            http_port=free_port(),
            environment="test",
            retry_seconds=(0.1, 0.1, 0.2),
            relay_poll_seconds=0.2,
            relay_backoff_limit_seconds=0.5,
            **issuer.settings,
        )
        return samples.wire(settings)

    return make


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(make_service: MakeService, mongo_url: str, vhost: Vhost) -> Service:
    return make_service(mongo_url, vhost.url("registry"))


@pytest.fixture
async def mongo(service: Service) -> AsyncIterator[Mongo]:
    opened = service.open_mongo()
    await prepare(service, opened)
    yield opened
    await opened.close()


@pytest.fixture
async def client(make_service: MakeService, mongo_url: str, issuer: Issuer) -> AsyncIterator[Client]:
    """An operator's client of the service, without a broker."""
    async with running_service(make_service(mongo_url, "amqp://guest:guest@127.0.0.1:1"), issuer) as anonymous:
        yield anonymous.acting_as("operator-1", roles=("operator",))


@pytest.fixture
async def declared(service: Service, mongo: Mongo) -> Service:
    await bus.declare(service.settings.amqp("test"), service.name, service.known)
    return service
