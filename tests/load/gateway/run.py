"""Start the programs, let one at a time work, measure in rounds."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from tests.load.gateway.cost import memory_mib, spent
from tests.load.gateway.samples import Case, Load, Rounds, Sample
from tests.load.gateway.targets import Program, Target
from tests.load.gateway.tools import Tools

from local_platform.children import Child, until_ready
from local_platform.obstacles import Obstacle

LOAD_CPU, TARGET_CPU = "0", "1"
_READY_SECONDS = 30.0
_SCRIPT = Path(__file__).with_name("wrk.lua")


class Bench:
    """The programs of a run, all frozen but the upstream and the one that is measured."""

    def __init__(self, tools: Tools, folder: Path, upstream: Program) -> None:
        self._tools, self._folder, self._upstream = tools, folder, upstream
        self._children: dict[str, Child] = {}

    async def start(self, program: Program) -> None:
        """Start a program on its processor and wait until it answers. Raises Obstacle."""
        if program.name in self._children:
            return
        cpu = LOAD_CPU if program is self._upstream else TARGET_CPU
        command = [self._tools.taskset, "-c", cpu, *program.command]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self._folder), **program.env}
        child = Child.start(program.name, command, env=env, log=self._folder / f"{program.name}.log")
        self._children[program.name] = child
        await until_ready(child, lambda: _listens(program.port), seconds=_READY_SECONDS)

    async def check(self, target: Target, cases: Sequence[Case]) -> None:
        """See that a target answers with the upstream's own bodies. Raises Obstacle."""
        async with aiohttp.ClientSession() as session:
            for case in cases:
                direct = Target("", "", self._upstream).url(case.query)
                expected = await _answer(session, direct, {})
                found = await _answer(session, target.url(case.query), target.headers)
                if found != expected:
                    raise Obstacle(f"{target.title} отвечает {found[0]}, а не тем, что даёт сервис: {found[1][:300]!r}")

    async def measure(self, target: Target, case: Case, seconds: int) -> Sample:
        """Let one target work alone. Raises Obstacle when a single request failed."""
        child = self._children[target.program.name]
        with _awake(child, always=target.program is self._upstream):
            before = spent(child.pid)
            load = await self._loaded(target, case, seconds)
            return Sample(load, spent(child.pid).since(before))

    async def _loaded(self, target: Target, case: Case, seconds: int) -> Load:
        words = ["-t1", f"-c{case.connections}", f"-d{seconds}s", "--latency", "-s", str(_SCRIPT)]
        for name, value in {"Accept": "application/json", **target.headers}.items():
            words += ["-H", f"{name}: {value}"]
        wrk = await asyncio.create_subprocess_exec(
            self._tools.taskset, "-c", LOAD_CPU, self._tools.wrk, *words, target.url(case.query),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await wrk.communicate()
        return read_load(output.decode(), target)

    def memory(self, target: Target) -> float:
        """Return the memory of a target's program in MiB."""
        return memory_mib(self._children[target.program.name].pid)

    def freeze(self) -> None:
        """Stop every program but the upstream where it is."""
        for name, child in self._children.items():
            if name != self._upstream.name:
                child.send_to_all(signal.SIGSTOP)

    async def stop(self) -> None:
        """End every program."""
        for child in reversed(self._children.values()):
            child.send_to_all(signal.SIGCONT)
            await child.stop(3)


class _awake:  # noqa: N801 reads as a phrase
    def __init__(self, child: Child, *, always: bool) -> None:
        self._child, self._always = child, always

    def __enter__(self) -> None:
        self._child.send_to_all(signal.SIGCONT)

    def __exit__(self, *_: object) -> None:
        if not self._always:
            self._child.send_to_all(signal.SIGSTOP)


@asynccontextmanager
async def started(tools: Tools, folder: Path, upstream: Program, targets: Sequence[Target]) -> AsyncIterator[Bench]:
    """Give the programs of the targets, running and frozen."""
    bench = Bench(tools, folder, upstream)
    try:
        await bench.start(upstream)
        for target in targets:
            await bench.start(target.program)
        yield bench
    finally:
        await bench.stop()


async def measured(
    bench: Bench, targets: Sequence[Target], cases: Sequence[Case], *, rounds: int, seconds: int,
    say: Callable[[str], None],
) -> Rounds:  # fmt: skip
    """Measure every target in every case, `rounds` times by turns; the first turn of each only warms it up."""
    found = Rounds()
    for target in targets:
        await bench.check(target, cases)
    bench.freeze()
    for number in range(rounds + 1):
        say(f"круг {number} из {rounds}" if number else "разогрев")
        for case in cases:
            for target in _turned(targets, number):
                sample = await bench.measure(target, case, seconds if number else 1)
                if number:
                    found.add(target.name, case, sample)
    return found


def _turned(targets: Sequence[Target], number: int) -> Sequence[Target]:
    """Begin each round with another target, so that none always follows the same neighbour's load."""
    start = number % len(targets)
    return [*targets[start:], *targets[:start]]


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _answer(session: aiohttp.ClientSession, url: str, headers: object) -> tuple[int, bytes]:
    async with session.get(url, headers=headers) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.read()


def read_load(output: str, target: Target) -> Load:
    """Return what wrk says. Raises Obstacle when it did not come to its end, or when a single answer failed."""
    try:
        told = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Obstacle(f"wrk против «{target.title}» не закончил: {output[-300:]}") from None
    if told["failed"] or not told["requests"]:
        raise Obstacle(
            f"«{target.title}»: {told['failed']} неудачных ответов из {told['requests']}, сравнение не годится"
        )
    return Load(told["requests"], told["microseconds"] / 1e6, told["p50"], told["p99"])
