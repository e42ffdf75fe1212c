"""The operator's commands of the feed."""

from collections.abc import Callable
from typing import NoReturn

import typer

from chassis import operate
from chassis.app import Service
from chassis.mongo import Mongo
from reporting.feed.domain import Pseudonyms
from reporting.feed.filling import Filled
from reporting.feed.filling import fill as fill_feed
from reporting.feed.watching import lag as lag_of

_MOST_NAMED = 20


def feed_commands(wire: Callable[[], Service]) -> typer.Typer:
    """Return `lag` and `fill`."""
    cli = typer.Typer(no_args_is_help=True, help="Лента событий для партнёров.")

    @cli.command()
    def lag() -> None:
        """Показать, на сколько лента отстаёт."""
        service = wire()
        _pseudonyms(service)
        published = bool(service.state["feed_published"])
        found = operate.with_mongo(service, lambda mongo: lag_of(mongo.plain, published=published))
        typer.echo(f"последний номер: {found.position}")
        typer.echo("ждут номера: {}; первое ждёт {:.0f} с".format(*found.unnumbered))
        if found.unpublished is None:
            typer.echo("брокер партнёров не задан (PUBLIC_RABBITMQ_URL): лента читается только по HTTP")
        else:
            typer.echo("ждут брокера партнёров: {}; первое ждёт {:.0f} с".format(*found.unpublished))

    @cli.command()
    def fill() -> None:
        """Внести в ленту открытые события летописи, которых в ней нет; повторный запуск ничего не меняет."""
        service = wire()
        pseudonyms = _pseudonyms(service)

        async def filled(mongo: Mongo) -> Filled:
            return await fill_feed(mongo.plain, pseudonyms, lambda done: typer.echo(f"внесено: {done.taken}", err=True))

        found = operate.with_mongo(service, filled)
        typer.echo(f"внесено: {found.taken}; уже были в ленте: {found.there}; не внесено: {len(found.timeless)}")
        if found.timeless:
            _incomplete(found.timeless)

    return cli


def _pseudonyms(service: Service) -> Pseudonyms:
    found: Pseudonyms | None = service.state["feed_kept"]
    if found is None:
        typer.echo("лента не ведётся: задайте FEED_PSEUDONYM_KEY", err=True)
        raise typer.Exit(1)
    return found


def _incomplete(ids: list[str]) -> NoReturn:
    typer.echo("время этих событий неизвестно, в их номерах его нет:", err=True)
    for event_id in ids[:_MOST_NAMED]:
        typer.echo(f"  {event_id}", err=True)
    raise typer.Exit(1)
