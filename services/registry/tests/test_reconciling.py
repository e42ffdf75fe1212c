"""The broker made to match the registry, after anything was wiped or changed by hand."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.mongo import Mongo
from local_platform.definitions import HOLDERS, KEEPER, rabbitmq_definitions
from registry.integrations.broker import Broker, BrokerNotPrepared, BrokerRefused, BrokerSilent
from registry.integrations.reconciling import Keeper
from registry.integrations.topology import Place
from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.conftest import Begun
from services.registry.tests.partnering import ATTENDED, GIVEN, HELD, TOLD, Partner, Partnership, announce
from testkit import Client, Vhost, eventually, running_service, today

DAY = timedelta(days=1)


@pytest.fixture
async def mongo(keeping_settings: RegistrySettings) -> AsyncIterator[Mongo]:
    opened = wire(keeping_settings).open_mongo()
    yield opened
    await opened.close()


@pytest.fixture
def broker(module_vhost: Vhost) -> Broker:
    return at(module_vhost.management_url, module_vhost)


def at(url: str, vhost: Vhost) -> Broker:
    return Broker(SecretStr(url), Place(vhost.partners.name, vhost.user_prefix))


@pytest.fixture
def keeper(mongo: Mongo, broker: Broker) -> Keeper:
    return Keeper(mongo, broker)


@pytest.fixture
async def partner(partnership: Partnership, module_vhost: Vhost) -> Partner:
    return Partner.of(module_vhost.partners, await partnership.grant())


async def reconciled(keeper: Keeper, now: datetime | None = None) -> list[str]:
    assert keeper.broker
    return await keeper.reconcile(keeper.broker, now or datetime.now(UTC))


async def prepare(vhost: Vhost) -> None:
    """Import what the platform imports; what exists stays."""
    passwords = dict.fromkeys((*HOLDERS, KEEPER), vhost.password)
    names = {"vhost": vhost.name, "partners": vhost.partners.name, "user_prefix": vhost.user_prefix}
    await vhost.access.load(rabbitmq_definitions(passwords, **names))


async def test_a_broker_that_agrees_with_the_registry_is_left_alone(keeper: Keeper, partner: Partner):
    async with partner.channel() as channel:
        assert await reconciled(keeper) == []
        assert await reconciled(keeper) == []
        assert not channel.is_closed


async def test_after_the_virtual_host_and_the_users_were_deleted_everything_is_as_before_with_the_same_password(
    keeper: Keeper, partner: Partner, module_vhost: Vhost
):
    await module_vhost.access.call("DELETE", f"vhosts/{module_vhost.partners.name}")
    await module_vhost.access.call("DELETE", f"users/{partner.user}")
    with pytest.raises(BrokerNotPrepared, match="виртуальный хост"):
        await reconciled(keeper)
    await prepare(module_vhost)
    changes = await reconciled(keeper)
    for name in (f"{partner.queue}: очередь создана", f"{partner.user}: пользователь с правами создан"):
        assert name in changes
    await announce(module_vhost.partners, HELD, b"again")
    assert await partner.read() == b"again"
    await partner.tell()
    assert await reconciled(keeper) == []


async def test_what_is_missing_on_the_broker_is_visible_until_it_is_there(
    keeper: Keeper, partnership: Partnership, module_vhost: Vhost
):
    await module_vhost.access.call("DELETE", f"exchanges/{module_vhost.partners.name}/inbound")
    try:
        granted = await partnership.grant()
        assert (granted["broker"]["carried_out"], granted["broker"]["lag"]) == (False, "not_prepared")
    finally:
        await prepare(module_vhost)
    await reconciled(keeper)
    shown = (await partnership.administrator.get(f"/v1/integrations/{granted['id']}")).expect(200)
    assert (shown["broker"]["carried_out"], shown["broker"]["lag"]) == (True, None)


def spoiled(partner: Partner) -> dict[str, tuple[str, str, dict[str, Any] | None]]:
    """What somebody may have done to a partner by hand."""
    vhost, everything = partner.vhost.name, {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "rights widened": ("PUT", f"permissions/{vhost}/{partner.user}", everything),
        "rights removed": ("DELETE", f"permissions/{vhost}/{partner.user}", None),
        "rights in another virtual host": ("PUT", f"permissions/%2F/{partner.user}", everything),
        "topic rights removed": ("DELETE", f"topic-permissions/{vhost}/{partner.user}", None),
        "topic rights widened": (
            "PUT", f"topic-permissions/{vhost}/{partner.user}", {"exchange": "inbound", "write": ".*", "read": ".*"},
        ),
        "topic rights of another exchange": (
            "PUT", f"topic-permissions/{vhost}/{partner.user}", {"exchange": "amq.topic", "write": "x", "read": "x"},
        ),
        "another password": ("PUT", f"users/{partner.user}", {"password": "by hand", "tags": ""}),
        "a tag": ("PUT", f"users/{partner.user}", {"password": partner.password, "tags": "administrator"}),
        "limits lifted": ("DELETE", f"user-limits/{partner.user}/max-connections", None),
        "a stranger bound": ("POST", f"bindings/{vhost}/e/public/q/{partner.queue}", {"routing_key": "a.b.#"}),
        "everything bound": ("POST", f"bindings/{vhost}/e/inbound/q/{partner.queue}", {"routing_key": "#"}),
        "bound with arguments": (
            "POST", f"bindings/{vhost}/e/public/q/{partner.queue}", {"routing_key": HELD, "arguments": {"x": 1}},
        ),
        "unbound": ("DELETE", f"bindings/{vhost}/e/public/q/{partner.queue}/{HELD}", None),
        "queue deleted": ("DELETE", f"queues/{vhost}/{partner.queue}", None),
        "policy deleted": ("DELETE", f"policies/{vhost}/{partner.queue}", None),
        "policy changed": (
            "PUT", f"policies/{vhost}/{partner.queue}",
            {"pattern": ".*", "definition": {"max-length": 1}, "apply-to": "all", "priority": 99},
        ),
        "user deleted": ("DELETE", f"users/{partner.user}", None),
        "a partner's user of nobody": ("PUT", f"users/{partner.user}-2", {"password": "by hand", "tags": ""}),
        "a partner's queue of nobody": ("PUT", f"queues/{vhost}/{partner.queue}-2", {"durable": True}),
        "a partner's policy of nobody": (
            "PUT", f"policies/{vhost}/{partner.queue}-2", {"pattern": "x", "definition": {"max-length": 1}},
        ),
    }  # fmt: skip


async def test_whatever_was_changed_by_hand_is_set_back_and_told(
    keeper: Keeper, partner: Partner, broker: Broker, module_vhost: Vhost
):
    before = await broker.topology()
    for what, (method, path, content) in spoiled(partner).items():
        await module_vhost.access.call(method, path, content)
        changes = await reconciled(keeper)
        assert changes, what
        assert all(partner.queue in change for change in changes), (what, changes)
        assert await broker.topology() == before, what
        assert await reconciled(keeper) == [], what
    await announce(module_vhost.partners, HELD, b"still")
    assert await partner.read() == b"still"


async def test_a_queue_of_another_kind_is_made_anew(keeper: Keeper, partner: Partner, module_vhost: Vhost):
    path = f"queues/{partner.vhost.name}/{partner.queue}"
    await module_vhost.access.call("DELETE", path)
    await module_vhost.access.call("PUT", path, {"durable": True, "arguments": {"x-queue-type": "classic"}})
    assert f"{partner.queue}: очередь создана" in await reconciled(keeper)
    assert (await module_vhost.partners.queue(partner.queue))["type"] == "quorum"


async def test_what_is_not_a_partners_is_never_touched(keeper: Keeper, partner: Partner, module_vhost: Vhost):
    vhost, prefix = module_vhost.partners.name, module_vhost.user_prefix
    strangers: dict[str, dict[str, Any]] = {
        f"users/{prefix}partners-friend": {"password": "x", "tags": ""},
        f"permissions/{vhost}/{prefix}partners-friend": {"configure": "x", "write": "x", "read": "x"},
        f"queues/{vhost}/partners": {"durable": True},
        f"queues/{module_vhost.name}/partner.elsewhere": {"durable": True},
        f"policies/{vhost}/spare": {"pattern": "^partners$", "definition": {"max-length": 1}},
    }
    for path, content in strangers.items():
        await module_vhost.access.call("PUT", path, content)
    assert await reconciled(keeper) == []
    for path in strangers:
        assert await module_vhost.access.call("GET", path), path
    await module_vhost.access.call("DELETE", f"users/{prefix}partners-friend")


async def test_two_reconciles_at_once_do_the_work_once(
    keeper: Keeper, mongo: Mongo, broker: Broker, partner: Partner, module_vhost: Vhost
):
    before = await broker.topology()
    await module_vhost.access.call("DELETE", f"users/{partner.user}")
    await module_vhost.access.call("DELETE", f"queues/{partner.vhost.name}/{partner.queue}")
    told = await asyncio.gather(*(reconciled(one) for one in (keeper, Keeper(mongo, broker), Keeper(mongo, broker))))
    assert sorted(len(changes) for changes in told) == [0, 0, 2]
    assert await broker.topology() == before


async def test_the_day_after_the_last_one_the_account_is_gone_and_the_queue_waits_thirty_days(
    keeper: Keeper, partnership: Partnership, module_vhost: Vhost
):
    last_day = today() + 5 * DAY
    granted = await partnership.grant(valid_until=last_day.isoformat())
    partner = Partner.of(module_vhost.partners, granted)
    midnight = datetime.combine(last_day, datetime.min.time(), UTC)
    async with partner.channel() as channel:
        assert await reconciled(keeper, midnight + DAY - timedelta(seconds=1)) == []
        changes = await reconciled(keeper, midnight + DAY)
        assert changes == [f"{partner.user}: пользователь удалён, его соединения закрыты"]
        await eventually(lambda: channel.is_closed)
    assert not await partner.is_let_in()
    await announce(module_vhost.partners, HELD, b"meanwhile")
    prolonged = await partnership.amend(granted["id"], valid_until=(last_day + DAY).isoformat())
    assert prolonged["broker"]["carried_out"]
    assert await partner.read() == b"meanwhile"
    gone = await reconciled(keeper, midnight + DAY + 31 * DAY)
    assert f"{partner.queue}: очередь удалена" in gone
    await reconciled(keeper)


async def test_with_the_broker_away_it_is_recorded_and_carried_out_when_it_is_back(
    keeping_settings: RegistrySettings, keeper: Keeper, module_vhost: Vhost, issuer, free_port
):
    away = keeping_settings.model_copy(
        update={
            "broker_management_url": SecretStr(f"http://keeper:secret-of-keeper@127.0.0.1:{free_port()}"),
            "http_port": free_port(),
        }
    )
    async with running_service(wire(away), issuer) as anonymous:
        administrator = anonymous.acting_as("administrator-1", roles=("administrator",))
        partnership = await Partnership.begun(Begun(administrator), administrator)
        answer = await administrator.post("/v1/integrations", partnership.body())
        granted = answer.expect(201)
        assert (granted["broker"]["carried_out"], granted["broker"]["lag"]) == (False, "silent")
        partner = Partner.of(module_vhost.partners, granted)
        assert not await partner.is_let_in()
        await reconciled(keeper)
        await partner.tell()
        assert (await shown(administrator, granted["id"]))["carried_out"]
        revoked = await partnership.post(granted["id"], "revocation")
        assert (revoked["standing"], revoked["broker"]["carried_out"]) == ("revoked", False)
        assert await partner.is_let_in()
        assert f"{partner.user}: пользователь удалён, его соединения закрыты" in await reconciled(keeper)
        assert not await partner.is_let_in()
        assert (await shown(administrator, granted["id"]))["carried_out"]


async def shown(administrator: Client, integration_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await administrator.get(f"/v1/integrations/{integration_id}")).expect(200)["broker"]
    return found


async def test_a_refusal_of_the_broker_names_neither_password_nor_hash(mongo: Mongo, module_vhost: Vhost, free_port):
    host = module_vhost.access.management_url.removeprefix("http://")
    with pytest.raises(BrokerRefused, match="401") as refused:
        await reconciled(Keeper(mongo, at(f"http://nobody:a-wrong-secret@{host}", module_vhost)))
    with pytest.raises(BrokerSilent) as silent:
        await reconciled(Keeper(mongo, at(f"http://keeper:a-wrong-secret@127.0.0.1:{free_port()}", module_vhost)))
    for error in (refused.value, silent.value):
        assert "a-wrong-secret" not in f"{error} {error!r} {error.say('ru')} {error.__cause__}"


async def test_a_granted_type_is_taken_away_and_given_by_reconciling_alone(
    keeper: Keeper, partnership: Partnership, module_vhost: Vhost, mongo: Mongo
):
    partner = Partner.of(module_vhost.partners, granted := await partnership.grant())
    change = {"$set": {"receives": [GIVEN], "sends": [TOLD, ATTENDED]}, "$inc": {"version": 1}}
    await mongo.plain["integrations"].update({"_id": granted["id"]}, change)
    assert not (await shown(partnership.administrator, granted["id"]))["carried_out"]
    assert len(await reconciled(keeper)) == 4
    assert await module_vhost.partners.bindings(partner.queue, "public") == {GIVEN}
    await partner.tell(ATTENDED)
    assert (await shown(partnership.administrator, granted["id"]))["carried_out"]
