"""`python -m tests.load.gateway`: our gateway beside nginx, Envoy, Traefik and FastAPI with httpx, in one run."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from tests.load.gateway import report, tools
from tests.load.gateway.run import LOAD_CPU, TARGET_CPU, measured, started
from tests.load.gateway.samples import ITEM_1, ITEM_32, LIST_1, LIST_32
from tests.load.gateway.targets import Peers, all_targets

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
    rounds: Annotated[int, typer.Option(min=1, help="Сколько кругов")] = 0,
    only: Annotated[str, typer.Option(help="Имена через запятую: direct,ours-open,envoy …")] = "",
    before: Annotated[
        Path | None, typer.Option(help="Папка с прежней редакцией проекта: её шлюз встанет рядом")
    ] = None,
) -> None:
    """Сравнить шлюз с другими на этой машине; около девяти минут, с --short — три."""
    try:
        asyncio.run(_compared(short=short, rounds=rounds, only=only, before=before))
    except Obstacle as obstacle:
        typer.echo(str(obstacle), err=True)
        raise typer.Exit(1) from None


async def _compared(*, short: bool, rounds: int, only: str, before: Path | None) -> None:
    cases = (ITEM_32, LIST_32, ITEM_1) if short else (ITEM_32, LIST_32, ITEM_1, LIST_1)
    seconds, rounds = (1, rounds or 5) if short else (2, rounds or 7)
    found = tools.ready()
    os.sched_setaffinity(0, {int(LOAD_CPU)})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with running_issuer(free_port()) as issuer:
            peers = Peers(found, Path(folder), free_port())
            upstream, targets = all_targets(peers, issuer, before=before)
            chosen = [target for target in targets if not only or target.name in only.split(",")]
            typer.echo(_CONDITIONS)
            async with started(found, Path(folder), upstream, chosen) as bench:
                say = lambda words: typer.echo(f"  {words} …", err=True)  # noqa: E731
                result = await measured(bench, chosen, cases, rounds=rounds, seconds=seconds, say=say)
                memory = {target.name: bench.memory(target) for target in chosen}
    for line in report.lines(result, chosen, cases, memory):
        typer.echo(line)


if __name__ == "__main__":
    cli()
