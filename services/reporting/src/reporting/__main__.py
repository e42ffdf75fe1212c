"""`python -m reporting serve | relay | deliver | migrate | parked | outbox | feed | webhooks`."""

import asyncio

import typer
import uvicorn

from chassis import operate
from chassis.app import Service, build
from chassis.mongo import Mongo
from chassis.process import begun, command_line
from reporting.deliveries.courier import Courier
from reporting.deliveries.egress import Egress
from reporting.deliveries.measures import Measured, measured
from reporting.feed.domain import Pseudonyms
from reporting.feed.filling import Filled, fill
from reporting.feed.watching import lag
from reporting.settings import ReportingSettings
from reporting.wiring import clock, egress_limits, egress_rules, feed_pseudonyms, pace, vault, wire

GRACE_SECONDS = 10
"""For answers of the probes; a delivery under way is repeated."""

MOST_NAMED = 20

cli = command_line(wire)
feed = typer.Typer(no_args_is_help=True, help="Лента событий для партнёров.")
webhooks = typer.Typer(no_args_is_help=True, help="Вебхуки партнёров.")
cli.add_typer(webhooks, name="webhooks")
cli.add_typer(feed, name="feed")


@cli.command()
def deliver() -> None:
    """Доставлять события на вебхуки партнёров; только этому процессу нужен выход наружу."""
    settings = ReportingSettings()
    asyncio.run(_deliver(begun(wire(settings), "deliver"), settings))


async def _deliver(service: Service, settings: ReportingSettings) -> None:
    opened = vault(settings)
    if opened is None:
        raise SystemExit("WEBHOOK_SECRET_KEY is not set: there is nothing to sign with")
    app = build(service, consume=False, http=False)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    mongo = service.open_mongo()
    try:
        async with Egress(egress_rules(settings), egress_limits(settings)) as egress:
            courier = asyncio.create_task(Courier(mongo, opened, egress.post, clock, pace(settings)).run())
            courier.add_done_callback(lambda _: setattr(server, "should_exit", True))
            await server.serve()
            courier.cancel()
            (outcome,) = await asyncio.gather(courier, return_exceptions=True)
    finally:
        await mongo.close()
    if isinstance(outcome, Exception):
        raise outcome


@webhooks.command("list")
def listing() -> None:
    """Перечислить вебхуки: партнёр, состояние, принято, ждёт, сколько ждёт самое старое, адрес."""
    now = clock()
    for one in operate.with_mongo(wire(), lambda mongo: measured(mongo.plain)):
        age = (now - one.oldest).total_seconds() if one.oldest else 0
        typer.echo(
            f"{one.partner}  {one.webhook_id}  {one.state}{_why(one)}  принято: {one.delivered}  "
            f"не принято: {one.failed}  ждёт: {one.waiting}, самое старое {age:.0f} с  {one.url}"
        )


def _why(one: Measured) -> str:
    since = f", не удаётся с {one.failing_since:%d.%m.%Y %H:%M}" if one.failing_since else ""
    return f" ({one.reason}{since})" if one.reason else since


@feed.command("lag")
def feed_lag() -> None:
    """Показать, на сколько лента отстаёт."""
    settings = ReportingSettings()
    _pseudonyms(settings)
    published = settings.public_rabbitmq_url is not None
    found = operate.with_mongo(wire(settings), lambda mongo: lag(mongo.plain, clock(), published=published))
    typer.echo(f"последний номер: {found.position}")
    typer.echo("ждут номера: {}; первое ждёт {:.0f} с".format(*found.unnumbered))
    if found.unpublished is None:
        typer.echo("брокер партнёров не задан (PUBLIC_RABBITMQ_URL): лента читается только по HTTP")
    else:
        typer.echo("ждут брокера партнёров: {}; первое ждёт {:.0f} с".format(*found.unpublished))


@feed.command("fill")
def feed_fill() -> None:
    """Внести в ленту открытые события летописи, которых в ней нет; повторный запуск ничего не меняет."""
    settings = ReportingSettings()
    pseudonyms = _pseudonyms(settings)

    async def filled(mongo: Mongo) -> Filled:
        return await fill(mongo.plain, pseudonyms, clock, lambda taken: typer.echo(f"внесено: {taken}", err=True))

    found = operate.with_mongo(wire(settings), filled)
    typer.echo(f"внесено: {found.taken}; уже были в ленте: {found.there}; не внесено: {len(found.timeless)}")
    for event_id in found.timeless[:MOST_NAMED]:
        typer.echo(f"  время события неизвестно, в его номере времени нет: {event_id}", err=True)
    raise typer.Exit(1 if found.timeless else 0)


def _pseudonyms(settings: ReportingSettings) -> Pseudonyms:
    found = feed_pseudonyms(settings)
    if found is None:
        typer.echo("лента не ведётся: задайте FEED_PSEUDONYM_KEY", err=True)
        raise typer.Exit(1)
    return found


if __name__ == "__main__":
    cli()
