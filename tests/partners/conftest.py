"""What a partner's developer has after `make run` and an hour with the guide: one platform, one walk through it."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.architecture.sources import PROJECT
from tests.clients import guide, workshop
from tests.clients.guide import Step
from tests.partners import programs

from testkit import Process, Processes, eventually

_START_SECONDS, _WALK_SECONDS = 300, 500
_ADMINISTRATOR = re.compile(r"^ *administrator +(\S+) ", re.MULTILINE)


@dataclass(frozen=True)
class Walk:
    """A walk through the guide: where it was made, what each step was to answer and what it did."""

    address: str
    folder: Path
    data: Path
    steps: list[Step]
    answers: list[str]
    errors: str

    @property
    def broker_management(self) -> tuple[str, str]:
        """Address of the broker's management API, and the administrator's password there."""
        kept = self.data / "rabbitmq"
        port = json.loads((kept / "ports.json").read_text())["management"]
        return f"http://127.0.0.1:{port}", json.loads((kept / "password.json").read_text())["admin"]

    @property
    def wrong(self) -> list[str]:
        """What was answered otherwise than the guide prints."""
        return [
            f"{step.commands}\nprinted: {step.answer}\nanswered: {answer}"
            for step, answer in zip(self.steps, self.answers, strict=False)
            if (step.answer or "") != answer
        ]


@pytest.fixture(scope="module")
async def walk(
    module_processes: Processes, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Walk:
    """Start the platform as `make run` does, and do in an empty folder what the guide says."""
    await workshop.present()
    folder, data, port = tmp_path_factory.mktemp("partner"), tmp_path_factory.mktemp("run") / "data", free_port()
    own = {"PLATFORM_DATA": str(data), "GATEWAY_PORT": str(port)}
    platform = module_processes.start("local_platform", "run", env=own)
    await _started(platform)
    (password,) = _ADMINISTRATOR.findall(platform.log())
    told = {"ADDRESS": f"http://127.0.0.1:{port}", "PLATFORM": str(PROJECT), "PORT": str(free_port())}
    env = {**os.environ, **own, **told, "LOGIN": "administrator", "PASSWORD": password, "LC_ALL": "C.UTF-8"}
    programs.write(programs.GUIDE, folder)
    steps = guide.steps(programs.GUIDE)
    await _done(guide.script(steps), folder, env)
    said, errors = ((folder / name).read_text() for name in ("said", "errors"))
    return Walk(told["ADDRESS"], folder, data, steps, guide.answers(said), errors)


async def _started(platform: Process) -> None:
    def it_tells_where_partners_go() -> None:
        assert platform.running, platform.log()
        assert "/docs/partners" in platform.log()

    await eventually(it_tells_where_partners_go, _START_SECONDS, interval=0.5)


async def _done(script: str, folder: Path, env: dict[str, str]) -> None:
    """Run a script to its end; what it leaves running ends with it."""
    with (folder / "said").open("wb") as said, (folder / "errors").open("wb") as errors:
        shell = await asyncio.create_subprocess_exec(
            *("bash", "-u", "-c", script), cwd=folder, env=env, stdout=said, stderr=errors, start_new_session=True
        )
        try:
            await asyncio.wait_for(shell.wait(), _WALK_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
