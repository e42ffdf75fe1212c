"""Virtual hosts and brokers of a test's own."""

import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aio_pika

from local_platform.access import RabbitAccess
from local_platform.definitions import HOLDERS, KEEPER, rabbitmq_definitions
from local_platform.rabbitmq import RabbitServer
from local_platform.servers import local_rabbitmq


@dataclass(frozen=True)
class Vhost:
    """An own vhost with the exchange `facts`, a user per service and the policies, all from deploy/rabbitmq."""

    name: str
    access: RabbitAccess
    password: str
    user_prefix: str

    @property
    def partners(self) -> "Vhost":
        """The vhost beside it where partners come, with the same users."""
        return replace(self, name=f"{self.name}.partners")

    @property
    def admin_url(self) -> str:
        """URL of a user with all rights in this vhost."""
        return self.access.url(*self.access.admin, vhost=self.name)

    def url(self, service: str) -> str:
        """URL of the service's user, with exactly the rights it has in production."""
        return self.access.url(f"{self.user_prefix}{service}", self.password, vhost=self.name)

    @property
    def management_url(self) -> str:
        """URL of the management API with the user by whom the registry keeps the partners' accounts."""
        return self.access.management(f"{self.user_prefix}{KEEPER}", self.password)

    async def depth(self, queue: str) -> int:
        """Answer how many messages are ready, exactly and at once; those held by a consumer are not counted."""
        async with await aio_pika.connect(self.admin_url) as connection:
            channel = await connection.channel()
            found = await channel.get_queue(queue)
            return found.declaration_result.message_count or 0

    async def queue(self, name: str) -> dict[str, Any]:
        """Answer the management API's view of a queue; its counts lag by a second or two."""
        path = f"queues/{quote(self.name, safe='')}/{quote(name, safe='')}"
        answer: dict[str, Any] = await self.access.call("GET", path)
        return answer

    async def bindings(self, queue: str, exchange: str = "facts") -> set[str]:
        """Answer the routing keys by which the queue is bound to an exchange."""
        path = f"bindings/{quote(self.name, safe='')}/e/{exchange}/q/{quote(queue, safe='')}"
        return {binding["routing_key"] for binding in await self.access.call("GET", path)}

    async def peek(self, queue: str, count: int = 100) -> list[dict[str, Any]]:
        """Read messages and put them back: each with `payload` and `properties`; marks them redelivered."""
        path = f"queues/{quote(self.name, safe='')}/{quote(queue, safe='')}/get"
        body = {"count": count, "ackmode": "ack_requeue_true", "encoding": "auto"}
        answer: list[dict[str, Any]] = await self.access.call("POST", path, body)
        return answer


@asynccontextmanager
async def fresh_vhost(access: RabbitAccess) -> AsyncIterator[Vhost]:
    """Make a vhost, and the partners' beside it, with everything a broker has before any service starts.

    Both are deleted afterwards, with every user whose name begins as theirs.
    """
    name = f"t-{secrets.token_hex(6)}"
    vhost = Vhost(name, access, secrets.token_hex(12), f"{name}.")
    passwords = dict.fromkeys((*HOLDERS, KEEPER), vhost.password)
    definitions = rabbitmq_definitions(
        passwords, vhost=vhost.name, partners=vhost.partners.name, user_prefix=vhost.user_prefix
    )
    await access.load(definitions)
    yield vhost
    of_partners = [user for user in await access.call("GET", "users") if user["name"].startswith(f"{name}.partner.")]
    await access.remove({**definitions, "users": [*definitions["users"], *of_partners]})


class DedicatedBroker:
    """A RabbitMQ that belongs to one test module, to be stopped, killed, frozen and started again on the same ports."""

    def __init__(self, server: RabbitServer) -> None:
        self._server = server

    @classmethod
    async def start(cls, folder: Path) -> "DedicatedBroker":
        """Start it; takes about six seconds."""
        return cls(await local_rabbitmq(folder))

    @property
    def access(self) -> RabbitAccess:
        """Make vhosts here."""
        return RabbitAccess(self._server.admin_url, self._server.management_url)

    @property
    def port(self) -> int:
        """The AMQP port, the same after every start."""
        return self._server.node.ports.amqp

    async def stop(self) -> None:
        """Stop it cleanly; durable things stay."""
        self.thaw()
        await self._server.stop()

    def flush(self) -> None:
        """Write to disk which queues exist: RabbitMQ itself does so about a second after a declaration."""
        self.control("eval", "[ok = dets:sync(Table) || Table <- dets:all()].")

    def kill(self) -> None:
        """End it as a power cut does.

        Call `flush` before when a queue was declared a moment ago, or it may be lost whole.
        """
        self._server.kill()

    async def start_again(self) -> None:
        """Start it on the same data and ports."""
        await self._server.start_again()

    def freeze(self) -> None:
        """Stop it answering without closing a connection (SIGSTOP to the whole process group)."""
        self._server.child.send_to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._server.child.send_to_all(signal.SIGCONT)

    def control(self, *words: str) -> str:
        """Run `rabbitmqctl`: `stop_app`, `start_app`, `close_all_connections why` …"""
        return self._server.control(*words)
