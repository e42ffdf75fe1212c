"""What a partner may and may not do at a real broker, tried with the partner's own credentials."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aio_pika
import aiohttp
import pytest
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import ChannelPreconditionFailed
from aiormq.exceptions import AMQPError, ChannelAccessRefused, InvalidFrameError

from registry.integrations.topology import LIMITS
from services.registry.tests.conftest import Begun
from services.registry.tests.partnering import ATTENDED, GIVEN, HELD, TOLD, Partner, Partnership, announce, connected
from testkit import Vhost, eventually

SHUT = "Connection.Close"
"""The broker closes a connection instead of opening the virtual host; the driver calls that an unexpected frame."""
Attempt = Callable[[AbstractChannel, Partner, Partner], Awaitable[object]]


async def queue(channel: AbstractChannel, name: str) -> Any:
    return await channel.get_queue(name, ensure=False)


async def exchange(channel: AbstractChannel, name: str) -> AbstractExchange:
    return await channel.get_exchange(name, ensure=False)


async def read(channel: AbstractChannel, name: str) -> None:
    await (await queue(channel, name)).get(no_ack=True, fail=False)


async def consume(channel: AbstractChannel, name: str) -> None:
    async def taken(message: AbstractIncomingMessage) -> None:
        await message.ack()

    await channel.set_qos(prefetch_count=1)
    await (await queue(channel, name)).consume(taken)


async def publish(channel: AbstractChannel, name: str, key: str) -> None:
    await (await exchange(channel, name)).publish(aio_pika.Message(b"{}"), routing_key=key, mandatory=True)


REFUSED: dict[str, Attempt] = {
    "read another partner's queue": lambda ch, me, other: read(ch, other.queue),
    "consume another partner's queue": lambda ch, me, other: consume(ch, other.queue),
    "read what partners told": lambda ch, me, other: read(ch, "inbound"),
    "read what consumers died on": lambda ch, me, other: read(ch, "inbound.parked"),
    "read the log of all public types": lambda ch, me, other: consume(ch, "public.log"),
    "publish to the public stream": lambda ch, me, other: publish(ch, "public", HELD),
    "tell a type that was not granted": lambda ch, me, other: publish(ch, "inbound", ATTENDED),
    "tell a type with a granted beginning": lambda ch, me, other: publish(ch, "inbound", f"{TOLD}.more"),
    "write into the inbound queue past the exchange": lambda ch, me, other: publish(ch, "", "inbound"),
    "write into another partner's queue": lambda ch, me, other: publish(ch, "", other.queue),
    "write into its own queue": lambda ch, me, other: publish(ch, "", me.queue),
    "publish to an exchange of the broker": lambda ch, me, other: publish(ch, "amq.topic", TOLD),
    "declare a queue": lambda ch, me, other: ch.declare_queue("mine", durable=True),
    "declare a queue of a partner's name": lambda ch, me, other: ch.declare_queue(f"{me.queue}.more", durable=True),
    "declare a queue named by the broker": lambda ch, me, other: ch.declare_queue("", exclusive=True),
    "declare an exchange": lambda ch, me, other: ch.declare_exchange("mine"),
    "bind its queue to another type": lambda ch, me, other: bind(ch, me.queue, "public", GIVEN),
    "bind its queue to what partners tell": lambda ch, me, other: bind(ch, me.queue, "inbound", "#"),
    "bind another partner's queue": lambda ch, me, other: bind(ch, other.queue, "public", GIVEN),
    "unbind its queue": lambda ch, me, other: unbind(ch, me.queue, HELD),
    "delete its queue": lambda ch, me, other: ch.queue_delete(me.queue),
    "delete another partner's queue": lambda ch, me, other: ch.queue_delete(other.queue),
    "delete the inbound queue": lambda ch, me, other: ch.queue_delete("inbound"),
    "delete an exchange": lambda ch, me, other: ch.exchange_delete("public"),
    "empty what partners told": lambda ch, me, other: purge(ch, "inbound"),
    "empty another partner's queue": lambda ch, me, other: purge(ch, other.queue),
}


async def bind(channel: AbstractChannel, name: str, source: str, key: str) -> None:
    await (await queue(channel, name)).bind(await exchange(channel, source), key)


async def unbind(channel: AbstractChannel, name: str, key: str) -> None:
    await (await queue(channel, name)).unbind(await exchange(channel, "public"), key)


async def purge(channel: AbstractChannel, name: str) -> None:
    await (await queue(channel, name)).purge()


@pytest.fixture(scope="module")
async def partners(keeping, module_vhost: Vhost) -> tuple[Partner, Partner]:
    found = [await Partnership.begun(Begun(keeping), keeping) for _ in range(2)]
    me, other = [Partner.of(module_vhost.partners, await each.grant()) for each in found]
    return me, other


async def granted(partnership: Partnership, vhost: Vhost, **fields: Any) -> tuple[str, Partner]:
    answer = await partnership.grant(**fields)
    assert answer["broker"]["carried_out"], answer
    return answer["id"], Partner.of(vhost.partners, answer)


@pytest.mark.parametrize("attempt", REFUSED.values(), ids=list(REFUSED))
async def test_what_was_not_granted_the_broker_refuses(partners: tuple[Partner, Partner], attempt: Attempt):
    me, other = partners
    async with me.channel() as channel:
        with pytest.raises(ChannelAccessRefused):
            await attempt(channel, me, other)


async def test_what_was_granted_the_broker_allows(partners: tuple[Partner, Partner], module_vhost: Vhost):
    me, other = partners
    before = await module_vhost.partners.depth("inbound")
    await me.tell()
    assert await module_vhost.partners.depth("inbound") == before + 1
    for event_type in (HELD, GIVEN):
        await announce(module_vhost.partners, event_type, event_type.encode())
    for partner in (me, other):
        assert await partner.read() == HELD.encode()
        assert await module_vhost.partners.depth(partner.queue) == 0


async def test_nobody_tells_in_another_partners_name(partners: tuple[Partner, Partner]):
    me, other = partners
    with pytest.raises(ChannelPreconditionFailed, match="user_id"):
        await me.tell(user=other.user)
    with pytest.raises(ChannelPreconditionFailed, match="user_id"):
        await me.tell(user="transfer")


async def test_a_partner_comes_into_no_other_virtual_host_and_not_to_the_management(
    partners: tuple[Partner, Partner], module_vhost: Vhost
):
    me, _ = partners
    for name in (module_vhost.name, "/"):
        with pytest.raises(InvalidFrameError, match=SHUT):
            async with me.channel(vhost=name):
                pass
    identity = {"Authorization": aiohttp.encode_basic_auth(me.user, me.password)}
    async with (
        aiohttp.ClientSession(headers=identity) as session,
        session.get(f"{module_vhost.access.management_url}/api/overview") as answer,
    ):
        assert answer.status == 401


async def test_connections_and_channels_are_limited_to_what_a_partner_needs(
    partners: tuple[Partner, Partner], module_vhost: Vhost
):
    me, _ = partners
    url = module_vhost.partners.access.url(me.user, me.password, vhost=module_vhost.partners.name)
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(connected(url)) for _ in range(LIMITS["max-connections"])]
        with pytest.raises(InvalidFrameError, match=SHUT):
            await stack.enter_async_context(connected(url))
        for _ in range(LIMITS["max-channels"]):
            await opened[0].channel()
        with pytest.raises((AMQPError, RuntimeError)):
            await opened[1].channel()


async def test_a_sleeping_partners_queue_drops_its_oldest_and_nobody_else_notices(
    partnership: Partnership, module_vhost: Vhost, partners: tuple[Partner, Partner]
):
    _, sleeping = await granted(partnership, module_vhost, queue_bytes=2**20)
    awake, _ = partners
    filling = bytes(200_000)
    for number in range(8):
        await announce(module_vhost.partners, HELD, str(number).encode() + filling)
        assert (await awake.read())[:1] == str(number).encode()

    async def the_oldest_are_gone() -> None:
        assert await module_vhost.partners.depth(sleeping.queue) <= 5

    await eventually(the_oldest_are_gone)
    assert (await sleeping.read())[:1] >= b"3"


async def test_revocation_closes_a_live_connection_at_once_and_takes_the_queue_away(
    partnership: Partnership, module_vhost: Vhost
):
    integration_id, partner = await granted(partnership, module_vhost)
    async with partner.channel() as channel:
        await consume(channel, partner.queue)
        assert not channel.is_closed
        revoked = await partnership.post(integration_id, "revocation")
        await eventually(lambda: channel.is_closed)
    assert (revoked["standing"], revoked["broker"]["carried_out"]) == ("revoked", True)
    assert not await partner.is_let_in()
    assert partner.queue not in await queues(module_vhost)


async def queues(vhost: Vhost) -> set[str]:
    return {row["name"] for row in await vhost.access.call("GET", f"queues/{vhost.partners.name}")}


async def test_a_new_password_ends_the_old_one_and_what_was_opened_with_it(
    partnership: Partnership, module_vhost: Vhost
):
    integration_id, partner = await granted(partnership, module_vhost)
    await announce(module_vhost.partners, HELD, b"kept")
    async with partner.channel() as channel:
        renewed = await partnership.post(integration_id, "password")
        await eventually(lambda: channel.is_closed)
    assert not await partner.is_let_in()
    assert await Partner.of(module_vhost.partners, renewed).read() == b"kept"


async def test_amended_types_are_received_and_told_from_then_on_and_former_ones_no_more(
    partnership: Partnership, module_vhost: Vhost
):
    integration_id, partner = await granted(partnership, module_vhost)
    async with partner.channel() as channel:
        await publish(channel, "inbound", TOLD)  # the channel remembers that it may
        amended = await partnership.amend(integration_id, receives=[GIVEN], sends=[ATTENDED])
        await eventually(lambda: channel.is_closed)
    assert amended["broker"]["carried_out"]
    assert await module_vhost.partners.bindings(partner.queue, "public") == {GIVEN}
    await partner.tell(ATTENDED)
    with pytest.raises(ChannelAccessRefused):
        await partner.tell(TOLD)


async def test_whoever_may_receive_everything_also_reads_the_log_of_everything(
    partnership: Partnership, module_vhost: Vhost
):
    integration_id, partner = await granted(partnership, module_vhost, receives=["*"], sends=[])
    await announce(module_vhost.partners, "a.type.to.come.v1", b"new")
    assert await partner.read() == b"new"
    async with partner.channel() as channel:
        await consume(channel, "public.log")
        await partnership.amend(integration_id, receives=[HELD], sends=[])
        await eventually(lambda: channel.is_closed)
    async with partner.channel() as channel:
        with pytest.raises(ChannelAccessRefused):
            await consume(channel, "public.log")


async def test_whoever_only_tells_has_no_queue_and_whoever_only_receives_tells_nothing(
    partnership: Partnership, module_vhost: Vhost
):
    integration_id, partner = await granted(partnership, module_vhost, receives=[])
    await partner.tell()
    assert partner.queue not in await queues(module_vhost)
    await partnership.amend(integration_id, sends=[])
    with pytest.raises(ChannelAccessRefused):
        await partner.tell()
    assert partner.queue in await queues(module_vhost)
