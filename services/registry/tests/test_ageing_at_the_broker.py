"""The age of the oldest event at a real broker: of who sleeps, who reads, who holds on to what it was given."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.mongo import Mongo
from registry.integrations.ageing import STILL
from registry.integrations.broker import Broker
from registry.integrations.observing import look
from registry.integrations.store import watched_queues
from registry.integrations.topology import Place
from registry.settings import RegistrySettings
from services.registry.tests.partnering import HELD, Partner, Partnership, announce
from testkit import Client, Vhost, eventually


class Watch:
    """Looks at the queues as the process `relay` does, and tells what is known of one."""

    def __init__(self, settings: RegistrySettings, mongo: Mongo) -> None:
        assert settings.broker_management_url
        place = Place(settings.partners_vhost, settings.partners_user_prefix)
        self._broker, self._mongo = Broker(settings.broker_management_url, place), mongo

    async def since(self, queue: str) -> datetime | None:
        await look(self._mongo.plain, self._broker, datetime.now(UTC))
        known = (await watched_queues(self._mongo.plain)).get(queue)
        return known.since if known else None

    async def waiting(self, queue: str) -> datetime:
        """Look until the broker's own figures, some seconds late, tell that something waits."""

        async def waits() -> datetime:
            since = await self.since(queue)
            assert since
            return since

        return await eventually(waits, 20, interval=0.3)

    async def nothing(self, queue: str) -> None:
        async def empty() -> None:
            assert await self.since(queue) is None

        await eventually(empty, 20, interval=0.3)

    async def younger(self, queue: str, than: datetime) -> datetime:
        """Look until what was the oldest is gone: at once by the broker's count, or once still if that was lost."""

        async def gone() -> datetime:
            since = await self.since(queue)
            assert since
            assert since > than
            return since

        return await eventually(gone, 20 + STILL.total_seconds(), interval=0.3)


@pytest.fixture
async def watch(keeping_settings: RegistrySettings):
    mongo = Mongo(keeping_settings.mongo_url.get_secret_value())
    yield Watch(keeping_settings, mongo)
    await mongo.close()


@pytest.fixture
async def partner(partnership: Partnership, module_vhost: Vhost) -> Partner:
    return Partner.of(module_vhost.partners, await partnership.grant())


async def test_the_oldest_event_ages_until_it_is_read_and_the_next_one_is_younger(
    watch: Watch, partner: Partner, module_vhost: Vhost
):
    await announce(module_vhost.partners, HELD)
    first = await watch.waiting(partner.queue)
    await announce(module_vhost.partners, HELD)

    async def both_wait() -> None:
        (row,) = [one for one in await watch._broker.queues() if one["name"] == partner.queue]
        assert row["messages"] == 2

    await eventually(both_wait, 20, interval=0.3)
    assert await watch.since(partner.queue) == first
    await partner.read()
    second = await watch.younger(partner.queue, first)
    assert await watch.since(partner.queue) == second
    await partner.read()
    await watch.nothing(partner.queue)


async def test_what_a_consumer_holds_without_acknowledging_waits_like_the_rest(
    watch: Watch, partner: Partner, module_vhost: Vhost
):
    await announce(module_vhost.partners, HELD)
    async with partner.channel() as channel:
        queue = await channel.get_queue(partner.queue, ensure=False)
        held = await queue.get(timeout=5)
        since = await watch.waiting(partner.queue)
        assert await watch.since(partner.queue) == since
        await held.ack()
        await watch.nothing(partner.queue)


async def test_to_look_neither_takes_a_message_nor_counts_as_a_delivery(
    watch: Watch, partner: Partner, module_vhost: Vhost
):
    await announce(module_vhost.partners, HELD)
    await watch.waiting(partner.queue)
    for _ in range(5):
        await watch.since(partner.queue)
    async with partner.channel() as channel:
        message = await (await channel.get_queue(partner.queue, ensure=False)).get(timeout=5)
        await message.ack()
    assert not message.redelivered
    assert not message.headers["x-delivery-count"]


async def test_of_a_queue_that_is_gone_nothing_is_remembered(watch: Watch, partnership: Partnership):
    granted = await partnership.grant()
    queue = f"partner.{granted['name']}"

    async def known() -> None:
        await watch.since(queue)
        assert queue in await watched_queues(watch._mongo.plain)

    await eventually(known, 20, interval=0.3)
    await partnership.post(granted["id"], "revocation")
    await watch.since(queue)
    assert queue not in await watched_queues(watch._mongo.plain)


async def test_an_administrator_and_the_partner_read_what_waits_and_strangers_do_not(
    watch: Watch, keeping: Client, partnership: Partnership, module_vhost: Vhost
):
    granted = await partnership.grant(queue_bytes=2**20)
    address, queue = f"/v1/integrations/{granted['id']}/queue", f"partner.{granted['name']}"
    await announce(module_vhost.partners, HELD, b"12345")
    since = await watch.waiting(queue)
    own = keeping.acting_as("specialist-1", memberships={partnership.institution: ("specialist",)})

    async def both_are_told() -> None:
        for reader in (keeping, own):
            shown = (await reader.get(address)).expect(200)
            told = {name: shown[name] for name in ("name", "messages", "size_bytes", "limit_bytes", "consumers")}
            assert told == {"name": queue, "messages": 1, "size_bytes": 5, "limit_bytes": 2**20, "consumers": 0}
            assert abs(datetime.fromisoformat(shown["oldest_since"]) - since) < timedelta(milliseconds=1)

    await eventually(both_are_told, 20, interval=0.3)
    stranger = keeping.acting_as("specialist-2", memberships={"another": ("head",)})
    assert (await stranger.get(address)).code == "integration-unknown"
    await partnership.amend(granted["id"], receives=[])
    shown = (await own.get(address)).expect(200)
    assert (shown["name"], shown["messages"], shown["oldest_since"]) == (None, 0, None)
