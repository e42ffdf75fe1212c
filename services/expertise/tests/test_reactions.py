import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.mongo import Mongo
from chassis.receive import Receiver
from contracts.envelope import Envelope
from contracts.registry import (
    InstitutionRegisteredV1,
    InstitutionRenamedV1,
    MembershipEndedV1,
    MembershipGrantedV1,
    StatusExtendedV1,
    StatusGrantedV1,
    StatusRevokedV1,
)
from contracts.transfer import BankEntryNominatedV1, ConsultationGivenV1
from expertise.references.store import COLLECTIONS

# Subjects in the order in which their owner announced the facts: the sequence is the version of the record.
STORIES = (
    ("institution_id", (InstitutionRegisteredV1, InstitutionRenamedV1)),
    ("status_id", (StatusGrantedV1, StatusExtendedV1, StatusRevokedV1)),
    ("membership_id", (MembershipGrantedV1, MembershipEndedV1)),
    ("consultation_id", (ConsultationGivenV1,)),
    ("entry_id", (BankEntryNominatedV1,)),
)


def message(model, subject_field: str, sequence: int) -> tuple[dict[str, Any], bytes]:
    body = model.example()
    envelope = Envelope(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, model.type)),
        source="/" + model.type.split(".")[0],
        type=model.type,
        subject=body[subject_field],
        time=datetime(2023, 11, 20, tzinfo=UTC),
        sequence=sequence,
    )
    return envelope.headers(), json.dumps(body).encode()


MESSAGES = [
    message(model, field, sequence) for field, models in STORIES for sequence, model in enumerate(models, start=1)
]


async def copies(mongo: Mongo) -> dict[str, list[dict[str, Any]]]:
    return {name: await mongo.plain[name].find({}) for name in COLLECTIONS}


@pytest.fixture
async def empty(council, servers):
    for name in (*COLLECTIONS, "inbox"):
        await council.mongo.plain[name].delete({"_id": {"$gt": ""}})
    return council


async def deliver(receiver: Receiver, messages) -> list[str]:
    return [await receiver.receive(headers, body) for headers, body in messages]


async def test_every_published_example_of_a_type_we_react_to_is_applied(empty):
    known = {headers["cloudEvents:type"] for headers, _ in MESSAGES}
    assert known == {model.type for _, models in STORIES for model in models}
    assert known == set(empty.receiver._known)
    assert set(await deliver(empty.receiver, MESSAGES)) == {"applied"}


async def test_a_fact_delivered_twice_changes_nothing_the_second_time(empty):
    await deliver(empty.receiver, MESSAGES)
    once = await copies(empty.mongo)
    assert set(await deliver(empty.receiver, MESSAGES)) == {"duplicate"}
    assert await copies(empty.mongo) == once


async def test_facts_in_any_order_leave_the_same_copies(empty):
    await deliver(empty.receiver, MESSAGES)
    expected = await copies(empty.mongo)
    for order in itertools.islice(itertools.permutations(MESSAGES), 0, 200_000, 40_000):
        for name in (*COLLECTIONS, "inbox"):
            await empty.mongo.plain[name].delete({"_id": {"$gt": ""}})
        await deliver(empty.receiver, reversed(order))
        assert without_marks(await copies(empty.mongo)) == without_marks(expected)


def without_marks(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: [{k: v for k, v in row.items() if k != "_seen"} for row in rows] for name, rows in found.items()}


async def test_a_renamed_institution_keeps_its_kind_and_carries_the_new_name(empty):
    await deliver(empty.receiver, MESSAGES[:2][::-1])
    [row] = (await copies(empty.mongo))["institution_copies"]
    assert row["kind"] == InstitutionRegisteredV1.example()["kind"]
    assert row["short_name"] == InstitutionRenamedV1.example()["short_name"]


async def test_an_unreadable_fact_is_parked_and_not_dropped(empty):
    headers, _ = MESSAGES[0]
    assert await empty.receiver.receive(headers, b'{"institution_id": 1}') == "parked"
