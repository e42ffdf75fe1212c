"""What a partner's developer has after `make run` and an hour with the guide: one platform, one walk through it."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.architecture.sources import PROJECT
from tests.clients import guide, workshop
from tests.clients.guide import Step
from tests.partners import programs

from testkit import Process, Processes, eventually, running_processes

LONG = pytest.mark.timeout(900)
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


@dataclass
class Starter:
    """The platform as `make run` starts it, each time on the same data and the same port."""

    processes: Processes
    data: Path
    port: int
    runs: list[Process] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What `make run` is told."""
        return {"PLATFORM_DATA": str(self.data), "GATEWAY_PORT": str(self.port)}

    @property
    def password(self) -> str:
        """The administrator's, as the last run has printed it."""
        (password,) = _ADMINISTRATOR.findall(self.runs[-1].log())
        return str(password)

    async def up(self) -> Process:
        """Return the run that goes on; when none does, start one and wait until it tells where to go."""
        if not self.runs or not self.runs[-1].running:
            self.runs.append(self.processes.start("local_platform", "run", env=self.env))
        run = self.runs[-1]

        await eventually(lambda: "/docs/partners" in run.log() or not run.running, _START_SECONDS, interval=0.5)
        assert run.running, run.log()
        return run


@pytest.fixture(scope="session")
async def starter(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Starter]:
    """What every test of this folder starts; the last one ends it."""
    async with running_processes(tmp_path_factory.mktemp("processes")) as processes:
        yield Starter(processes, tmp_path_factory.mktemp("run") / "data", free_port())


@pytest.fixture(scope="module")
async def walk(starter: Starter, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Start the platform as `make run` does, and do in an empty folder what the guide says."""
    await workshop.present()
    await starter.up()
    folder = tmp_path_factory.mktemp("partner")
    told = {"ADDRESS": starter.address, "PLATFORM": str(PROJECT), "PORT": str(free_port())}
    named = {"LOGIN": "administrator", "PASSWORD": starter.password, "LC_ALL": "C.UTF-8"}
    programs.write(programs.GUIDE, folder)
    steps = guide.steps(programs.GUIDE)
    await _done(guide.script(steps), folder, {**os.environ, **starter.env, **told, **named})
    said, errors = ((folder / name).read_text() for name in ("said", "errors"))
    return Walk(starter.address, folder, starter.data, steps, guide.answers(said), errors)


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
