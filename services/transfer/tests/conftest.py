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
from contracts.expertise import VerdictIssuedV1
from contracts.fact import Fact
from contracts.registry import InstitutionRegisteredV1, StatusGrantedV1
from services.transfer.tests.partnering import Partner
from testkit import Client, Issuer, Vhost, eventually, running_service
from testkit.one_database import folder_database, module_mongo_url, mongo_url
from transfer.settings import TransferSettings
from transfer.wiring import wire

__all__ = ["folder_database", "module_mongo_url", "mongo_url"]

UMC, VESTA, OKTYABR, SRCN = "umc", "vesta", "oktyabr", "srcn"
SITES = ("site-1", "site-2", "site-3", "site-4", "site-5")
NAMES = {
    UMC: "УМЦ развития социального обслуживания",
    VESTA: "КСЦОН «Веста»",
    OKTYABR: "Октябрьский дом-интернат",
    SRCN: "СРЦН г. Иркутска",
} | {site: f"Площадка {site[-1]}" for site in SITES}
MUNICIPALITIES = {"site-2": "Иркутск"}


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

    async def announced(self, fact_type: str, subject: str | None = None) -> list[dict[str, Any]]:
        """Return the bodies of the facts of a type that the service recorded, in their order."""
        rows = await self.mongo.motor["outbox"].find({"_id": {"$gt": ""}}).sort("_id", 1).to_list(None)
        told = [json.loads(row["body"]) | {"subject": row["aggregate_id"]} for row in rows if row["type"] == fact_type]
        return [fact for fact in told if subject in (None, fact["subject"])]


async def tell_the_registry(inbox: Inbox) -> None:
    """Announce the institutions of the tests: two РИП («Веста», СРЦН) and five sites, all since 2018."""
    for institution_id, name in NAMES.items():
        card = InstitutionRegisteredV1.example() | {
            "institution_id": institution_id,
            "name": name,
            "short_name": name,
            "municipality": MUNICIPALITIES.get(institution_id, "Ангарский округ"),
        }
        assert await inbox.tell(InstitutionRegisteredV1.model_validate(card), institution_id) == "applied"
    holders = [(VESTA, "rip"), (SRCN, "rip"), (UMC, "core"), *((site, "site") for site in SITES)]
    for institution_id, kind in holders:
        status = {"status_id": f"status-{institution_id}", "institution_id": institution_id, "kind": kind}
        grant = StatusGrantedV1.model_validate(status | {"act_id": "act-1", "valid_from": "2018-01-01"})
        assert await inbox.tell(grant, grant.status_id) == "applied"


class Reception:
    """The service while it takes in what partners tell."""

    def __init__(self, client: Client, inbox: Inbox, vhost: Vhost) -> None:
        self.inbox, self.vhost = inbox, vhost
        self.curator = client.acting_as("curator-1", roles=("curator",))
        self.administrator = client.acting_as("administrator-1", roles=("administrator",))
        self.client = client

    async def partner(self, name: str, *sends: str, institution: str = VESTA) -> Partner:
        """Return a partner whose integration is granted."""
        partner = Partner(self.vhost, name, institution, f"integration-{name}")
        await partner.open_account()
        assert await self.inbox.tell(partner.grant(*sends), partner.integration_id) == "applied"
        return partner

    async def records(self, collection: str) -> list[dict[str, Any]]:
        """Return what a collection holds."""
        found: list[dict[str, Any]] = await self.inbox.mongo.motor[collection].find({"_id": {"$gt": ""}}).to_list(None)
        return found

    async def refused(self, event_id: str, *, state: str = "quarantined") -> dict[str, Any]:
        """Return the entry of an event in quarantine, whole, once it is there."""
        found: dict[str, Any] = {}

        async def kept() -> None:
            items = (await self.administrator.get("/v1/quarantine", limit=100)).expect(200)["items"]
            of_event = [item for item in items if item["event_id"] == event_id and item["state"] == state]
            assert of_event, f"{event_id} is not {state}"
            found.update((await self.administrator.get(f"/v1/quarantine/{of_event[0]['id']}")).expect(200))

        await eventually(kept, 20)
        return found

    async def taken(self, *event_ids: str) -> list[dict[str, Any]]:
        """Return the ledger's rows of events, once all are taken in."""
        rows: list[dict[str, Any]] = []

        async def all_taken() -> None:
            cursor = self.inbox.mongo.motor["contributions"].find({"_id": {"$gt": ""}})
            rows[:] = [row for row in await cursor.to_list(None) if row["event_id"] in event_ids]
            assert {row["event_id"] for row in rows} == set(event_ids)

        await eventually(all_taken, 30)
        return rows


@pytest.fixture(scope="module")
async def reception(
    module_mongo_url: str, module_vhost: Vhost, issuer: Issuer, free_port: Callable[[], int]
) -> AsyncIterator[Reception]:
    given = {
        "mongo_url": module_mongo_url,
        "rabbitmq_url": module_vhost.url("transfer"),
        "inbound_rabbitmq_url": module_vhost.partners.url("transfer"),
        "partners_user_prefix": module_vhost.user_prefix,
        "retry_seconds": (0.2, 0.2, 0.4),
        "http_port": free_port(),
    }
    settings = TransferSettings.model_validate({"environment": "test", **given, **issuer.settings})
    mongo = Mongo(module_mongo_url)
    await prepare(wire(settings), mongo)
    inbox = Inbox(mongo, settings)
    await tell_the_registry(inbox)
    async with running_service(wire(settings), issuer, consume=True) as client:
        yield Reception(client, inbox, module_vhost)
    await mongo.close()


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


CARD = {
    "institution_id": VESTA,
    "kind": "technology",
    "title": "Семейная гостиная «Разговор с будущим»",
    "target_groups": ["families"],
    "summary": "Цикл встреч родителей, детей и специалистов.",
    "described_on": "2018-05-01",
}
MANUAL = {"theory": "Подход опирается на ресурсы семьи.", "description": "Цикл из трёх встреч."}
GUIDELINES = {
    "steps": [
        {"title": "Знакомство", "action": "Специалист составляет карту ресурсов семьи."},
        {"title": "Встречи", "action": "Три встречи в форматах, которые выбирает семья."},
        {"title": "Итог", "action": "Семья и специалист сверяют карту."},
    ],
    "minimal_staff": ["психолог", "социальный педагог"],
    "documents": ["договор с семьёй"],
    "resources": ["комната для встреч"],
    "risks": ["семья прекращает встречи"],
}


class Transfer:
    """The way of a practice through the service, as people take it."""

    def __init__(self, client: Client, inbox: Inbox) -> None:
        self.inbox = inbox
        self.curator = client.acting_as("curator-1", roles=("curator",))

    async def described(self, **fields: object) -> Any:
        """Return a practice card."""
        return (await self.curator.post("/v1/practices", CARD | fields)).expect(201)

    async def written(self, practice_id: str, institution_id: str = VESTA) -> Any:
        """Return a complete package that has not been published."""
        package = (await self.curator.post("/v1/packages", {"practice_id": practice_id})).expect(201)
        path = f"/v1/packages/{package['id']}"
        authors = [
            {"person_id": "author-1", "institution_id": institution_id},
            {"person_id": "author-2", "institution_id": UMC},
        ]
        (await self.curator.put(f"{path}/manual", MANUAL, if_match='"v1"')).expect(200)
        (await self.curator.put(f"{path}/guidelines", GUIDELINES, if_match='"v2"')).expect(200)
        body = {"authors": authors, "rights": "Права общие"}
        return (await self.curator.put(f"{path}/authors", body, if_match='"v3"')).expect(200)

    async def nominated(self, **fields: object) -> Any:
        """Return the bank entry of a new practice with a published package."""
        practice = await self.described(**fields)
        package = await self.written(practice["id"], practice["institution_id"])
        published = {"published_on": "2018-05-20"}
        (await self.curator.post(f"/v1/packages/{package['id']}/publication", published)).expect(200)
        body = {"practice_id": practice["id"], "nominated_on": "2018-05-25"}
        return (await self.curator.post("/v1/bank-entries", body)).expect(201)

    async def judged(self, practice_id: str, outcome: str, decided_on: str = "2018-06-01", **fields: object) -> str:
        """Tell the verdict of the council; return what became of the message."""
        verdict_id = str(uuid.uuid4())
        said = {"verdict_id": verdict_id, "subject_id": practice_id, "outcome": outcome, "decided_on": decided_on}
        example = VerdictIssuedV1.example() | said
        return await self.inbox.tell(VerdictIssuedV1.model_validate(example | fields), verdict_id)

    async def in_bank(self, **fields: object) -> Any:
        """Return an active entry of the bank."""
        entry = await self.nominated(**fields)
        assert await self.judged(entry["practice_id"], "supported") == "applied"
        return (await self.curator.get(f"/v1/bank-entries/{entry['id']}")).expect(200)

    async def clustered(self, practice_id: str, *sites: str, mentor: str = VESTA, limit: int = 4) -> Any:
        """Return a cluster of a mentor with sites."""
        body = {
            "practice_id": practice_id,
            "mentor_institution_id": mentor,
            "load_limit": limit,
            "formed_on": "2018-06-10",
        }
        cluster = (await self.curator.post("/v1/clusters", body)).expect(201)
        for site in sites:
            body = {"institution_id": site, "attached_on": "2018-06-11"}
            cluster = (await self.curator.post(f"/v1/clusters/{cluster['id']}/sites", body)).expect(200)
        return cluster

    async def seminar(self, practice_id: str | None, *sites: str, kind: str = "hand_over_seminar") -> Any:
        """Return a seminar held by «Веста» that people of the sites attended."""
        body = {
            "institution_id": VESTA,
            "kind": kind,
            "scope": "system",
            "title": "Передача технологии",
            "venue": "Ангарск",
            "practice_id": practice_id,
            "held_on": "2018-06-20",
            "summary": "Обобщено",
        }
        event = (await self.curator.post("/v1/events", body)).expect(201)
        for site in sites:
            came = {"institution_id": site, "persons": 2}
            event = (await self.curator.post(f"/v1/events/{event['id']}/attendance", came)).expect(200)
        return event


@pytest.fixture(scope="module")
def transfer(client: Client, inbox: Inbox) -> Transfer:
    return Transfer(client, inbox)
