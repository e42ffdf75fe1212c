"""Production runs uvloop, the tests run asyncio's own loop: what lives on transports is tried on both.

Everything else as well: `make test ARGS="-p testkit.on_uvloop gateway/tests"`.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local_platform.servers import Servers

PLUGIN = "testkit.on_uvloop"
TESTS = Path(__file__).parent
STREAMS = (
    "a_client_that_does_not_read_is_cut_off_and_the_others_lose_nothing",
    "a_client_that_comes_back_is_told_what_it_missed_and_nothing_twice",
    "a_stream_ends_with_its_token",
    "a_silent_stream_shows_it_is_alive_and_keeps_the_number_to_come_back_with",
)
TRIED = (
    "front", "upstream", "test_corpus.py", "test_on_uvloop.py",
    *(f"live/test_streams.py::test_{name}" for name in STREAMS),
)  # fmt: skip
LONG = "not slowly_but_steadily and not the_same_tests"


async def test_the_loop_that_runs_is_the_one_that_was_asked_for(pytestconfig):
    expected = "uvloop" if pytestconfig.pluginmanager.hasplugin(PLUGIN) else "asyncio"
    assert type(asyncio.get_running_loop()).__module__.partition(".")[0] == expected


@pytest.mark.timeout(180)
async def test_the_same_tests_of_connections_and_streams_succeed_on_the_loop_of_production(servers, tmp_path):
    told = tmp_path / "told.txt"
    words = ["-q", "-p", PLUGIN, "-p", "no:cacheprovider", "-k", LONG, *(str(TESTS / name) for name in TRIED)]
    with told.open("wb") as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pytest", *words, stdout=output, stderr=output, env=_environment(servers)
        )
        try:
            assert await child.wait() == 0, told.read_text()[-5000:]
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    assert " passed" in told.read_text()


def _environment(servers: Servers) -> Mapping[str, str]:
    """Return the environment of a run that uses the servers of this one, and counts as a run of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return own | {
        "TEST_MONGO_ADMIN_URL": servers.mongo.admin_url,
        "TEST_RABBITMQ_ADMIN_URL": servers.rabbitmq.amqp_url,
        "TEST_RABBITMQ_MANAGEMENT_URL": servers.rabbitmq.management_url,
    }
