"""pytest fixtures. Servers start once per session, when the first test asks for one."""

import gc
import os
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AsyncExitStack

import pytest

from local_platform.mongod import TEST_PARAMETERS
from local_platform.obstacles import Obstacle
from local_platform.ports import free_port as find_free_port
from local_platform.servers import GivenServers, Servers
from testkit.brokers import DedicatedBroker, Vhost, fresh_vhost
from testkit.containers import docker_answers, in_containers
from testkit.databases import DedicatedMongo, fresh_database
from testkit.forking import stop_fork_servers
from testkit.issuer import Issuer, running_issuer
from testkit.processes import Processes, running_processes
from testkit.workers import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the collector of garbage off some thousand tests while they are found, and off what they are afterwards."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """End what outlives each test."""
    stop_fork_servers()


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """The real MongoDB and RabbitMQ of this session; without them the test fails and says what to do."""
    async with AsyncExitStack() as stack:
        try:
            given = GivenServers.read(os.environ, prefix="TEST_")
            if os.environ.get("TEST_CONTAINERS") != "never" and not given.complete and docker_answers():
                given = await in_containers(given, stack)
            starting = Servers(tmp_path_factory.mktemp("servers"), given, TEST_PARAMETERS)
            running = await stack.enter_async_context(starting)
        except Obstacle as obstacle:
            pytest.fail(str(obstacle), pytrace=False)
        yield running


@pytest.fixture
async def mongo_url(servers: Servers) -> AsyncIterator[str]:
    """URL of an empty database of this test, with the rights of a service."""
    async with fresh_database(servers.mongo) as url:
        yield url


@pytest.fixture(scope="module")
async def module_mongo_url(servers: Servers) -> AsyncIterator[str]:
    """URL of an empty database of this module, with the rights of a service."""
    async with fresh_database(servers.mongo) as url:
        yield url


@pytest.fixture
async def vhost(servers: Servers) -> AsyncIterator[Vhost]:
    """An own vhost of this test: exchange `facts`, a user per service, policies."""
    async with fresh_vhost(servers.rabbitmq) as own:
        yield own


@pytest.fixture(scope="module")
async def module_vhost(servers: Servers) -> AsyncIterator[Vhost]:
    """An own vhost of this module."""
    async with fresh_vhost(servers.rabbitmq) as own:
        yield own


@pytest.fixture
async def processes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Processes]:
    """Start processes of the platform; they are stopped after the test."""
    async with running_processes(tmp_path_factory.mktemp("processes")) as starter:
        yield starter


@pytest.fixture(scope="module")
async def module_processes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Processes]:
    """Start processes of the platform; they are stopped after the module."""
    async with running_processes(tmp_path_factory.mktemp("processes")) as starter:
        yield starter


@pytest.fixture(scope="module")
async def dedicated_broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DedicatedBroker]:
    """A RabbitMQ of this module, to be stopped, killed and frozen."""
    broker = await DedicatedBroker.start(tmp_path_factory.mktemp("broker"))
    yield broker
    await broker.stop()


@pytest.fixture(scope="module")
async def dedicated_mongo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DedicatedMongo]:
    """A MongoDB of this module, to be killed and frozen; `failCommand` is enabled."""
    mongo = await DedicatedMongo.start(tmp_path_factory.mktemp("mongo"))
    yield mongo
    await mongo.stop()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Answer, at each call, another port of the loopback address; nobody else is given it before the session ends."""
    return find_free_port


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    """An issuer of real access tokens whose keys lie behind a real address."""
    async with running_issuer(find_free_port()) as running:
        yield running
