"""`python -m tests.load.gateway`: our gateway beside nginx, Envoy, Traefik and FastAPI with httpx, in one run."""

import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from tests.load.gateway import report, tools
from tests.load.gateway.compiled import compiled
from tests.load.gateway.run import LOAD_CPU, TARGET_CPU, measured, started
from tests.load.gateway.samples import ITEM_1, ITEM_32, LIST_1, LIST_32
from tests.load.gateway.targets import Peers, Python, all_targets

from local_platform.obstacles import Obstacle
from local_platform.ports import free_port
from testkit.issuer import running_issuer

_CONDITIONS = f"""\
Измеряемый — один на процессоре {TARGET_CPU}; нагрузка (wrk, один поток) и сервис (nginx со статическим телом) — на \
процессоре {LOAD_CPU}; прочие остановлены (SIGSTOP).
Журналы доступа выключены у всех, у нашего LOG_LEVEL=WARNING; маршруты, номера запросов, проверки, пределы и счётчики \
включены. Медианы по кругам, отношения — внутри круга.
«занят» — доля своего процессора; «помехи» — доля времени, когда измеряемый ждал процессора, отданного другим."""
cli = typer.Typer(add_completion=False)


@cli.command()
def compare(
    *,
    short: Annotated[
        bool, typer.Option("--short", help="Пять кругов по секунде, без 40 КБ на одном соединении")
    ] = False,
    rounds: Annotated[int | None, typer.Option(min=1, help="Сколько кругов")] = None,
    only: Annotated[str, typer.Option(help="Имена через запятую: direct,ours-open,envoy …")] = "",
    python: Annotated[str, typer.Option(help="Другой Python 3.11 для нашего шлюза и FastAPI + httpx")] = sys.executable,
    alone: Annotated[
        bool, typer.Option("--alone", help="Приоритет реального времени (нужен root): чужие программы не мешают")
    ] = False,
    before: Annotated[
        Path | None, typer.Option(help="Папка с прежней редакцией проекта: её шлюз встанет рядом")
    ] = None,
    pure: Annotated[bool, typer.Option("--pure", help="Шлюз из исходников, а не собранный, как в образе")] = False,
) -> None:
    """Сравнить шлюз с другими на этой машине; около девяти минут, с --short — три, и полторы, если его надо собрать."""
    try:
        form = None if pure else compiled()
        if alone:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        choice = _Choice(frozenset(only.split(",")) - {""}, Python(python), form, before)
        asyncio.run(_compared(choice, short=short, rounds=rounds))
    except Obstacle as obstacle:
        typer.echo(str(obstacle), err=True)
        raise typer.Exit(1) from None


@dataclass(frozen=True)
class _Choice:
    only: frozenset[str]
    python: Python
    form: Path | None
    before: Path | None


async def _compared(choice: _Choice, *, short: bool, rounds: int | None) -> None:
    cases = (ITEM_32, LIST_32, ITEM_1) if short else (ITEM_32, LIST_32, ITEM_1, LIST_1)
    seconds, rounds = (1, rounds or 5) if short else (2, rounds or 7)
    found = tools.ready()
    os.sched_setaffinity(0, {int(LOAD_CPU)})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with running_issuer(free_port()) as issuer:
            peers = Peers(found, Path(folder), free_port())
            upstream, targets = all_targets(peers, issuer, form=choice.form, before=choice.before, python=choice.python)
            chosen = [target for target in targets if not choice.only or target.name in choice.only]
            typer.echo(_CONDITIONS)
            form = "собранный" if choice.form else "из исходников"
            typer.echo(f"Шлюз {form}; Python: {_version(choice.python)}; кругов {rounds} по {seconds} с.")
            async with started(found, Path(folder), upstream, chosen) as bench:
                say = lambda words: typer.echo(f"  {words} …", err=True)  # noqa: E731
                result = await measured(bench, chosen, cases, rounds=rounds, seconds=seconds, say=say)
                memory = {target.name: bench.memory(target) for target in chosen}
    for line in report.lines(result, chosen, cases, memory):
        typer.echo(line)


def _version(python: Python) -> str:
    told = subprocess.run([python.path, "-VV"], capture_output=True, text=True, check=True)
    return f"{told.stdout.strip()} ({python.path})"


if __name__ == "__main__":
    cli()
