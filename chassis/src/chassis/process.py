"""The command line of a service: `serve`, `relay`, `migrate`, and the operator's view of what is stuck.

Each command imports what only it needs when it runs: FastAPI, FastStream and AMQP take longer to load than most run.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Annotated

import typer
from pydantic import ValidationError

from chassis import operate, telemetry
from chassis.app import Service, prepare
from chassis.crashpoint import arm
from chassis.loading import loading
from chassis.migrations import migrate as apply_migrations
from chassis.mongo import Mongo
from chassis.russian import explain

_GRACE_SECONDS, _TOPOLOGY_TRIES = 25, 60


def command_line(wire: Callable[[], Service]) -> typer.Typer:
    """Return a service's commands; `wire` reads the settings, so that `--help` needs none."""
    cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @cli.command()
    def serve(
        *,
        consume: Annotated[bool, typer.Option(help="Также обрабатывать события")] = True,
        http: Annotated[bool, typer.Option(help="Отвечать клиентам; без него — только пробы и события")] = True,
    ) -> None:
        """Отвечать по HTTP и обрабатывать события."""
        run(begun(wire(), "serve"), consume=consume, http=http)

    @cli.command()
    def relay() -> None:
        """Передавать события из очереди отправки брокеру."""
        from chassis.relay import Outlet, Relay  # noqa: PLC0415

        operate.with_mongo(
            service := begun(wire(), "relay"),
            lambda mongo: _until_stopped(
                Relay(mongo, service.settings, Outlet(service.settings.amqp(f"{service.name}-relay"))).run(),
                *(duty(mongo) for duty in service.beside_relay),
            ),
        )

    @cli.command()
    def migrate() -> None:
        """Подготовить базу данных и очереди перед запуском новой версии."""
        roll_out(begun(wire(), "migrate"))

    cli.add_typer(operate.parked_commands(wire), name="parked")
    cli.command(name="outbox", help="Показать, сколько событий ждёт отправки.")(lambda: operate.show_lag(wire()))
    return cli


def start(cli: Callable[[], object]) -> None:
    """Do what the command line says; settings that are wrong end the process with a line on each, without its value."""
    try:
        cli()
    except ValidationError as wrong:
        raise SystemExit(
            "\n".join(
                f"{told['field'].upper()}: {told['message']}"
                for one in wrong.errors(include_input=False)
                for told in [explain({**one, "loc": ("", *(one["loc"] or ["настройки"]))}, "ru")]
            )
        ) from None


def begun(service: Service, role: str) -> Service:
    """Return the service once its log says which process writes it, and its crashpoint is armed."""
    telemetry.configure(service.settings, f"{service.name}-{role}")
    arm(service.settings.environment, service.settings.crashpoint)
    return service


def run(service: Service, *, consume: bool = True, http: bool = True) -> None:
    """Serve probes, the rooms' routes with `http` and the inbox with `consume`, until a signal."""
    with loading():
        import uvicorn  # noqa: PLC0415

        from chassis.serving import build  # noqa: PLC0415

        app = build(service, consume=consume, http=http)
    uvicorn.run(
        app,
        host=service.settings.http_host,
        port=service.settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def roll_out(service: Service) -> None:
    """Prepare the database and the queues for the version that is about to start."""
    operate.with_mongo(service, lambda mongo: _migrate(service, mongo))


async def _migrate(service: Service, mongo: Mongo) -> None:
    from chassis import bus  # noqa: PLC0415

    await prepare(service, mongo)
    await apply_migrations(mongo, service.migrations)
    for attempt in range(_TOPOLOGY_TRIES):
        try:
            with bus.interruptions():
                await bus.declare(service.settings.amqp(f"{service.name}-migrate"), service.name, service.known)
            return
        except bus.Interrupted:
            if attempt == _TOPOLOGY_TRIES - 1:
                raise
            # The broker may be starting beside us: a rollout waits a minute for it, then says what is wrong.
            await asyncio.sleep(1)


async def _until_stopped(*running: Coroutine[None, None, None]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    # It waits for all: the database must not be closed under those that give up a lease. The first failure ends all.
    async with asyncio.TaskGroup() as together:
        tasks = [together.create_task(one) for one in running]
        await stop.wait()
        for task in tasks:
            task.cancel()
