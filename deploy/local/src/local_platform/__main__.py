"""python -m local_platform: start the platform, or only its servers, on this machine."""

import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from local_platform.definitions import rabbitmq_definitions
from local_platform.folders import LOCAL
from local_platform.mongod import TEST_PARAMETERS
from local_platform.obstacles import Obstacle
from local_platform.servers import GivenServers, Servers

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def servers() -> None:
    """Запустить только MongoDB и RabbitMQ и напечатать переменные, с которыми тесты пойдут на эти серверы."""
    asyncio.run(_serve_until_stopped())


@app.command()
def definitions(
    passwords: Annotated[Path, typer.Option(help="JSON: пароль каждой службы")], vhost: str = "technopark"
) -> None:
    """Напечатать определения RabbitMQ для промышленной установки."""
    print(json.dumps(rabbitmq_definitions(json.loads(passwords.read_text()), vhost=vhost), indent=2))  # noqa: T201


async def _serve_until_stopped() -> None:
    LOCAL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="servers-", dir=LOCAL) as folder:
        given = GivenServers(None, None, None)
        async with Servers(Path(folder), given, TEST_PARAMETERS) as running:
            lines = {
                "TEST_MONGO_ADMIN_URL": running.mongo.admin_url,
                "TEST_RABBITMQ_ADMIN_URL": running.rabbitmq.amqp_url,
                "TEST_RABBITMQ_MANAGEMENT_URL": running.rabbitmq.management_url,
            }
            for name, value in lines.items():
                print(f"export {name}='{value}'", flush=True)  # noqa: T201 - meant for the shell
            await stop_asked()


async def stop_asked() -> None:
    """Wait until SIGINT or SIGTERM comes."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()


def main() -> None:
    """Run the command; an obstacle is one line and exit code 1."""
    try:
        app(standalone_mode=True)
    except Obstacle as obstacle:
        sys.exit(f"✗ {obstacle}")


if __name__ == "__main__":
    main()
