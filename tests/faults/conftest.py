"""The platform as processes, to be doubled, flooded and killed.

`FAULT_ROUNDS` repeats what is drawn by lot with other seeds; the suite takes one round.
"""

import os
from collections.abc import AsyncIterator

import pytest
from tests.faults.house import House, opened
from tests.faults.ledger import Ledger

from local_platform.servers import Servers
from testkit import Processes, Vhost
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
