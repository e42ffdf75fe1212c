"""The operator's commands: what waits to be sent, and what could not be handled."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, NoReturn, TypeVar

import typer

from chassis import outbox, parked
from chassis.app import Service
from chassis.mongo import Mongo

T = TypeVar("T")
EventId = Annotated[str, typer.Argument(help="Номер события")]


def with_mongo(service: Service, use: Callable[[Mongo], Awaitable[T]]) -> T:
    """Run something on the service's database and return what it returns."""

    async def used() -> T:
        async with service.open_mongo() as mongo:
            return await use(mongo)

    return asyncio.run(used())


def show_lag(service: Service) -> None:
    """Print how many facts wait for the relay and since when."""
    rows, oldest = with_mongo(service, lambda mongo: outbox.lag(mongo.plain))
    age = (datetime.now(UTC) - oldest["created_at"]).total_seconds() if oldest else 0
    typer.echo(f"ждут отправки: {rows}; самое старое ждёт {age:.0f} с" + (f" ({oldest['type']})" if oldest else ""))


def parked_commands(wire: Callable[[], Service]) -> typer.Typer:  # noqa: C901 four commands, not branches
    """Return `list`, `show`, `replay` and `discard`."""
    cli = typer.Typer(no_args_is_help=True, help="Сообщения, которые не удалось обработать.")

    @cli.command("list")
    def listing() -> None:
        """Перечислить сообщения: номер, состояние, тип, причина, попытки."""
        for row in with_mongo(wire(), lambda mongo: parked.listing(mongo.plain)):
            typer.echo(
                f"{row['_id']}  {row['state']}  {row['headers'].get('cloudEvents:type', '?')}  "
                f"{row['reason']}  попыток: {row['attempts']}"
            )

    @cli.command()
    def show(event_id: EventId) -> None:
        """Показать сообщение целиком."""
        row = with_mongo(wire(), lambda mongo: mongo.plain[parked.COLLECTION].find_one({"_id": event_id}))
        if row is None:
            _unknown(event_id)
        row["body"] = row["body"].decode("utf-8", "replace")
        typer.echo(json.dumps(row, default=str, indent=2, ensure_ascii=False))

    @cli.command()
    def replay(event_id: EventId) -> None:
        """Обработать сообщение ещё раз."""
        if not with_mongo(wire(), lambda mongo: parked.replay(mongo.plain, event_id)):
            _unknown(event_id)
        typer.echo(f"{event_id}: поставлено на повторную обработку")

    @cli.command()
    def discard(event_id: EventId, why: Annotated[str, typer.Option(help="Причина, останется в записи")]) -> None:
        """Отложить сообщение навсегда; оно остаётся доступным для чтения."""
        if not with_mongo(wire(), lambda mongo: parked.discard(mongo.plain, event_id, why=why)):
            _unknown(event_id)
        typer.echo(f"{event_id}: отложено навсегда")

    return cli


def _unknown(event_id: str) -> NoReturn:
    typer.echo(f"{event_id}: такого сообщения нет", err=True)
    raise typer.Exit(1)
