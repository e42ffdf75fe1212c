"""A running expert council, the people who use it, and builders that take a matter to the state a test needs."""

import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.mongo import Mongo
from chassis.receive import Receiver
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.registry import InstitutionRegisteredV1, MembershipGrantedV1, StatusGrantedV1
from contracts.transfer import BankEntryNominatedV1, ConsultationGivenV1
from expertise.settings import ExpertiseSettings
from expertise.wiring import wire
from services.expertise.tests.bodies import (
    NINE,
    NIZOVTSEVA,
    Json,
    call_body,
    content_body,
    council_body,
    direction_body,
)
from testkit.http import Client, running_service
from testkit.one_database import folder_database, module_mongo_url

__all__ = ["folder_database", "module_mongo_url"]

UMC, VESTA, CENTRE = "umc", "vesta", "srcn"


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

    async def hear(
        self, model: type[Fact], *, subject: str, sequence: int = 1, event_id: str = "", **fields: Any
    ) -> str:
        """Receive a fact of another service as the bus brings it; return what became of it."""
        body = {**model.example(), **fields}
        envelope = Envelope(
            id=str(uuid.uuid4()),
            source="/" + model.type.split(".")[0],
            type=model.type,
            subject=subject,
            time=datetime.now(UTC),
            sequence=sequence,
        )
        return await self.receiver.receive(envelope.headers(), json.dumps(body).encode())

    async def know_institution(self, institution_id: str, *, name: str, status: str, **term) -> None:
        names: Json = {"institution_id": institution_id, "name": name, "short_name": name}
        assert await self.hear(InstitutionRegisteredV1, subject=institution_id, **names) == "applied"
        status_id = f"{status}-of-{institution_id}"
        fields: Json = {"status_id": status_id, "institution_id": institution_id, "kind": status}
        term = {"valid_from": "2018-01-01", "valid_until": None, **term}
        assert await self.hear(StatusGrantedV1, subject=status_id, **fields, **term) == "applied"

    async def know_member(self, person_id: str, institution_id: str, **term) -> str:
        membership_id = f"{person_id}-at-{institution_id}"
        fields: Json = {"membership_id": membership_id, "person_id": person_id, "institution_id": institution_id}
        term = {"valid_from": "2017-01-01", "valid_until": None, **term}
        assert await self.hear(MembershipGrantedV1, subject=membership_id, **fields, **term) == "applied"
        return membership_id

    async def know_consultation(self, consultant_id: str, application_id: str) -> None:
        consultation_id = f"{consultant_id}-on-{application_id}"
        fields: Json = {
            "consultation_id": consultation_id,
            "consultant_id": consultant_id,
            "application_id": application_id,
        }
        assert await self.hear(ConsultationGivenV1, subject=consultation_id, **fields) == "applied"

    async def know_nomination(self, practice_id: str, *, institution_id: str = "srcn", entry: str = "1", **changes):
        entry_id = f"entry-{entry}-{practice_id}"
        fields: Json = {
            "entry_id": entry_id, "practice_id": practice_id, "institution_id": institution_id,
            "title": "Уроки Мужества", "nominated_on": "2018-03-01", **changes,
        }  # fmt: skip
        assert await self.hear(BankEntryNominatedV1, subject=entry_id, **fields) == "applied"

    async def announced(self, model: type[Fact], **where) -> list[Json]:
        """Return the payloads of the facts of a type that wait for the relay or were sent, in order."""
        rows = await self.mongo.plain["outbox"].find({"aggregate_id": {"$gt": ""}, "type": model.type})
        found = [json.loads(row["body"]) | {"subject": row["aggregate_id"]} for row in rows]
        return [fact for fact in found if where.items() <= fact.items()]


async def acquaint(council: Council) -> None:
    """Let the registry announce the methodical centre, two platforms and the tutor of creative teams."""
    for institution_id, name, kind in ((UMC, "УМЦ", "core"), (VESTA, "КСЦОН «Веста»", "rip"), (CENTRE, "СРЦН", "rip")):
        await council.know_institution(institution_id, name=name, status=kind)
    await council.know_member("tutor", UMC)


@pytest.fixture(scope="module")
async def council(module_mongo_url, issuer, free_port) -> AsyncIterator[Council]:
    settings = ExpertiseSettings(
        mongo_url=SecretStr(module_mongo_url),
        rabbitmq_url=SecretStr("amqp://nobody:nothing@127.0.0.1:1/none"),
        http_port=free_port(),
        environment="test",
        **issuer.settings,
    )
    service = wire(settings)
    mongo = service.open_mongo()
    receiver = Receiver(mongo, settings, service.name, service.known)
    async with running_service(service, issuer) as client:
        running = Council(client, receiver, mongo)
        await acquaint(running)
        yield running
    await mongo.close()


@pytest.fixture(scope="session")
def direction_of() -> Callable[..., Json]:
    return direction_body


@pytest.fixture
def agreed_direction(council: Council) -> Callable[..., Awaitable[Json]]:
    async def make(**changes) -> Json:
        proposed = (await council.curator.post("/v1/directions", direction_body(**changes))).expect(201)
        agreement = {"agreed_on": "2018-02-01", "act_id": None}
        return (await council.official.post(f"/v1/directions/{proposed['id']}/agreement", agreement)).expect(200)

    return make


@pytest.fixture(scope="session")
def call_of() -> Callable[..., Json]:
    return call_body


@pytest.fixture
def open_call(council: Council, agreed_direction) -> Callable[..., Awaitable[Json]]:
    async def make(**changes) -> Json:
        direction_id = changes.pop("direction_id", None) or (await agreed_direction())["id"]
        return (await council.curator.post("/v1/calls", call_body(direction_id, **changes))).expect(201)

    return make


@pytest.fixture(scope="session")
def content_of() -> Callable[..., Json]:
    return content_body


class Matters:
    """Takes an application to the state that a test begins with."""

    def __init__(self, council: Council, open_call) -> None:
        self.council, self.open_call = council, open_call

    async def drafted(self, **changes) -> Json:
        rules = changes.pop("call", None) or {}
        call_id = changes.pop("call_id", None) or (await self.open_call(**rules))["id"]
        body = content_body(call_id=call_id, institution_id=VESTA, drafted_on="2018-02-06", **changes)
        return (await self.council.specialist.post("/v1/applications", body)).expect(201)

    async def step(self, person: Client, application: Json, step: str, **body) -> Json:
        return (await person.post(f"/v1/applications/{application['id']}/{step}", body)).expect(200)

    async def submitted(self, **changes) -> Json:
        drafted = await self.drafted(**changes)
        return await self.step(self.council.head, drafted, "submission", submitted_on="2018-03-01")

    async def admitted(self, **changes) -> Json:
        submitted = await self.submitted(**changes)
        return await self.step(self.council.curator, submitted, "admission", admitted_on="2018-03-10")

    async def with_opinion(self, **changes) -> Json:
        admitted = await self.admitted(**changes)
        opinion = {"favourable": True, "text": "Готов к защите", "signed_on": "2018-03-20"}
        return await self.step(self.council.supervisor, admitted, "opinion", **opinion)

    async def of_institution(self, head: Client, institution_id: str, call: Json) -> Json:
        """Take an application of another institution through admission, opinion and two reviews."""
        body = content_body(call_id=call["id"], institution_id=institution_id, drafted_on="2018-02-06")
        drafted = (await head.post("/v1/applications", body)).expect(201)
        await self.step(head, drafted, "submission", submitted_on="2018-03-01")
        await self.step(self.council.curator, drafted, "admission", admitted_on="2018-03-10")
        opinion = {"favourable": True, "text": "Готов к защите", "signed_on": "2018-03-20"}
        await self.step(self.council.supervisor, drafted, "opinion", **opinion)
        for expert_id in ("expert-1", "expert-2"):
            await self.reviewed(drafted, expert_id, novelty=80, effect=80)
        return drafted

    async def assigned(self, application: Json, expert_id: str) -> Json:
        body = {"application_id": application["id"], "expert_id": expert_id, "assigned_on": "2018-03-21"}
        return (await self.council.curator.post("/v1/reviews", body)).expect(201)

    async def reviewed(self, application: Json, expert_id: str, *, novelty: int, effect: int) -> Json:
        review = await self.assigned(application, expert_id)
        path, expert = f"/v1/reviews/{review['id']}", self.council.expert(expert_id)
        marks = [{"criterion": "novelty", "value": novelty}, {"criterion": "effect", "value": effect}]
        (await expert.put(path, {"marks": marks, "comment": "Подробно"}, if_match='"v1"')).expect(200)
        return (await expert.post(f"{path}/completion", {"completed_on": "2018-03-28"})).expect(200)

    async def ready(self, **changes) -> Json:
        application = await self.with_opinion(**changes)
        for expert_id in ("expert-1", "expert-2"):
            await self.reviewed(application, expert_id, novelty=80, effect=80)
        return application


@pytest.fixture
def matters(council: Council, open_call) -> Matters:
    return Matters(council, open_call)


@pytest.fixture(scope="session")
def council_of() -> Callable[..., Json]:
    return council_body


class Hall:
    """Takes a session of a council of nine to the state that a test begins with."""

    def __init__(self, council: Council) -> None:
        self.council = council

    async def formed(self, **changes) -> Json:
        return (await self.council.official.post("/v1/councils", council_body(**changes))).expect(201)

    async def scheduled(self, items: list[Json], *, held_on: str = "2018-04-20", council_id: str = "") -> Json:
        council_id = council_id or (await self.formed())["id"]
        body = {"council_id": council_id, "title": "Открытая защита", "held_on": held_on, "items": items}
        return (await self.council.secretary.post("/v1/sessions", body)).expect(201)

    async def present(self, session: Json, number: int) -> Json:
        path, people = f"/v1/sessions/{session['id']}/presence", {"present_ids": NINE[:number]}
        return (await self.council.secretary.put(path, people, if_match="*")).expect(200)

    async def opened(self, items: list[Json], *, present: int = 6, **changes) -> Json:
        session = await self.scheduled(items, **changes)
        await self.present(session, present)
        return (await self.council.secretary.post(f"/v1/sessions/{session['id']}/opening", {})).expect(200)

    async def decide(self, session: Json, item: int = 1, *, votes: tuple[int, int, int] = (6, 0, 0), **changes):
        tally = dict(zip(("votes_for", "votes_against", "abstained"), votes, strict=True))
        body = {"item": item, "tally": tally, **changes}
        return await self.council.secretary.post(f"/v1/sessions/{session['id']}/decisions", body)

    async def closed(self, session: Json) -> Json:
        return (await self.council.secretary.post(f"/v1/sessions/{session['id']}/closing", {})).expect(200)


@pytest.fixture
def hall(council: Council) -> Hall:
    return Hall(council)


@pytest.fixture(scope="session")
def project_item() -> Callable[..., Json]:
    return lambda application, **changes: {"subject_kind": "project", "subject_id": application["id"], **changes}


@pytest.fixture(scope="session")
def practice_item() -> Callable[[str], Json]:
    return lambda practice_id: {"subject_kind": "practice", "subject_id": practice_id}
