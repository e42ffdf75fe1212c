"""A partner as the tests of contributions meet it: its integration, its broker account, what it tells."""

import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aio_pika
from aio_pika.abc import AbstractExchange

from contracts.inbound import CATALOGUE
from contracts.registry import IntegrationGrantedV1
from testkit import Vhost, dated

CONSULTATION, PUBLICATION = "partner.consultation.given.v1", "partner.publication.released.v1"
ATTENDANCE = "partner.attendance.recorded.v1"
EVERYTHING = (CONSULTATION, PUBLICATION, ATTENDANCE)
PASSWORD = "a-partners-password-1"
CONTACT = "contact-1"
KAMCHATKA = timedelta(hours=12)
"""How far the easternmost day of the country is ahead of UTC."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Told:
    """A message that a partner sends; every part of it may be wrong."""

    body: bytes
    headers: Mapping[str, Any]
    routing_key: str
    content_type: str | None = "application/json"
    user_id: str | None = None
    """The partner's own unless told otherwise; an empty one is left out."""

    @property
    def id(self) -> str:
        return str(self.headers["cloudEvents:id"])


def attributes(event_type: str, **further: Any) -> dict[str, Any]:
    """Return CloudEvents attributes; None leaves one out, a time may be given as far from now."""
    told = {
        "specversion": "1.0",
        "id": f"c-{next(_numbers)}",
        "source": "/crm",
        "type": event_type,
        "time": datetime.now(UTC).isoformat(),
    } | further
    if isinstance(told["time"], timedelta):
        told["time"] = (datetime.now(UTC) + told["time"]).isoformat()
    return {name: value for name, value in told.items() if value is not None}


def content(event_type: str, **fields: Any) -> dict[str, Any]:
    """Return the published example of a type with fields of one's own; days may be given as far from Kamchatka's."""
    return CATALOGUE[event_type].example() | dated(fields, ahead=KAMCHATKA)


@dataclass(frozen=True)
class Partner:
    """A partner's system with its own credentials at the broker."""

    vhost: Vhost
    name: str
    institution: str
    integration_id: str

    @property
    def user(self) -> str:
        return f"{self.vhost.user_prefix}partner.{self.name}"

    def grant(self, *sends: str, valid_until: str = "2999-12-31") -> IntegrationGrantedV1:
        """What the registry announces of it."""
        return IntegrationGrantedV1.model_validate(
            {
                "integration_id": self.integration_id,
                "institution_id": self.institution,
                "name": self.name,
                "receives": (),
                "sends": sends or EVERYTHING,
                "contact_person_id": CONTACT,
                "valid_until": valid_until,
            }
        )

    async def open_account(self) -> None:
        """Give it the rights that the registry gives: to tell every type, and nothing else."""
        user, partners = quote(self.user, safe=""), self.vhost.partners
        at, call = f"{quote(partners.name, safe='')}/{user}", partners.access.call
        await call("PUT", f"users/{user}", {"password": PASSWORD, "tags": ""})
        await call("PUT", f"permissions/{at}", {"configure": "^$", "write": "^inbound$", "read": "^$"})
        anything = {"exchange": "inbound", "write": r"^partner\.", "read": "^$"}
        await call("PUT", f"topic-permissions/{at}", anything)

    def event(self, event_type: str = CONSULTATION, *, data: Any = None, **further: Any) -> Told:
        """Return a message about the partner's institution; `data` are other fields, or another body."""
        fields = {"institution_id": self.institution} | (data if isinstance(data, dict) else {})
        body = data if isinstance(data, bytes) else json.dumps(content(event_type, **fields)).encode()
        properties = {key: further.pop(key) for key in ("routing_key", "content_type", "user_id") if key in further}
        prefix = further.pop("prefix", "cloudEvents:")
        headers = {f"{prefix}{name}": value for name, value in attributes(event_type, **further).items()}
        return Told(body, headers, **{"routing_key": event_type, **properties})

    @asynccontextmanager
    async def exchange(self) -> AsyncIterator[AbstractExchange]:
        """Connect as the partner."""
        url = self.vhost.access.url(self.user, PASSWORD, vhost=self.vhost.partners.name)
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            yield await channel.get_exchange("inbound", ensure=False)

    async def tell(self, *events: Told) -> None:
        """Send messages, each confirmed by the broker."""
        async with self.exchange() as exchange:
            for event in events:
                named = self.user if event.user_id is None else event.user_id
                message = aio_pika.Message(
                    event.body,
                    headers=dict(event.headers),
                    content_type=event.content_type,
                    user_id=named or None,
                    delivery_mode=2,
                )
                await exchange.publish(message, routing_key=event.routing_key, mandatory=True)


def soon(**ahead: float) -> str:
    """Return a time from now."""
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()
