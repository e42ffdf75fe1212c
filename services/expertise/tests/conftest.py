"""A running expert council, the people who use it, and builders that take a matter to the state a test needs."""

import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from chassis.mongo import Mongo
from chassis.receive import Receiver
from contracts.envelope import Envelope
from contracts.fact import Fact
from expertise.settings import ExpertiseSettings
from expertise.wiring import wire
from testkit import fresh_database
from testkit.http import Client, running_service

UMC, VESTA, CENTRE = "umc", "vesta", "srcn"
DICHINA, NIZOVTSEVA, BASHIROVA = "dichina", "nizovtseva", "bashirova"


class Council:
    """The service under test seen from all sides: its clients, its inbox, its outbox."""

    def __init__(self, client: Client, receiver: Receiver, mongo: Mongo) -> None:
        self.client, self.receiver, self.mongo = client, receiver, mongo
        self.curator = client.acting_as("curator", roles=("curator",))
        self.official = client.acting_as("official", roles=("official",))
        self.secretary = client.acting_as("secretary", roles=("secretary",))
        self.head = client.acting_as("head", memberships={VESTA: ("head",)})
        self.specialist = client.acting_as("specialist", memberships={VESTA: ("specialist",)})
        self.outsider = client.acting_as("outsider", memberships={CENTRE: ("head",)})
        self.supervisor = client.acting_as(NIZOVTSEVA, roles=("supervisor",))
        self.chair = client.acting_as("member-1", roles=("expert",))

    def expert(self, person_id: str) -> Client:
        return self.client.acting_as(person_id, roles=("expert",))

    async def hear(self, model: type[Fact], *, subject: str, sequence: int = 1, event_id: str = "", **fields) -> str:
        """Receive a fact of another service as the bus brings it; return what became of it."""
        body = {**model.example(), **fields}
        envelope = Envelope(
            id=event_id or str(uuid.uuid4()),
            source="/" + model.type.split(".")[0],
            type=model.type,
            subject=subject,
            time=datetime.now(UTC),
            sequence=sequence,
        )
        return await self.receiver.receive(envelope.headers(), json.dumps(body).encode())

    async def announced(self, model: type[Fact], **where) -> list[dict]:
        """Return the payloads of the facts of a type that wait for the relay or were sent, in order."""
        rows = await self.mongo.plain["outbox"].find({"aggregate_id": {"$gt": ""}, "type": model.type})
        found = [json.loads(row["body"]) | {"subject": row["aggregate_id"]} for row in rows]
        return [fact for fact in found if where.items() <= fact.items()]


@pytest.fixture(scope="module")
async def council(servers, issuer, free_port) -> AsyncIterator[Council]:
    async with fresh_database(servers.mongo, "expertise") as url:
        settings = ExpertiseSettings(
            mongo_url=url,
            rabbitmq_url="amqp://nobody:nothing@127.0.0.1:1/none",
            http_port=free_port(),
            environment="test",
            **issuer.settings,
        )
        service = wire(settings)
        mongo = service.open_mongo()
        receiver = Receiver(mongo, settings, service.name, service.known)
        async with running_service(service, issuer) as client:
            yield Council(client, receiver, mongo)
        await mongo.close()


def direction_body(**changes) -> dict:
    return {
        "title": "Работа с семьями СОП и ТЖС",
        "description": "Сопровождение семей, находящихся в социально опасном положении",
        "programme": "Институт полиформатного образования",
        "supervisor": {"person_id": NIZOVTSEVA, "name": "Низовцева О. В.", "degree": None},
        "proposed_on": "2018-01-20",
        **changes,
    }


@pytest.fixture(scope="session")
def direction_of() -> Callable[..., dict]:
    return direction_body


@pytest.fixture
def agreed_direction(council: Council) -> Callable[..., Awaitable[dict]]:
    async def make(**changes) -> dict:
        proposed = (await council.curator.post("/v1/directions", direction_body(**changes))).expect(201)
        agreement = {"agreed_on": "2018-02-01", "act_id": None}
        return (await council.official.post(f"/v1/directions/{proposed['id']}/agreement", agreement)).expect(200)

    return make


def call_body(direction_id: str, **changes) -> dict:
    return {
        "direction_id": direction_id,
        "title": "Отбор инновационных проектов 2018 года",
        "opens_on": "2018-02-05",
        "closes_on": "2018-03-30",
        "criteria": [
            {"code": "novelty", "title": "Новизна", "weight": 60},
            {"code": "effect", "title": "Социальный эффект", "weight": 40},
        ],
        "scale": {"minimum": 0, "maximum": 100},
        "returns_limit": 2,
        "reviews_required": 2,
        "divergence_threshold": 20,
        **changes,
    }


@pytest.fixture(scope="session")
def call_of() -> Callable[..., dict]:
    return call_body


@pytest.fixture
def open_call(council: Council, agreed_direction) -> Callable[..., Awaitable[dict]]:
    async def make(**changes) -> dict:
        direction_id = changes.pop("direction_id", None) or (await agreed_direction())["id"]
        return (await council.curator.post("/v1/calls", call_body(direction_id, **changes))).expect(201)

    return make
