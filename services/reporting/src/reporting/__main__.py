"""`python -m reporting serve | relay | deliver | migrate | parked | outbox | feed | webhooks`."""

import asyncio

import typer
import uvicorn

from chassis import operate
from chassis.app import Service, build
from chassis.process import begun, command_line
from reporting.deliveries.courier import Courier
from reporting.deliveries.egress import Egress
from reporting.deliveries.measures import Measured, measured
from reporting.feed.commands import feed_commands
from reporting.settings import ReportingSettings
from reporting.wiring import clock, egress_limits, egress_rules, pace, vault, wire

GRACE_SECONDS = 10
"""For answers of the probes; a delivery under way is repeated."""

cli = command_line(wire)
webhooks = typer.Typer(no_args_is_help=True, help="Вебхуки партнёров.")
cli.add_typer(webhooks, name="webhooks")
cli.add_typer(feed_commands(wire), name="feed")


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


if __name__ == "__main__":
    cli()
