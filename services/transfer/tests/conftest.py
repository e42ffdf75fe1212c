"""What the tests of technology transfer share: the service behind real HTTP, and facts fed to it."""

import json
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.app import prepare
from chassis.mongo import Mongo
from chassis.receive import Receiver
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.registry import InstitutionRegisteredV1, StatusGrantedV1
from testkit import Client, Issuer, running_service
from transfer.settings import TransferSettings
from transfer.wiring import wire

UMC, VESTA, OKTYABR, SRCN = "umc", "vesta", "oktyabr", "srcn"
SITES = ("site-1", "site-2", "site-3", "site-4", "site-5")
NAMES = {
    UMC: "УМЦ развития социального обслуживания",
    VESTA: "КСЦОН «Веста»",
    OKTYABR: "Октябрьский дом-интернат",
    SRCN: "СРЦН г. Иркутска",
} | {site: f"Площадка {site[-1]}" for site in SITES}


class Inbox:
    """Hands facts to the service as its consumer does."""

    def __init__(self, mongo: Mongo, settings: TransferSettings) -> None:
        self.mongo = mongo
        self._receiver = Receiver(mongo, settings, "transfer", wire(settings).known)

    async def tell(self, fact: Fact, subject: str, *, sequence: int = 1, event_id: str | None = None) -> str:
        """Hand one fact over; return what became of it."""
        envelope = Envelope(
            id=event_id or str(uuid.uuid4()),
            source=f"/{fact.type.partition('.')[0]}",
            type=fact.type,
            subject=subject,
            time=datetime.now(UTC),
            sequence=sequence,
            correlationid="test",
        )
        return await self._receiver.receive(envelope.headers(), fact.model_dump_json().encode())

    async def announced(self, fact_type: str) -> list[dict[str, Any]]:
        """Return the bodies of the facts of a type that the service recorded, in their order."""
        rows = await self.mongo.motor["outbox"].find({"type": fact_type}).sort("_id", 1).to_list(None)
        return [json.loads(row["body"]) | {"subject": row["aggregate_id"]} for row in rows]


async def tell_the_registry(inbox: Inbox) -> None:
    """Announce the institutions of the tests: two РИП («Веста», СРЦН) and five sites, all since 2018."""
    for institution_id, name in NAMES.items():
        card = InstitutionRegisteredV1.example() | {
            "institution_id": institution_id, "name": name, "short_name": name, "municipality": "Ангарский округ",
        }  # fmt: skip
        assert await inbox.tell(InstitutionRegisteredV1.model_validate(card), institution_id) == "applied"
    holders = [(VESTA, "rip"), (SRCN, "rip"), (UMC, "core"), *((site, "site") for site in SITES)]
    for institution_id, kind in holders:
        status = {"status_id": f"status-{institution_id}", "institution_id": institution_id, "kind": kind}
        grant = StatusGrantedV1.model_validate(status | {"act_id": "act-1", "valid_from": "2018-01-01"})
        assert await inbox.tell(grant, grant.status_id) == "applied"


@pytest.fixture(scope="module")
async def settings(module_mongo_url: str, issuer: Issuer, free_port: Callable[[], int]) -> TransferSettings:
    given = {"mongo_url": module_mongo_url, "rabbitmq_url": "amqp://127.0.0.1:1", "http_port": free_port()}
    return TransferSettings.model_validate({"environment": "test", **given, **issuer.settings})


@pytest.fixture(scope="module")
async def inbox(settings: TransferSettings) -> AsyncIterator[Inbox]:
    mongo = Mongo(settings.mongo_url.get_secret_value())
    await prepare(wire(settings), mongo)
    yield Inbox(mongo, settings)
    await mongo.close()


@pytest.fixture(scope="module")
async def client(settings: TransferSettings, issuer: Issuer, inbox: Inbox) -> AsyncIterator[Client]:
    await tell_the_registry(inbox)
    async with running_service(wire(settings), issuer) as anonymous:
        yield anonymous


@pytest.fixture(scope="module")
def curator(client: Client) -> Client:
    return client.acting_as("curator-1", roles=("curator",))


@pytest.fixture(scope="module")
def specialist_of(client: Client) -> Callable[[str], Client]:
    """Return the client of a specialist of an institution."""
    return lambda institution_id: client.acting_as(f"{institution_id}-1", memberships={institution_id: ("specialist",)})


@pytest.fixture(scope="module")
def vesta(specialist_of: Callable[[str], Client]) -> Client:
    return specialist_of(VESTA)


@pytest.fixture(scope="module")
def oktyabr(specialist_of: Callable[[str], Client]) -> Client:
    return specialist_of(OKTYABR)
