"""Builders and the running service for the tests of reporting."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.app import prepare
from chassis.mongo import Mongo
from chassis.receive import Disposition, Receiver
from contracts.envelope import Envelope
from contracts.fact import Fact
from reporting.settings import ReportingSettings
from reporting.wiring import wire
from testkit import Client, Issuer, running_service

Announced = tuple[Envelope, Fact]


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

    async def hears(self, announced: Announced) -> Disposition:
        envelope, fact = announced
        return await self.receiver.receive(envelope.headers(), fact.model_dump_json().encode())

    async def hears_all(self, announced: Iterable[Announced]) -> None:
        for one in announced:
            assert await self.hears(one) in ("applied", "duplicate"), one

    async def documents(self, collection: str) -> list[dict[str, Any]]:
        return await self.mongo.plain[collection].find({"_id": {"$gte": ""}})


@pytest.fixture
def announce() -> Announcer:
    return Announcer()


@pytest.fixture
def settings_for(issuer: Issuer, free_port: Callable[[], int]) -> Callable[[str], ReportingSettings]:
    def settings(mongo_url: str) -> ReportingSettings:
        return ReportingSettings(
            mongo_url=SecretStr(mongo_url),
            rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
            http_port=free_port(),
            environment="test",
            **issuer.settings,
        )

    return settings


@pytest.fixture
async def running(
    mongo_url: str, issuer: Issuer, settings_for: Callable[[str], ReportingSettings]
) -> AsyncIterator[Running]:
    settings = settings_for(mongo_url)
    service = wire(settings)
    async with running_service(service, issuer) as client:
        mongo = Mongo(mongo_url)
        await prepare(service, mongo)
        yield Running(client, mongo, Receiver(mongo, settings, "reporting", service.known))
        await mongo.close()
