"""The platform as processes, to be doubled, flooded and killed.

`FAULT_ROUNDS` repeats what is drawn by lot with other seeds; the suite takes one round.
"""

import os
from collections.abc import AsyncIterator, Callable

import pytest
from tests.faults.front import Fronts
from tests.faults.house import House, opened
from tests.faults.ledger import Ledger
from tests.faults.traffic import Crowd

from local_platform.servers import Servers
from testkit import Issuer, Processes, Vhost
from testkit.platform import Shape, running_platform


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that draws lots its seeds."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(int(os.environ.get("FAULT_ROUNDS", "1"))))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """What clients were told, kept outside the platform."""
    return Ledger()


@pytest.fixture(scope="module")
async def twins(
    servers: Servers, module_vhost: Vhost, module_processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """Two of every process: services, relays, gateways."""
    shape, folder = Shape(replicas=2), tmp_path_factory.mktemp("platform")
    async with (
        running_platform(servers, module_vhost, module_processes, folder, shape) as platform,
        opened(platform) as house,
    ):
        yield house


@pytest.fixture(scope="module")
async def module_fronts(
    module_processes: Processes,
    issuer: Issuer,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Fronts:
    """Start gateways that end with the module."""
    return Fronts(module_processes, issuer, tmp_path_factory.mktemp("fronts"), free_port)


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    """Clients whose connections end with the test."""
    clients = Crowd()
    yield clients
    await clients.leave()
