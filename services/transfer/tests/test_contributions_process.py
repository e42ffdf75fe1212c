"""Partners' messages and a process that dies, a database that goes away, and a crowd of good and bad at once."""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.transfer.tests.intaking import intake
from services.transfer.tests.partnering import ATTENDANCE, CONSULTATION, PUBLICATION, Partner, Told
from testkit import DedicatedMongo, eventually, fresh_database

CROWD = 1000 if "FAULT_ROUNDS" in os.environ else 200


@pytest.mark.parametrize("crashpoint", ["inside_consumer_transaction:3", "after_consumer_commit:3"])
async def test_a_process_that_dies_takes_each_event_in_once(mongo_url, vhost, issuer, free_port, processes, crashpoint):
    async with intake(mongo_url, vhost, issuer, free_port()) as running:
        good = [running.partner.event() for _ in range(12)]
        await running.partner.tell(*good)
        dying = processes.start("transfer", "serve", "--no-http", env=running.env | {"CRASHPOINT": crashpoint})
        await dying.wait(60)
        assert dying.returncode == 137
        processes.start("transfer", "serve", "--no-http", env=running.env)

        async def all_taken() -> None:
            await running.is_empty()
            await running.took_each_once(good)

        await eventually(all_taken, 60)
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
        {"time": timedelta(hours=1)},
        {"source": None},
        {"content_type": "text/xml"},
        {"routing_key": PUBLICATION},
        {"user_id": ""},
        {"data": b"x" * 70_000},
        {"data": {"given_on": "2999-01-01"}},
    ]
    return partner.event(CONSULTATION, **faults[number % len(faults)])


async def test_of_a_crowd_of_mixed_messages_every_good_one_is_taken_in_exactly_once(
    mongo_url, vhost, issuer, free_port, processes
):
    async with intake(mongo_url, vhost, issuer, free_port()) as running:
        partner = running.partner
        good = [partner.event(PUBLICATION if number % 2 else CONSULTATION) for number in range(CROWD // 2)]
        repeated = random.Random(4).sample(good, CROWD * 15 // 100)  # noqa: S311 an order, not a secret
        refused = [bad(partner, number) for number in range(CROWD * 30 // 100)]
        homeless = [partner.event(ATTENDANCE) for _ in range(CROWD * 5 // 100)]
        crowd = [*good, *repeated, *refused, *homeless]
        random.Random(5).shuffle(crowd)  # noqa: S311
        dying = processes.start(
            "transfer", "serve", "--no-http", env=running.env | {"CRASHPOINT": f"after_consumer_commit:{CROWD // 5}"}
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
