"""Messages that come again, and those that the broker gives up on because consumers die while they have them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import quote

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from chassis.parked import Message
from services.transfer.tests.intaking import Place, intake
from services.transfer.tests.partnering import CONSULTATION
from testkit import Issuer, Vhost, eventually
from transfer.contributions.reactions import MOST_BEGUN
from transfer.quarantine.store import claim_due
from transfer.wiring import clock

MORE_DELIVERIES = 1
GIVEN_UP = "inbound.parked"


@pytest.fixture
async def place(mongo_url: str, vhost: Vhost, issuer: Issuer, free_port: Callable[[], int]) -> AsyncIterator[Place]:
    async with intake(mongo_url, vhost, issuer, free_port()) as found:
        yield found


@asynccontextmanager
async def queue(vhost: Vhost, name: str) -> AsyncIterator[AbstractQueue]:
    """Open a queue as the service does."""
    async with await aio_pika.connect(vhost.partners.url("transfer")) as connection:
        yield await (await connection.channel()).get_queue(name, ensure=False)


async def next_of(found: AbstractQueue) -> AbstractIncomingMessage:
    """Take the next message, which the broker may still be moving."""
    taken: list[AbstractIncomingMessage] = []

    async def there() -> None:
        message = await found.get(fail=False)
        assert message
        taken.append(message)

    await eventually(there)
    return taken[0]


def as_taken(message: AbstractIncomingMessage) -> Message:
    return Message(message.headers, message.body, message.user_id, message.routing_key, message.content_type)


async def test_a_refused_message_that_comes_again_is_one_entry_with_what_the_broker_says_of_it(place, vhost):
    await place.partner.tell(place.partner.event(data={"kind": "gossip"}))
    async with queue(vhost, "inbound") as inbound:
        first = await next_of(inbound)
        assert await place.desk.receive(as_taken(first)) == "parked"
        await first.nack(requeue=True)
        again = await next_of(inbound)
        assert again.headers["x-delivery-count"] == 1
        assert await place.desk.receive(as_taken(again)) == "parked"
        await again.ack()
    (entry,) = await place.rows("quarantine")
    assert (entry["times"], entry["reason"]["code"]) == (2, "body-invalid")
    assert {"name": "x-delivery-count", "value": "1"} in entry["parcel"]["headers"]


async def given_up(place: Place, vhost: Vhost, *, count: int) -> None:
    """Let the broker move messages to where it keeps what it gave up on, and the service take them from there."""
    async with queue(vhost, "inbound") as inbound, queue(vhost, GIVEN_UP) as parked:
        for _ in range(count):
            await (await next_of(inbound)).reject(requeue=False)
        for _ in range(count):
            message = await next_of(parked)
            assert message.routing_key == GIVEN_UP
            assert await place.desk.give_up(as_taken(message)) == "waiting"
            await message.ack()


async def let_time_pass(place: Place) -> None:
    """Let what waits be due at once."""
    long_ago = {"$set": {"next_at": datetime(2026, 1, 1, tzinfo=UTC)}}
    await place.mongo.motor["quarantine"].update_many({"state": "waiting"}, long_ago)


async def test_what_was_only_near_a_message_that_consumers_die_of_is_taken_in_alone(place, vhost):
    near = [place.partner.event() for _ in range(3)]
    await place.partner.tell(*near, place.partner.event(data={"kind": "gossip"}))
    await given_up(place, vhost, count=4)
    waiting = await place.rows("quarantine")
    assert [entry["reason"]["code"] for entry in waiting] == ["handling-failed"] * 4
    assert {entry["parcel"]["routing_key"] for entry in waiting} == {CONSULTATION}
    await let_time_pass(place)
    while await place.desk.retry_due():
        pass
    await place.took_each_once(near)
    (refused,) = await place.rows("quarantine")
    assert (refused["state"], refused["reason"]["code"]) == ("quarantined", "body-invalid")


async def test_a_message_on_which_consumers_die_to_the_end_is_kept_until_an_operator_lets_it_be_tried(
    place, vhost, processes
):
    await _fewer_deliveries(vhost)
    event = place.partner.event()
    await place.partner.tell(event)

    async def dies() -> None:
        dying = processes.start(
            "transfer", "serve", "--no-http", env=place.env | {"CRASHPOINT": "inside_consumer_transaction"}
        )

        async def it_is_dead() -> None:
            await let_time_pass(place)  # who died before it holds the event some seconds more: try it then, not later
            assert not dying.running

        await eventually(it_is_dead, 60, interval=0.5)
        assert dying.returncode == 137

    for _ in range(1 + MORE_DELIVERIES):
        await dies()
    assert await place.rows("quarantine") == []
    await dies()  # of trying it alone, after the broker gave it up
    for _ in range(MOST_BEGUN - 1):
        await let_time_pass(place)
        assert await claim_due(place.mongo.plain, clock()), "another one dies of it"
    await let_time_pass(place)
    assert await place.desk.retry_due()
    (entry,) = await place.rows("quarantine")
    assert (entry["state"], entry["reason"]["code"]) == ("quarantined", "handling-failed")
    assert (entry["partner"], entry["event_id"]) == ("crowd", event.id)
    await processes.run("transfer", "quarantine", "retry", entry["_id"], env=place.env)
    assert await place.desk.retry_due()
    await place.took_each_once([event])
    assert await place.rows("quarantine") == []


async def test_a_database_that_goes_away_during_a_try_costs_a_message_none_of_its_attempts(place):
    early = place.partner.event(data={"recipient_institution_id": "not-yet-known"})
    await place.partner.tell(early)
    async with queue(place.partner.vhost, "inbound") as inbound:
        message = await next_of(inbound)
        assert await place.desk.receive(as_taken(message)) == "waiting"
        await message.ack()
    (before,) = await place.rows("quarantine")
    for _ in range(MOST_BEGUN):
        await let_time_pass(place)
        assert await claim_due(place.mongo.plain, clock()), "and then the database is away"
    (after,) = await place.rows("quarantine")
    assert (after["attempts"], after["state"]) == (before["attempts"], "waiting")
    await place.mongo.motor["quarantine"].update_many({}, {"$set": {"begun": MOST_BEGUN - 1}})
    await let_time_pass(place)
    assert await place.desk.retry_due()
    (tried,) = await place.rows("quarantine")
    assert (tried["attempts"], tried["begun"], tried["reason"]["code"]) == (2, 0, "reference-unknown")


async def _fewer_deliveries(vhost: Vhost) -> None:
    """Let the broker give up after two deaths instead of twenty-one; all else as in production."""
    at, name = vhost.access.call, quote(vhost.partners.name, safe="")
    inbound = await at("GET", f"policies/{name}/inbound")
    shorter = inbound["definition"] | {"delivery-limit": MORE_DELIVERIES}
    await at("PUT", f"policies/{name}/inbound", {**inbound, "definition": shorter})

    async def in_force() -> None:
        found = await vhost.partners.queue("inbound")
        assert found.get("effective_policy_definition", {}).get("delivery-limit") == MORE_DELIVERIES

    await eventually(in_force, 20)
