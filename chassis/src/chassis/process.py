"""The command line of a service: `serve`, `relay`, `migrate`, and the operator's view of what is stuck."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
import uvicorn
from aio_pika.exceptions import AMQPError

from chassis import bus, outbox, parked, telemetry
from chassis.app import Service, build, prepare
from chassis.crashpoint import arm
from chassis.migrations import migrate as apply_migrations
from chassis.mongo import Mongo
from chassis.relay import Relay

_GRACE_SECONDS = 25
_TOPOLOGY_TRIES = 60
EventIdArgument = Annotated[str, typer.Argument(help="Номер события")]


def command_line(wire: Callable[[], Service]) -> typer.Typer:
    """Return a service's commands; `wire` reads the settings, so that `--help` needs none."""
    cli = typer.Typer(no_args_is_help=True, add_completion=False)

    def started(role: str) -> Service:
        service = wire()
        telemetry.configure(service.settings, f"{service.name}-{role}")
        arm(service.settings.environment, service.settings.crashpoint)
        return service

    @cli.command()
    def serve(
        *,
        consume: Annotated[bool, typer.Option(help="Также обрабатывать события")] = True,
        http: Annotated[bool, typer.Option(help="Отвечать клиентам; без него — только пробы и события")] = True,
    ) -> None:
        """Отвечать по HTTP и обрабатывать события."""
        service = started("serve")
        uvicorn.run(
            build(service, consume=consume, http=http),
            host=service.settings.http_host,
            port=service.settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )

    @cli.command()
    def relay() -> None:
        """Передавать события из очереди отправки брокеру."""
        service = started("relay")
        _with_mongo(service, lambda mongo: _until_stopped(Relay(mongo, service.settings, service.name).run()))

    @cli.command()
    def migrate() -> None:
        """Подготовить базу данных и очереди перед запуском новой версии."""
        service = started("migrate")
        _with_mongo(service, lambda mongo: _migrate(service, mongo))

    cli.add_typer(_parked_commands(wire), name="parked")
    cli.command(name="outbox", help="Показать, сколько событий ждёт отправки.")(lambda: _show_lag(wire()))
    return cli


def _parked_commands(wire: Callable[[], Service]) -> typer.Typer:
    cli = typer.Typer(no_args_is_help=True, help="Сообщения, которые не удалось обработать.")

    @cli.command("list")
    def listing() -> None:
        """Перечислить сообщения: номер, состояние, причина, попытки."""
        for row in _with_mongo(wire(), lambda mongo: parked.listing(mongo.plain)):
            event_type = row["headers"].get("cloudEvents:type", "?")
            typer.echo(f"{row['_id']}  {row['state']}  {event_type}  {row['reason']}  попыток: {row['attempts']}")

    @cli.command()
    def show(event_id: EventIdArgument) -> None:
        """Показать сообщение целиком."""
        row = _with_mongo(wire(), lambda mongo: mongo.plain[parked.COLLECTION].find_one({"_id": event_id}))
        if row is None:
            _fail(event_id)
        typer.echo(json.dumps({**row, "body": row["body"].decode("utf-8", "replace")}, default=str, indent=2, ensure_ascii=False))

    @cli.command()
    def replay(event_id: EventIdArgument) -> None:
        """Обработать сообщение ещё раз."""
        if not _with_mongo(wire(), lambda mongo: parked.replay(mongo.plain, event_id)):
            _fail(event_id)
        typer.echo(f"{event_id}: поставлено на повторную обработку")

    @cli.command()
    def discard(event_id: EventIdArgument, why: Annotated[str, typer.Option(help="Причина, останется в записи")]) -> None:
        """Отложить сообщение навсегда; оно остаётся доступным для чтения."""
        if not _with_mongo(wire(), lambda mongo: parked.discard(mongo.plain, event_id, why=why)):
            _fail(event_id)
        typer.echo(f"{event_id}: отложено навсегда")

    return cli


def _fail(event_id: str) -> None:
    typer.echo(f"{event_id}: такого сообщения нет", err=True)
    raise typer.Exit(1)


def _show_lag(service: Service) -> None:
    rows, oldest = _with_mongo(service, lambda mongo: outbox.lag(mongo.plain))
    age = (datetime.now(UTC) - oldest["created_at"]).total_seconds() if oldest else 0
    typer.echo(f"ждут отправки: {rows}; самое старое ждёт {age:.0f} с" + (f" ({oldest['type']})" if oldest else ""))


def _with_mongo(service: Service, use: Callable[[Mongo], Awaitable[Any]]) -> Any:
    async def used() -> Any:
        mongo = service.open_mongo()
        try:
            return await use(mongo)
        finally:
            await mongo.close()

    return asyncio.run(used())


async def _migrate(service: Service, mongo: Mongo) -> None:
    await prepare(service, mongo)
    await apply_migrations(mongo, service.migrations)
    for attempt in range(_TOPOLOGY_TRIES):
        try:
            await bus.declare(service.settings.amqp(f"{service.name}-migrate"), service.name, service.known)
            return
        except (AMQPError, OSError, TimeoutError):
            if attempt == _TOPOLOGY_TRIES - 1:
                raise
            await asyncio.sleep(1)


async def _until_stopped(running: Any) -> None:
    task = asyncio.ensure_future(running)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    await asyncio.wait([task])
