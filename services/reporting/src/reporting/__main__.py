"""`python -m reporting serve | relay | deliver | migrate | parked | outbox | feed | webhooks`."""

from chassis.loading import loading

with loading():
    import asyncio

    import typer

    from chassis import operate
    from chassis.mongo import Mongo
    from chassis.process import begun, command_line, start
    from reporting.deliveries.measures import Measured, measured
    from reporting.feed.domain import Pseudonyms
    from reporting.feed.filling import Filled, fill
    from reporting.feed.watching import lag
    from reporting.settings import ReportingSettings
    from reporting.wiring import clock, feed_pseudonyms, wire

MOST_NAMED = 20

cli = command_line(wire)
feed = typer.Typer(no_args_is_help=True, help="Лента событий для партнёров.")
webhooks = typer.Typer(no_args_is_help=True, help="Вебхуки партнёров.")
cli.add_typer(webhooks, name="webhooks")
cli.add_typer(feed, name="feed")


@cli.command()
def deliver() -> None:
    """Доставлять события на вебхуки партнёров; только этому процессу нужен выход наружу."""
    with loading():
        from reporting.delivering import delivered  # noqa: PLC0415 only this command needs an HTTP client

    settings = ReportingSettings()
    asyncio.run(delivered(begun(wire(settings), "deliver"), settings))


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
    start(cli)
