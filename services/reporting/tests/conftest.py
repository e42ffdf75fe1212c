"""Builders and the running service for the tests of reporting."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.app import OWN_COLLECTIONS
from chassis.mongo import Mongo
from chassis.parked import Disposition
from chassis.receive import Receiver
from contracts.envelope import Envelope
from contracts.fact import Fact
from local_platform.servers import Servers
from reporting.settings import ReportingSettings
from reporting.wiring import wire
from services.reporting.tests.declared import DECLARED, PROPOSALS
from services.reporting.tests.receivers import INTEGRATION, PARTNER, WEBHOOK_KEY, Feed, granted, receiving
from services.reporting.tests.receivers import Receiver as Partner
from services.reporting.tests.year_2023 import DEPARTMENT, IRKUTSK, OCTOBER, VESTA, vologda_year
from testkit import Answer, Client, Issuer, fresh_database, running_service
from testkit.one_database import folder_database, mongo_url

__all__ = ["folder_database", "mongo_url"]

Announced = tuple[Envelope, Fact]
FEED_KEY = "a-key-that-names-nobody-in-tests-1"


@dataclass
class Announcer:
    """Puts facts into envelopes as the owning services do: the sequence of a subject grows with each fact about it."""

    seed: int = 0
    sequences: dict[str, int] = field(default_factory=dict)

    def __call__(self, fact: Fact, subject: str | None = None, *, at: datetime | None = None) -> Announced:
        subject = subject or next(str(value) for value in fact.model_dump().values())
        self.sequences[subject] = self.sequences.get(subject, 0) + 1
        self.seed += 1
        envelope = Envelope(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}{subject}")),
            source=f"/{fact.type.split('.')[0]}",
            type=fact.type,
            subject=subject,
            time=at or datetime(2024, 1, 10, 9, tzinfo=UTC),
            sequence=self.sequences[subject],
        )
        return envelope, fact


@dataclass
class Running:
    """The service in this process with a database of its own, and its inbox."""

    client: Client
    mongo: Mongo
    receiver: Receiver
    collections: tuple[str, ...]

    async def hears(self, announced: Announced) -> Disposition:
        envelope, fact = announced
        return await self.receiver.receive(envelope.headers(), fact.model_dump_json().encode())

    async def hears_all(self, announced: Iterable[Announced]) -> None:
        for one in announced:
            assert await self.hears(one) in ("applied", "duplicate"), one

    async def documents(self, collection: str) -> list[dict[str, Any]]:
        return await self.mongo.plain[collection].find({"_id": {"$gte": ""}})

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {name: await self.mongo.plain[name].find({}) for name in self.collections}

    async def forget(self) -> None:
        for collection in self.collections:
            await self.mongo.plain[collection].delete({})

    async def remember(self, everything: Mapping[str, list[dict[str, Any]]]) -> None:
        """Take over what another instance has written."""
        for collection, documents in everything.items():
            if documents:
                await self.mongo.plain[collection].insert(*documents)


@pytest.fixture
def announce() -> Announcer:
    return Announcer()


@asynccontextmanager
async def _reporting(mongo_url: str, issuer: Issuer, port: int) -> AsyncIterator[Running]:
    settings = ReportingSettings(
        mongo_url=SecretStr(mongo_url),
        rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
        http_port=port,
        environment="test",
        feed_pseudonym_key=SecretStr(FEED_KEY),
        webhook_secret_key=SecretStr(WEBHOOK_KEY),
        webhook_ports=(),
        webhook_plain_http=True,
        webhook_networks=("127.0.0.1/32",),
        **issuer.settings,
    )
    service = wire(settings)
    async with running_service(service, issuer) as client:
        mongo = Mongo(mongo_url)
        receiver = Receiver(mongo, settings, "reporting", service.known)
        yield Running(client, mongo, receiver, (*OWN_COLLECTIONS, *service.collections))
        await mongo.close()


@pytest.fixture(scope="session")
async def _served(servers: Servers, issuer: Issuer, free_port: Callable[[], int]) -> AsyncIterator[Running]:
    async with fresh_database(servers.mongo, "reporting") as url, _reporting(url, issuer, free_port()) as running:
        yield running


@pytest.fixture
async def running(_served: Running) -> Running:
    """The service with empty collections."""
    await _served.forget()
    return _served


@pytest.fixture
def feed(running: Running) -> Feed:
    return Feed(running.mongo)


@pytest.fixture
async def partner(running: Running, announce: Announcer) -> Client:
    """The key of a partner's system: its institution, the scope, and nothing else."""
    assert await running.hears(announce(granted(), INTEGRATION)) == "applied"
    return running.client.acting_as("api-key:1", memberships={PARTNER: ("specialist",)}, scope="webhooks.manage")


@pytest.fixture
async def receiver() -> AsyncIterator[Partner]:
    """An endpoint of the partner."""
    async with receiving() as found:
        yield found


@pytest.fixture(scope="session")
def year_2023() -> list[Announced]:
    announce = Announcer()
    return [announce(fact, subject) for fact, subject in vologda_year()]


@pytest.fixture(scope="session")
async def informed(
    servers: Servers, issuer: Issuer, free_port: Callable[[], int], year_2023: list[Announced]
) -> AsyncIterator[Running]:
    """The service after it has heard everything of 2023, shared by all tests that only read."""
    async with fresh_database(servers.mongo, "reporting") as url, _reporting(url, issuer, free_port()) as running:
        await running.hears_all(year_2023)
        yield running


@pytest.fixture(scope="session")
async def heard(informed: Running) -> dict[str, list[dict[str, Any]]]:
    """What the service has written about 2023 before anybody asked for a report: collection → documents."""
    return await informed.everything()


@pytest.fixture
def reporting_on(issuer: Issuer, free_port: Callable[[], int]) -> Callable[[str], AbstractAsyncContextManager[Running]]:
    """The service in this process on a database that other processes use too."""
    return lambda mongo_url: _reporting(mongo_url, issuer, free_port())


@dataclass
class People:
    """Those who write, agree, approve and look on."""

    author: Client
    head: Client
    official: Client
    curator: Client
    stranger: Client
    minister_elsewhere: Client


def _people(client: Client) -> People:
    return People(
        author=client.acting_as("specialist", memberships={OCTOBER: ("specialist",)}),
        head=client.acting_as("verevokina", memberships={OCTOBER: ("head",)}),
        official=client.acting_as("ryndin", roles=("official",), memberships={DEPARTMENT: ("head",)}),
        curator=client.acting_as("curator", roles=("curator",)),
        stranger=client.acting_as("elsewhere", memberships={VESTA: ("head", "specialist")}),
        minister_elsewhere=client.acting_as("minister", roles=("official",), memberships={IRKUTSK: ("head",)}),
    )


@pytest.fixture
def people(running: Running) -> People:
    return _people(running.client)


@pytest.fixture(scope="session")
def readers(informed: Running) -> People:
    return _people(informed.client)


@dataclass
class Draft:
    """A report on its way; `say` declares, the rest are the steps of the workflow."""

    people: People
    path: str

    async def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.people.author.get(self.path)).expect(200)
        return found

    async def row(self, key: str) -> dict[str, Any]:
        rows = {row["key"]: row for row in (await self.shown())["indicators"]}
        found: dict[str, Any] = rows[key]
        return found

    async def say(self, *indicators: dict[str, Any], **fields: Any) -> Answer:
        etag = (await self.people.author.get(self.path)).etag
        return await self.people.author.patch(self.path, {"indicators": indicators, **fields}, if_match=etag)

    async def fill_in(self) -> None:
        (await self.say(*DECLARED, proposals=PROPOSALS)).expect(200)

    async def submit(self, day: str | None = "2024-01-12") -> Answer:
        return await self.people.author.post(f"{self.path}/submission", {"submitted_on": day})

    async def agree(self, day: str | None = "2024-01-15") -> Answer:
        return await self.people.head.post(f"{self.path}/agreement", {"agreed_on": day})

    async def approve(self, day: str | None = "2024-01-15", **fields: Any) -> Answer:
        return await self.people.official.post(f"{self.path}/approval", {"approved_on": day, **fields})

    async def supplement(self, text: str, day: str, **fields: Any) -> Answer:
        body = {"text": text, "supplemented_on": day, **fields}
        return await self.people.head.post(f"{self.path}/addenda", body)

    async def through_approval(self) -> None:
        await self.fill_in()
        (await self.submit()).expect(200)
        (await self.agree()).expect(200)
        (await self.approve()).expect(200)


async def _open(people: People) -> Draft:
    opened = await people.author.post("/v1/reports", {"institution_id": OCTOBER, "year": 2023})
    return Draft(people, f"/v1/reports/{opened.expect(201)['id']}")


@pytest.fixture
async def drafted(running: Running, people: People, heard: dict[str, list[dict[str, Any]]]) -> Draft:
    """A report just opened, after everything of 2023 has been heard."""
    await running.remember(heard)
    return await _open(people)


@pytest.fixture(scope="session")
async def approved(heard: dict[str, list[dict[str, Any]]], readers: People) -> Draft:
    """An approved report, shared by the tests that only read it."""
    assert heard
    draft = await _open(readers)
    await draft.through_approval()
    return draft
