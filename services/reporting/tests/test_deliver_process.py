"""The process that delivers, as it is run: killed in the middle, beside another one, and asked how it fares."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiohttp
import pytest
import uuid_utils
from standardwebhooks import Webhook as Verifier

from chassis.mongo import Mongo
from reporting.integrations.store import INTEGRATIONS
from reporting.webhooks.domain import Secret, Webhook
from reporting.webhooks.store import CURSORS, UNTROUBLED, WEBHOOKS
from reporting.webhooks.vault import Vault, new_secret
from services.reporting.tests.receivers import INTEGRATION, PARTNER, WEBHOOK_KEY, Feed, Receiver, receiving
from testkit import eventually

SECRET = new_secret()


@dataclass
class Prepared:
    """A migrated database with a partner that is told of everything, and what the process is started with."""

    env: Mapping[str, str]
    mongo: Mongo
    feed: Feed
    receiver: Receiver

    async def webhook(self, url: str) -> str:
        webhook = Webhook(
            id=str(uuid_utils.uuid7()),
            version=1,
            integration_id=INTEGRATION,
            institution_id=PARTNER,
            url=url,
            types=("*",),
            changed_at=datetime.now(UTC),
            secrets=(Secret(sealed=Vault(WEBHOOK_KEY).seal(SECRET)),),
        )
        await self.mongo.plain[WEBHOOKS.collection].insert(WEBHOOKS.write(webhook))
        await self.mongo.plain[CURSORS].insert({"_id": webhook.id, "position": 0, **UNTROUBLED})
        return webhook.id

    async def tell(self, many: int, *, subjects: int) -> list[str]:
        return await self.feed.tell(*(f"s{number % subjects}" for number in range(many)))


@pytest.fixture
async def prepared(mongo_url, vhost, processes, issuer, free_port) -> AsyncIterator[Prepared]:
    env = {
        "MONGO_URL": mongo_url,
        "RABBITMQ_URL": vhost.url("reporting"),
        "ENVIRONMENT": "test",
        "HTTP_PORT": str(free_port()),
        "WEBHOOK_SECRET_KEY": WEBHOOK_KEY,
        "WEBHOOK_PORTS": "[]",
        "WEBHOOK_PLAIN_HTTP": "true",
        "WEBHOOK_NETWORKS": '["127.0.0.1/32"]',
        "WEBHOOK_POLL_SECONDS": "0.05",
        "WEBHOOK_LEASE_SECONDS": "1",
        "WEBHOOK_RETRY": "PT0.05S",
        **issuer.env,
    }
    await processes.run("reporting", "migrate", env=env)
    mongo = Mongo(mongo_url)
    told: dict[str, Any] = {
        "_id": INTEGRATION, "institution_id": PARTNER, "name": "omsk-resource-centre", "receives": ["*"],
        "valid_until": "2100-01-01",
    }  # fmt: skip
    await mongo.plain[INTEGRATIONS].insert(told)
    async with receiving() as receiver:
        found = Prepared(env, mongo, Feed(mongo), receiver)
        await found.webhook(receiver.url)
        yield found
    await mongo.close()


def has_all(receiver: Receiver, events: list[str]) -> bool:
    return set(receiver.ids) == set(events)


def in_order(receiver: Receiver, events: list[str], subjects: int) -> bool:
    """Tell whether of each subject every event came first in its place; repetitions do not count."""
    firsts = list(dict.fromkeys(receiver.ids))
    return all(
        [one for one in firsts if one in set(events[start::subjects])] == events[start::subjects]
        for start in range(subjects)
    )


async def test_a_process_that_dies_after_a_delivery_repeats_it_and_loses_none(prepared, processes):
    events = await prepared.tell(12, subjects=3)
    dying = processes.start("reporting", "deliver", env={**prepared.env, "CRASHPOINT": "after_delivery_before_mark:5"})
    await dying.wait(30)
    processes.start("reporting", "deliver", env=prepared.env)
    receiver = prepared.receiver
    await eventually(lambda: set(receiver.ids) == set(events), 20)
    assert len(receiver.ids) > len(events)
    assert in_order(receiver, events, 3)
    bodies = {one.id: {other.body for other in receiver.received if other.id == one.id} for one in receiver.received}
    assert {len(same) for same in bodies.values()} == {1}
    for one in receiver.received:
        assert Verifier(SECRET).verify(one.body, one.headers)


async def test_a_process_killed_in_the_middle_is_succeeded_and_every_event_arrives(prepared, processes):
    events = await prepared.tell(300, subjects=20)
    receiver = prepared.receiver
    killed = processes.start("reporting", "deliver", env=prepared.env)
    await eventually(lambda: len(receiver.ids) > 40, 20)
    killed.kill()
    processes.start("reporting", "deliver", env=prepared.env)
    await eventually(lambda: set(receiver.ids) == set(events), 40)
    assert in_order(receiver, events, 20)
    assert len(receiver.ids) <= len(events) + 4  # at most what was on its way


async def test_two_processes_share_the_webhooks_and_repeat_nothing(prepared, processes, free_port: Callable[[], int]):
    async with receiving() as other:
        await prepared.webhook(other.url)
        for _ in range(2):
            processes.start("reporting", "deliver", env={**prepared.env, "HTTP_PORT": str(free_port())})
        events = [one for _ in range(5) for one in await prepared.tell(30, subjects=5)]
        for receiver in (prepared.receiver, other):
            await eventually(partial(has_all, receiver, events), 40)
            assert sorted(receiver.ids) == sorted(events)
            assert in_order(receiver, events, 5)


async def test_the_process_tells_how_partners_fare_in_metrics_and_in_one_command(prepared, processes):
    prepared.receiver.saying(500)
    await prepared.tell(2, subjects=1)
    processes.start("reporting", "deliver", env=prepared.env)
    await eventually(lambda: len(prepared.receiver.ids) >= 2, 20)
    async with aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{prepared.env['HTTP_PORT']}/readyz") as ready:
            assert ready.status == 200
        async with http.get(f"http://127.0.0.1:{prepared.env['HTTP_PORT']}/metrics") as answer:
            text = await answer.text()
    assert 'webhook_attempts_total{outcome="refused",partner="omsk-resource-centre"}' in text
    assert 'webhook_waiting_rows{partner="omsk-resource-centre"} 2.0' in text
    output = await processes.run("reporting", "webhooks", "list", env=prepared.env)
    assert "omsk-resource-centre" in output
    assert "ждёт: 2" in output
    assert "active, не удаётся с" in output


async def test_no_proxy_of_the_environment_is_asked(prepared, processes):
    async with receiving() as proxy:
        settings = {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url, "ALL_PROXY": proxy.url, "all_proxy": proxy.url}
        (event,) = await prepared.tell(1, subjects=1)
        processes.start("reporting", "deliver", env={**prepared.env, **settings})
        await eventually(lambda: prepared.receiver.ids == [event], 20)
        assert proxy.received == []


async def test_without_a_key_for_secrets_the_process_says_so_and_ends(prepared, processes):
    told = {name: value for name, value in prepared.env.items() if name != "WEBHOOK_SECRET_KEY"}
    started = processes.start("reporting", "deliver", env=told)
    assert await started.wait(20) == 1
    assert "WEBHOOK_SECRET_KEY is not set" in started.log()
