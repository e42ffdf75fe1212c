"""The operator's commands: the same use cases as behind HTTP."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer

from chassis.documents import Database
from chassis.errors import DomainError
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.pages import Page
from chassis.work import Cause, Change, Reads, Work
from transfer.quarantine.domain import STATE_NAMES, Entry
from transfer.quarantine.handlers import DiscardEntry, RetryEntry, discard_entry, retry_entry
from transfer.quarantine.queries import EntrySummary, QuarantineSearch, entries, entry

C = TypeVar("C")
T = TypeVar("T")
_Entry = Annotated[str, typer.Argument(help="Номер сообщения")]
_By = Annotated[str, typer.Option(help="Кто вы: останется в записи")]
_Why = Annotated[str, typer.Option(help="Причина, останется в записи")]
_Code = Annotated[str | None, typer.Option(help="Только с этой причиной")]


@dataclass(frozen=True)
class Operator:
    """Who decides at the command line."""

    on_mongo: Callable[[Callable[[Mongo], Awaitable[Any]]], Any]
    """Runs something on the service's database and returns what it returns."""
    clock: Callable[[], datetime]

    def read(self, query: Callable[[Reads], Awaitable[T]]) -> T:
        """Return what a query finds."""
        caller = Caller(subject="operator", roles=frozenset({"administrator"}))

        async def found(mongo: Mongo) -> T:
            return await query(Reads(db=mongo.plain, now=self.clock(), caller=caller))

        return self._told(found)

    def decide(self, handler: Callable[[C, Work], Awaitable[Entry]], command: C, by: str) -> Entry:
        """Run a use case in a transaction."""
        caller = Caller(subject=by, roles=frozenset({"administrator"}))

        async def decided(db: Database) -> Entry:
            return await handler(command, Work(db=db, now=self.clock(), caller=caller, cause=Cause(f"operator:{by}")))

        return self._told(lambda mongo: mongo.transact(decided))

    def _told(self, use: Callable[[Mongo], Awaitable[T]]) -> T:
        try:
            told: T = self.on_mongo(use)
        except DomainError as refusal:
            typer.echo(refusal.say("ru")[1], err=True)
            raise typer.Exit(1) from refusal
        return told


def quarantine_commands(operator: Operator) -> typer.Typer:
    """Return `list`, `show`, `retry` and `discard`."""
    cli = typer.Typer(no_args_is_help=True, help="Непринятые сообщения партнёров.")

    @cli.command("list")
    def listing(code: _Code = None) -> None:
        """Перечислить последние сто: номер, состояние, партнёр, тип, причина, сколько раз пришло."""
        search = QuarantineSearch(limit=100, code=code)
        found: Page[EntrySummary] = operator.read(lambda reads: entries(reads, search))
        for one in found.items:
            typer.echo(
                f"{one.id}  {STATE_NAMES[one.state]}  {one.partner or one.integration_id or '?'}  {one.type or '?'}  "
                f"{one.reason.code}  раз: {one.times}"
            )

    @cli.command()
    def show(entry_id: _Entry) -> None:
        """Показать сообщение целиком."""
        shown = operator.read(lambda reads: entry(reads, entry_id))
        typer.echo(json.dumps(shown.model_dump(mode="json"), indent=2, ensure_ascii=False))

    @cli.command()
    def retry(entry_id: _Entry, by: _By = "operator") -> None:
        """Принять ещё раз, например после того, как подключению разрешён тип."""
        operator.decide(retry_entry, Change(entry_id, None, RetryEntry()), by)
        typer.echo(f"{entry_id}: будет принято ещё раз")

    @cli.command()
    def discard(entry_id: _Entry, why: _Why, by: _By = "operator") -> None:
        """Отложить навсегда; сообщение остаётся доступным для чтения."""
        operator.decide(discard_entry, Change(entry_id, None, DiscardEntry(reason=why)), by)
        typer.echo(f"{entry_id}: отложено навсегда")

    return cli
