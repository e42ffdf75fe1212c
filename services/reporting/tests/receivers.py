"""Receivers of webhooks over real HTTP, a feed to tell them of, and the courier that does."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uuid_utils
from aiohttp import web

from chassis.mongo import Mongo
from contracts.envelope import Envelope
from contracts.public import CATALOGUE
from contracts.registry import IntegrationGrantedV1
from reporting.deliveries.courier import Courier, Pace
from reporting.deliveries.domain import Patience
from reporting.deliveries.egress import Egress, Limits, Resolver
from reporting.webhooks.addresses import EgressRules
from reporting.webhooks.vault import Vault
from testkit import Client

WEBHOOK_KEY = "3Jx0W5oZl9Gq3Yk1cQm7u2pB8vT4nE6rS0dF1hA2jK4="
INTEGRATION = "0190a000-0000-7000-8000-00000000ab01"
PARTNER = "0190a000-0000-7000-8000-000000000101"
HELD = "transfer.event.held.v1"
GIVEN = "transfer.consultation.given.v1"
SOON = Patience(first=timedelta(milliseconds=20), longest=timedelta(milliseconds=200))
OUT = EgressRules(ports=(), plain_http=True, networks=("127.0.0.1/32",))
Answering = Callable[["Received"], Awaitable[web.StreamResponse | None]]


@dataclass
class Received:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes
    request: web.Request

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A partner's endpoint; `answer` decides what it says, 200 when that is None."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Answering | None = None
    most_at_once: int = 0
    now: int = 0

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    async def take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        one = Received(headers, await request.read(), request)
        self.received.append(one)
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        try:
            said = await self.answer(one) if self.answer else None
        finally:
            self.now -= 1
        return said or web.Response(text="ok")

    def saying(self, status: int, text: str = "", **headers: str) -> None:
        """Answer every request so."""

        async def answer(_: Received) -> web.StreamResponse:
            return web.Response(status=status, text=text, headers=headers)

        self.answer = answer


@asynccontextmanager
async def receiving(host: str = "127.0.0.1", port: int = 0, ssl: Any = None) -> AsyncIterator[Receiver]:
    """Run a partner's endpoint."""
    receiver, app = Receiver(), web.Application(client_max_size=1024**2)
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=ssl).start()
    receiver.url = f"{'https' if ssl else 'http'}://{host}:{runner.addresses[0][1]}/events"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@dataclass
class Names:
    """A resolver whose names lead to each of their answers in turn, and to the last one from then on."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str) -> list[str]:
        self.asked.append(host)
        turns = self.answers.get(host)
        if not turns:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return turns.pop(0) if len(turns) > 1 else turns[0]


@dataclass
class Feed:
    """Writes the feed as its numberer does."""

    mongo: Mongo
    position: int = 0
    sequences: dict[str, int] = field(default_factory=dict)

    async def tell(self, *subjects: str, event_type: str = HELD) -> list[str]:
        """Number one event per subject, in this order; return their ids."""
        rows = [self._row(subject, event_type) for subject in subjects]
        await self.mongo.plain["feed"].insert(*rows)
        return [row["_id"] for row in rows]

    def _row(self, subject: str, event_type: str) -> dict[str, Any]:
        self.position += 1
        self.sequences[subject] = self.sequences.get(subject, 0) + 1
        now = datetime.now(UTC)
        envelope = Envelope(
            id=str(uuid_utils.uuid7()),
            source="/transfer",
            type=event_type,
            subject=subject,
            time=now,
            sequence=self.sequences[subject],
        )
        return {
            "_id": envelope.id,
            "aggregate_id": subject,
            "sequence": envelope.sequence,
            "ordinal": 0,
            "type": event_type,
            "headers": envelope.headers(),
            "body": json.dumps(CATALOGUE[event_type].example()).encode(),
            "state": "new",
            "attempts": 0,
            "created_at": now,
            "next_at": now,
            "time": now,
            "position": self.position,
            "numbered_at": now,
        }


def granted(receives: Iterable[str] = ("*",), *, until: date = date(2100, 1, 1), **fields: str) -> IntegrationGrantedV1:
    """Return the registry's word that a partner may receive."""
    return IntegrationGrantedV1.model_validate(
        {
            "integration_id": INTEGRATION,
            "institution_id": PARTNER,
            "name": "omsk-resource-centre",
            "receives": tuple(receives),
            "sends": (),
            "contact_person_id": "0190a000-0000-7000-8000-000000000201",
            "valid_until": until,
            **fields,
        }
    )


@asynccontextmanager
async def delivering(
    mongo: Mongo, *, resolver: Resolver | None = None, patience: Patience = SOON, rules: EgressRules = OUT, **pace: Any
) -> AsyncIterator[Courier]:
    """Run the courier in this process."""
    limits = Limits(connect_seconds=1, total_seconds=pace.pop("total_seconds", 2), ca_file=pace.pop("ca_file", None))
    quick: dict[str, Any] = {"poll_seconds": 0.02, "lease_seconds": 2, **pace}
    async with Egress(rules, limits, resolver) as egress:
        courier = Courier(
            mongo, Vault(WEBHOOK_KEY), egress.post, lambda: datetime.now(UTC), Pace(patience=patience, **quick)
        )
        running = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def registered(
    partner: Client, receiver: Receiver, types: Iterable[str] = ("*",), *, host: str = "127.0.0.1"
) -> dict[str, Any]:
    url = receiver.url.replace("127.0.0.1", host)
    made: dict[str, Any] = (await partner.post("/v1/webhooks", {"url": url, "types": list(types)})).expect(201)
    return made


async def log(partner: Client, webhook: dict[str, Any], *, state: str | None = None) -> dict[str, dict[str, Any]]:
    found = (await partner.get(f"/v1/webhooks/{webhook['id']}/deliveries", state=state)).expect(200)["items"]
    return {one["event_id"]: one for one in found}


async def shown_of(partner: Client, webhook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await partner.get(f"/v1/webhooks/{webhook['id']}")).expect(200)
    return found
