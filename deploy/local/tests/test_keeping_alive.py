import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from local_platform.children import Child, until_ready
from local_platform.obstacles import Obstacle
from local_platform.supervision import ServiceProcess, Supervisor
from testkit import eventually

SAYS_AND_DIES = "print('the disk is full', flush=True); raise SystemExit(3)"
WAITS = "import signal; signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


class Trial:
    """Starts children that run a line of Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Child] = []

    def child(self, code: str) -> Child:
        child = Child.start("trial", [sys.executable, "-c", code], env={}, log=self.folder / "trial.log")
        self.started.append(child)
        return child


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    trial = Trial(tmp_path)
    yield trial
    for child in trial.started:
        child.kill()


async def test_a_child_that_dies_is_reported_with_the_end_of_its_log_and_started_again(trial: Trial):
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.add_stage([ServiceProcess(partial(trial.child, SAYS_AND_DIES))])
    await eventually(lambda: len(trial.started) >= 2)
    await supervisor.stop()
    assert "trial завершился с кодом 3, перезапуск через 1 с" in said[0]
    assert said[1].strip() == "the disk is full"


async def test_a_child_killed_by_a_signal_is_started_again_and_keeps_running(trial: Trial):
    supervisor = Supervisor(lambda _line: None)
    supervisor.add_stage([ServiceProcess(partial(trial.child, WAITS))])
    trial.started[0].kill()
    await eventually(lambda: len(trial.started) == 2 and trial.started[1].running)
    await supervisor.stop()
    assert not trial.started[1].running


async def test_stages_are_stopped_in_reverse_order_of_their_start(trial: Trial):
    stopped: list[str] = []

    class Noted(ServiceProcess):
        def __init__(self, name: str) -> None:
            super().__init__(partial(trial.child, WAITS))
            self.name = name

        async def stop(self) -> None:
            await super().stop()
            stopped.append(self.name)

    supervisor = Supervisor(lambda _line: None)
    for name in ("servers", "services", "gateway"):
        supervisor.add_stage([Noted(name)])
    await supervisor.stop()
    assert stopped == ["gateway", "services", "servers"]


async def test_a_child_that_ignores_the_request_to_stop_is_killed_after_the_grace(trial: Trial):
    child = trial.child(DEAF)
    await eventually(lambda: "deaf" in child.tail())
    await child.stop(grace_seconds=0.2)
    assert child.returncode == -9


async def test_waiting_for_a_child_that_died_tells_its_last_words_at_once(trial: Trial):
    async def never() -> bool:
        return False

    with pytest.raises(Obstacle, match="the disk is full"):
        await until_ready(trial.child(SAYS_AND_DIES), never, seconds=30)


async def test_waiting_for_a_child_that_never_gets_ready_ends_with_the_deadline(trial: Trial):
    async def never() -> bool:
        return False

    with pytest.raises(Obstacle, match="не готов за 0 с"):
        await until_ready(trial.child(WAITS), never, seconds=0.2)
