"""Partners' messages and a process that dies, a database that goes away, and a crowd of good and bad at once."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chassis.app import prepare
from chassis.mongo import Mongo
from services.transfer.tests.conftest import Inbox, tell_the_registry
from services.transfer.tests.partnering import ATTENDANCE, CONSULTATION, PUBLICATION, Partner, Told, soon
from testkit import DedicatedMongo, Issuer, Vhost, eventually, fresh_database
from transfer.settings import TransferSettings
from transfer.wiring import wire


class Intake:
    """A database and a broker with one partner; processes of the service come and go."""

    def __init__(self, env: dict[str, str], mongo: Mongo, partner: Partner) -> None:
        self.env, self.mongo, self.partner = env, mongo, partner

    async def rows(self, collection: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.mongo.motor[collection].find({"_id": {"$gt": ""}}).to_list(None)
        return found

    async def is_empty(self) -> None:
        assert await self.partner.vhost.partners.depth("inbound") == 0

    async def took_each_once(self, good: list[Told]) -> None:
        """Compare what was told with what there is: ledger, records and facts, one of each per good event."""
        expected = Counter(event.id for event in good)
        ledger = await self.rows("contributions")
        assert Counter(row["event_id"] for row in ledger) == Counter(expected.keys())
        records = [row["_id"] for name in ("consultations", "publications") for row in await self.rows(name)]
        assert sorted(records) == sorted(row["record_id"] for row in ledger)
        announced = [row["aggregate_id"] for row in await self.rows("outbox")]
        assert sorted(announced) == sorted(records)


@asynccontextmanager
async def intake(mongo_url: str, vhost: Vhost, issuer: Issuer, port: int, **env: str) -> AsyncIterator[Intake]:
    told = {
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("transfer"),
        "INBOUND_RABBITMQ_URL": vhost.partners.url("transfer"),
        "PARTNERS_USER_PREFIX": vhost.user_prefix,
        "HTTP_PORT": str(port),
        "ENVIRONMENT": "test",
        "RETRY_SECONDS": "[0.2,0.3]",
        **issuer.env,
        **env,
    }
    settings = TransferSettings.model_validate(
        {name.lower(): value for name, value in told.items()} | {"retry_seconds": (0.2, 0.3)}
    )
    mongo = Mongo(mongo_url)
    await prepare(wire(settings), mongo)
    inbox = Inbox(mongo, settings)
    await tell_the_registry(inbox)
    partner = Partner(vhost, "crowd", "vesta", "integration-crowd")
    await partner.open_account()
    assert await inbox.tell(partner.grant(), partner.integration_id) == "applied"
    try:
        yield Intake(told, mongo, partner)
    finally:
        await mongo.close()


@pytest.mark.parametrize("crashpoint", ["inside_consumer_transaction:3", "after_consumer_commit:3"])
async def test_a_process_that_dies_takes_each_event_in_once(mongo_url, vhost, issuer, free_port, processes, crashpoint):
    async with intake(mongo_url, vhost, issuer, free_port()) as running:
        good = [running.partner.event() for _ in range(12)]
        await running.partner.tell(*good)
        dying = processes.start("transfer", "serve", "--no-http", env=running.env | {"CRASHPOINT": crashpoint})
        await dying.wait(30)
        assert dying.returncode == 137
        processes.start("transfer", "serve", "--no-http", env=running.env)

        async def all_taken() -> None:
            await running.is_empty()
            await running.took_each_once(good)

        await eventually(all_taken, 30)
        assert await running.rows("quarantine") == []


async def test_messages_are_held_while_the_store_is_away(
    dedicated_mongo: DedicatedMongo, vhost, issuer, free_port: Callable[[], int], processes
):
    async with (
        fresh_database(dedicated_mongo.access, "transfer") as url,
        intake(url, vhost, issuer, free_port()) as running,
    ):
        processes.start("transfer", "serve", "--no-http", env=running.env)
        first = running.partner.event()
        await running.partner.tell(first)
        await eventually(lambda: running.took_each_once([first]), 30)
        await dedicated_mongo.stop()
        held = [running.partner.event() for _ in range(20)]
        await running.partner.tell(*held)
        await dedicated_mongo.start_again()

        async def all_taken() -> None:
            await running.is_empty()
            await running.took_each_once([first, *held])

        await eventually(all_taken, 60)
        assert await running.rows("quarantine") == []


def bad(partner: Partner, number: int) -> Told:
    """Return a message with one of the faults that partners have."""
    faults: list[dict[str, Any]] = [
        {"data": b"\xff\xfe"},
        {"data": {"kind": "gossip"}},
        {"data": {"institution_id": "srcn"}},
        {"time": soon(hours=1)},
        {"source": None},
        {"content_type": "text/xml"},
        {"routing_key": PUBLICATION},
        {"user_id": ""},
        {"data": b"x" * 70_000},
        {"data": {"given_on": "2999-01-01"}},
    ]
    return partner.event(CONSULTATION, **faults[number % len(faults)])


@pytest.mark.seed("F15")
async def test_of_a_thousand_mixed_messages_every_good_one_is_taken_in_exactly_once(
    mongo_url, vhost, issuer, free_port, processes
):
    async with intake(mongo_url, vhost, issuer, free_port()) as running:
        partner = running.partner
        good = [partner.event(PUBLICATION if number % 2 else CONSULTATION) for number in range(500)]
        repeated = random.Random(4).sample(good, 150)  # noqa: S311 an order, not a secret
        refused = [bad(partner, number) for number in range(340)]
        homeless = [partner.event(ATTENDANCE) for _ in range(10)]
        crowd = [*good, *repeated, *refused, *homeless]
        random.Random(5).shuffle(crowd)  # noqa: S311
        dying = processes.start(
            "transfer", "serve", "--no-http", env=running.env | {"CRASHPOINT": "after_consumer_commit:200"}
        )
        await partner.tell(*crowd)
        await dying.wait(60)
        processes.start("transfer", "serve", "--no-http", env=running.env)

        async def all_decided() -> None:
            await running.is_empty()
            await running.took_each_once(good)
            kept = await running.rows("quarantine")
            assert {entry["state"] for entry in kept} == {"quarantined"}
            assert len(kept) == len(refused) + len(homeless)

        await eventually(all_decided, 90)
        reasons = Counter(entry["reason"]["code"] for entry in await running.rows("quarantine"))
        assert reasons["event-unknown"] == len(homeless)
        assert reasons["origin-missing"] == len(refused) // 10
