"""A partner as tests of integrations meet it: its institution, its contact, its broker account."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.connection import make_url
from aio_pika.exceptions import AuthenticationError, ConnectionClosed, InvalidFrameError, ProbableAuthenticationError

from testkit import Client, Vhost, dated

if TYPE_CHECKING:  # its fixtures give what is here
    from services.registry.tests.conftest import Begun

HELD, GIVEN = "transfer.event.held.v1", "transfer.consultation.given.v1"
TOLD, ATTENDED = "partner.consultation.given.v1", "partner.attendance.recorded.v1"
_names = itertools.count(1)
A_YEAR = timedelta(days=365)


def terms(contact: str, **fields: Any) -> dict[str, Any]:
    """What a partner is granted; days may be given as far from today."""
    told = {"receives": [HELD], "sends": [TOLD], "contact_person_id": contact, "valid_until": A_YEAR}
    return dated(told | fields)


@dataclass(frozen=True)
class Partnership:
    """An institution that may be integrated, and who grants it."""

    administrator: Client
    institution: str
    contact: str
    name: str = field(default_factory=lambda: f"omsk-{next(_names)}")

    @classmethod
    async def begun(cls, begun: "Begun", administrator: Client) -> "Partnership":
        """Enter an institution and somebody who works there."""
        institution, person = await begun.institution("Ресурсный центр"), await begun.person()
        body = {"person_id": person, "institution_id": institution, "roles": ["specialist"], "valid_from": "2020-01-01"}
        (await administrator.post("/v1/memberships", body)).expect(201)
        return cls(administrator, institution, person)

    def body(self, **fields: Any) -> dict[str, Any]:
        """What a grant of it says."""
        return terms(self.contact, **{"institution_id": self.institution, "name": self.name} | fields)

    async def grant(self, **fields: Any) -> dict[str, Any]:
        """Grant it; the answer has the password."""
        granted: dict[str, Any] = (await self.administrator.post("/v1/integrations", self.body(**fields))).expect(201)
        return granted

    async def amend(self, integration_id: str, **fields: Any) -> dict[str, Any]:
        """Replace what it is granted."""
        path = f"/v1/integrations/{integration_id}"
        changed: dict[str, Any] = (
            await self.administrator.put(path, terms(self.contact, **fields), if_match="*")
        ).expect(200)
        return changed

    async def post(self, integration_id: str, action: str) -> dict[str, Any]:
        """Do something with it: `password`, `revocation`."""
        done: dict[str, Any] = (await self.administrator.post(f"/v1/integrations/{integration_id}/{action}")).expect(
            200
        )
        return done


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[aio_pika.Connection]:
    """Connect, and close also what was refused: the driver leaves that to the collector, which may come too late."""
    connection = aio_pika.Connection(make_url(url))
    try:
        await connection.connect(timeout=10)
        yield connection
    finally:
        await connection.close()


@dataclass(frozen=True)
class Partner:
    """A partner's system at the broker, with its own credentials and nothing else."""

    vhost: Vhost
    user: str
    password: str
    queue: str

    @classmethod
    def of(cls, vhost: Vhost, granted: dict[str, Any]) -> "Partner":
        """Return the system of whom an integration was granted."""
        return cls(vhost, granted["broker"]["user"], granted["password"], f"partner.{granted['name']}")

    @asynccontextmanager
    async def channel(self, *, vhost: str | None = None) -> AsyncIterator[AbstractChannel]:
        """Open a connection with one channel."""
        url = self.vhost.access.url(self.user, self.password, vhost=vhost or self.vhost.name)
        async with connected(url) as connection:
            yield await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def tell(self, event_type: str = TOLD, *, exchange: str = "inbound", user: str | None = None) -> None:
        """Publish, with a confirm, in one's own name unless told otherwise."""
        async with self.channel() as channel:
            found = await channel.get_exchange(exchange, ensure=False)
            message = aio_pika.Message(b"{}", user_id=user or self.user, delivery_mode=2)
            await found.publish(message, routing_key=event_type, mandatory=True)

    async def read(self) -> bytes:
        """Take one message from the own queue."""
        async with self.channel() as channel:
            queue = await channel.get_queue(self.queue, ensure=False)
            message = await queue.get(timeout=5)
            await message.ack()
            return message.body

    async def is_let_in(self) -> bool:
        """Tell whether the broker takes the credentials."""
        try:
            async with self.channel():
                return True
        except (AuthenticationError, ProbableAuthenticationError, ConnectionClosed, InvalidFrameError):
            return False


async def announce(vhost: Vhost, event_type: str, body: bytes = b"{}") -> None:
    """Publish to the public stream as reporting does."""
    async with await aio_pika.connect(vhost.url("reporting")) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("public", ensure=False)
        message = aio_pika.Message(body, delivery_mode=2, timestamp=datetime.now(UTC))
        await exchange.publish(message, routing_key=event_type)
