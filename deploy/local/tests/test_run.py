import json
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from local_platform.definitions import SERVICES
from local_platform.ports import is_free
from testkit import Process, Processes, eventually


def commands_that_name(folder: Path) -> list[str]:
    """Answer the command lines of all processes of this machine that have to do with the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


async def has_started(process: Process) -> None:
    def it_tells_where_to_go() -> None:
        assert process.running, process.log()
        assert "Документация API" in process.log()

    await eventually(it_tells_where_to_go, 300)


async def gateway_is_ready(process: Process, port: int) -> None:
    """Wait until every process runs; the sample data are still on their way."""

    async def it_answers() -> None:
        assert process.running, process.log()
        try:
            async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == 200
        except aiohttp.ClientError as failure:
            raise AssertionError(str(failure)) from failure

    await eventually(it_answers, 180)


@pytest.mark.timeout(800)
async def test_one_command_starts_everything_stops_it_and_finds_the_data_again(
    processes: Processes, free_port: Callable[[], int], tmp_path: Path
):
    data, port = tmp_path / "data", free_port()
    for _ in ("first time", "again"):
        process = processes.start("local_platform", "run", "--data", str(data), env={"GATEWAY_PORT": str(port)})
        await has_started(process)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            for path in ("/readyz", "/docs", "/openapi.json"):
                async with client.get(path) as answer:
                    assert answer.status == 200, path
        told = await processes.run("local_platform", "operate", "--data", str(data), "transfer", "outbox", env={})
        assert "ждут отправки" in told
        password = json.loads((data / "passwords.json").read_text())["administrator"]
        assert password in process.log()
        await process.stop(60)
        assert process.returncode == 0
        assert process.log().rstrip().endswith("✓ Всё остановлено, данные сохранены")
        assert commands_that_name(data) == []
        assert is_free(port)
    assert {path.name for path in (data / "logs").iterdir()} >= {f"{service}-relay.log" for service in SERVICES}


@pytest.mark.timeout(400)
async def test_nothing_outlives_a_starter_that_is_killed(
    processes: Processes, free_port: Callable[[], int], tmp_path: Path
):
    data, port = tmp_path / "data", free_port()
    process = processes.start("local_platform", "run", "--data", str(data), env={"GATEWAY_PORT": str(port)})
    await gateway_is_ready(process, port)
    process.kill()
    await eventually(lambda: commands_that_name(data) == [], 60)
