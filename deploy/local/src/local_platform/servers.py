"""MongoDB and RabbitMQ for a run or for tests.

Those named in the environment, else containers, else processes of this machine.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from local_platform.access import MongoAccess, RabbitAccess
from local_platform.definitions import ADMIN, rabbitmq_administrator
from local_platform.mongod import Mongod, start_mongod
from local_platform.obstacles import Obstacle
from local_platform.passwords import kept_passwords
from local_platform.rabbitmq import RabbitServer, start_rabbitmq

MONGO_VARIABLE = "MONGO_ADMIN_URL"
RABBITMQ_VARIABLES = ("RABBITMQ_ADMIN_URL", "RABBITMQ_MANAGEMENT_URL")


@dataclass(frozen=True)
class GivenServers:
    """Servers that somebody else runs, as named in the environment."""

    mongo_admin_url: str | None
    rabbitmq_admin_url: str | None
    rabbitmq_management_url: str | None

    @classmethod
    def read(cls, environment: Mapping[str, str], *, prefix: str = "") -> "GivenServers":
        """Read MONGO_ADMIN_URL, RABBITMQ_ADMIN_URL and RABBITMQ_MANAGEMENT_URL, each after the prefix.

        Raises:
            Obstacle: only one of the two RabbitMQ addresses is given.
        """
        amqp, management = (environment.get(prefix + name) or None for name in RABBITMQ_VARIABLES)
        if bool(amqp) != bool(management):
            raise Obstacle(
                f"Задайте обе переменные или ни одной: {' и '.join(prefix + name for name in RABBITMQ_VARIABLES)}"
            )
        return cls(environment.get(prefix + MONGO_VARIABLE) or None, amqp, management)

    @property
    def complete(self) -> bool:
        """Tell whether nothing needs to be started."""
        return bool(self.mongo_admin_url and self.rabbitmq_admin_url)


@dataclass
class Servers:
    """Start what is not given, side by side; stop it on leaving. Use as `async with Servers(...) as servers`."""

    folder: Path
    given: GivenServers
    mongod_parameters: Mapping[str, str] = field(default_factory=dict)
    local: list[Mongod | RabbitServer] = field(default_factory=list)
    """Those that run as processes of this machine."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            starting = (self._mongo(stack), self._rabbitmq(stack))
            results = await asyncio.gather(*starting, return_exceptions=True)
            for failure in results:
                if isinstance(failure, BaseException):
                    raise failure
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _mongo(self, stack: AsyncExitStack) -> None:
        url = self.given.mongo_admin_url
        if url is None:
            server = await start_mongod(self.folder / "mongo", parameters=self.mongod_parameters)
            stack.push_async_callback(server.stop)
            self.local.append(server)
            url = server.admin_url
        self.mongo = MongoAccess(url)

    async def _rabbitmq(self, stack: AsyncExitStack) -> None:
        amqp, management = self.given.rabbitmq_admin_url, self.given.rabbitmq_management_url
        if amqp is None or management is None:
            server = await local_rabbitmq(self.folder / "rabbitmq")
            stack.push_async_callback(server.stop)
            self.local.append(server)
            amqp, management = server.admin_url, server.management_url
        self.rabbitmq = RabbitAccess(amqp, management)


async def local_rabbitmq(folder: Path) -> RabbitServer:
    """Start a broker with an administrator whose password is kept in the folder."""
    password = kept_passwords(folder / "password.json", [ADMIN])[ADMIN]
    return await start_rabbitmq(folder, rabbitmq_administrator(password), admin=ADMIN, password=password)
