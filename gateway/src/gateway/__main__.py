"""`python -m gateway serve | follow | migrate | parked … | partners | routes`.

Each command imports what only it needs when it runs.
"""

from chassis.loading import loading

with loading():
    import asyncio
    import json
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Annotated, Any

    import typer

    from chassis import operate, process, telemetry
    from chassis.app import Service
    from gateway.settings import GatewaySettings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def serve() -> None:
    """Отвечать клиентам."""
    with loading():
        from gateway.wiring import serving, wire  # noqa: PLC0415

        gateway = wire()
    telemetry.configure(gateway.settings, "gateway")
    serving(gateway).run()


def worker() -> Service:
    """Return the follower as its settings say; it prepares the whole database of the gateway."""
    with loading():
        from gateway.limits import leases, streams  # noqa: PLC0415
        from gateway.live.follower import FollowerSettings, follower  # noqa: PLC0415

    limits = {leases.COLLECTION: leases.INDEXES, streams.COLLECTION: streams.INDEXES}
    return follower(FollowerSettings(), limits)


@cli.command()
def follow() -> None:
    """Записывать живые обновления из событий служб."""
    process.run(process.begun(worker(), "follow"), http=False)


@cli.command()
def migrate() -> None:
    """Подготовить базу и очередь шлюза перед запуском новой версии."""
    process.roll_out(process.begun(worker(), "migrate"))


cli.add_typer(operate.parked_commands(worker), name="parked")


@cli.command()
def partners(name: Annotated[str | None, typer.Argument(help="Всё об одном; без имени — таблица")] = None) -> None:
    """Показать, как дела у партнёров: очереди, вебхуки, принятое; код возврата 1, если никто не ответил."""
    from gateway.partners import reading, telling  # noqa: PLC0415

    figures = asyncio.run(reading.read(GatewaySettings().upstreams))
    if name and not figures.away and name not in figures.partners:
        typer.echo(f"{name}: о таком партнёре ничего не известно", err=True)
        raise typer.Exit(1)
    for line in telling.whole(figures, name) if name else telling.table(figures):
        typer.echo(line)
    raise typer.Exit(1 if len(figures.away) == len(reading.SERVICES) else 0)


@cli.command()
def routes(
    documents: Annotated[
        Path | None, typer.Option(help="Папка с <сервис>.json; без неё описания берутся у самих сервисов")
    ] = None,
) -> None:
    """Сравнить таблицу адресов с тем, что есть у сервисов; код возврата 1, если расходятся или сравнить не с чем."""
    from gateway.inventory import difference  # noqa: PLC0415
    from gateway.table import listed  # noqa: PLC0415

    table = listed().routes
    found = _read(documents) if documents else asyncio.run(_fetched())
    known = {route.upstream for route in table}
    if not known & found.keys():
        raise _refused(f"сравнивать не с чем: нет описания ни одной из служб: {', '.join(sorted(known))}")
    for name in sorted(known - found.keys()):
        typer.echo(f"{name}: описания нет, не сравнивается", err=True)
    lines = difference(table, found)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if lines else 0)


def _read(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the documents of a folder. Ends the command when there is none, or one is no JSON."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_bytes())
        except ValueError as error:
            raise _refused(f"{path}: это не JSON: {error}") from None
    if not found:
        raise _refused(f"{folder}: здесь нет ни одного <сервис>.json")
    return found


def _refused(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)


async def _fetched() -> Mapping[str, Mapping[str, Any]]:
    from gateway.wiring import wire  # noqa: PLC0415

    gateway = wire()
    async with gateway.clients:
        return await gateway.catalogue.documents()


if __name__ == "__main__":
    process.start(cli)
