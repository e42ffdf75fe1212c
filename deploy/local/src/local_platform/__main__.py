"""python -m local_platform: start the platform, or only its servers, on this machine."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from local_platform import operating
from local_platform.definitions import rabbitmq_definitions
from local_platform.exclusive import exclusive
from local_platform.folders import LOCAL
from local_platform.mongod import TEST_PARAMETERS
from local_platform.obstacles import Obstacle
from local_platform.plan import DEFAULT_GATEWAY_PORT
from local_platform.progress import Progress
from local_platform.run import Run
from local_platform.servers import GivenServers, Servers

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def servers() -> None:
    """Запустить только MongoDB и RabbitMQ и напечатать переменные, с которыми тесты пойдут на эти серверы."""
    asyncio.run(_until_signal(_serve_servers()))


@app.command()
def run(
    gateway_port: Annotated[int, typer.Option(envvar="GATEWAY_PORT", min=1, max=65535)] = DEFAULT_GATEWAY_PORT,
    data: Annotated[Path, typer.Option(envvar="PLATFORM_DATA", help="Папка данных этого запуска")] = LOCAL / "run",
) -> None:
    """Запустить платформу целиком; Ctrl-C останавливает всё."""
    platform = Run(data.resolve(), gateway_port, GivenServers.read(os.environ), Progress())
    asyncio.run(_until_signal(platform.until_stopped()))


@app.command()
def operate(
    service: Annotated[str, typer.Argument(help="registry, expertise, transfer или reporting")],
    words: Annotated[list[str], typer.Argument(help="Команда службы, например: parked list")],
    data: Annotated[Path, typer.Option(envvar="PLATFORM_DATA", help="Папка данных запуска")] = LOCAL / "run",
) -> None:
    """Выполнить команду оператора на запущенной платформе."""
    operating.operate(data.resolve(), service, words)


@app.command()
def definitions(
    passwords: Annotated[Path, typer.Option(help="JSON: пароль каждой службы")], vhost: str = "technopark"
) -> None:
    """Напечатать определения RabbitMQ для промышленной установки."""
    print(json.dumps(rabbitmq_definitions(json.loads(passwords.read_text()), vhost=vhost), indent=2))  # noqa: T201


async def _serve_servers() -> None:
    LOCAL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="servers-", dir=LOCAL) as folder, exclusive(Path(folder)):
        given = GivenServers(None, None, None)
        async with Servers(Path(folder), given, TEST_PARAMETERS) as running:
            lines = {
                "TEST_MONGO_ADMIN_URL": running.mongo.admin_url,
                "TEST_RABBITMQ_ADMIN_URL": running.rabbitmq.amqp_url,
                "TEST_RABBITMQ_MANAGEMENT_URL": running.rabbitmq.management_url,
            }
            for name, value in lines.items():
                print(f"export {name}='{value}'", flush=True)  # noqa: T201 - meant for the shell
            await asyncio.Event().wait()


async def _until_signal(work: Coroutine[None, None, None]) -> None:
    """Cancel the work at the first SIGINT, SIGTERM or SIGHUP and let it clean up; further ones change nothing."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for number in _STOPPING:
            loop.add_signal_handler(number, lambda: None)
        task.cancel()

    for number in _STOPPING:
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task


def main() -> None:
    """Run the command; an obstacle is one line and exit code 1."""
    try:
        app(standalone_mode=True)
    except Obstacle as obstacle:
        sys.exit(f"✗ {obstacle}")


if __name__ == "__main__":
    main()
