import json
import re

import aio_pika
import pytest
from aiormq.abc import FieldTable
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from local_platform.definitions import HOLDERS, KEEPER, VHOST, rabbitmq_definitions
from local_platform.rabbitmq import LARGEST_MESSAGE
from local_platform.servers import Servers
from testkit import DedicatedBroker, DedicatedMongo, Vhost, eventually, fresh_database, fresh_vhost

INBOX: FieldTable = {"x-queue-type": "quorum"}


async def declare_inbox(url: str, service: str, *keys: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(f"{service}.parked", durable=True, arguments=INBOX)
        inbox = await channel.declare_queue(f"{service}.inbox", durable=True, arguments=INBOX)
        for key in keys:
            await inbox.bind("facts", key)


async def publish(url: str, key: str, body: bytes) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        facts = await channel.get_exchange("facts", ensure=False)
        await facts.publish(aio_pika.Message(body, delivery_mode=2), routing_key=key, mandatory=True)


def test_definitions_have_no_place_left_unfilled():
    passwords = dict.fromkeys((*HOLDERS, KEEPER), "secret")
    text = json.dumps(rabbitmq_definitions(passwords))
    assert "{{" not in text
    assert "secret" not in text


def test_definitions_give_each_service_names_of_its_own_only():
    permissions = rabbitmq_definitions(dict.fromkeys((*HOLDERS, KEEPER), "x"))["permissions"]
    for permission in [one for one in permissions if one["vhost"] == VHOST]:
        own, others = permission["user"], set(HOLDERS) - {permission["user"]}
        for right in ("configure", "write", "read"):
            assert re.search(permission[right], f"{own}.inbox")
            assert not any(re.search(permission[right], f"{other}.inbox") for other in others)
        assert not re.search(permission["configure"], "facts")


async def test_a_fact_reaches_the_inbox_of_a_service_that_declared_it(vhost: Vhost):
    await declare_inbox(vhost.url("transfer"), "transfer", "registry.institution.registered.v1")
    await publish(vhost.url("registry"), "registry.institution.registered.v1", b"{}")
    assert await vhost.bindings("transfer.inbox") == {"registry.institution.registered.v1"}
    assert await vhost.depth("transfer.inbox") == 1


@pytest.mark.parametrize("service", HOLDERS)
async def test_the_policy_of_each_inbox_is_in_force(vhost: Vhost, service: str):
    await declare_inbox(vhost.url(service), service)

    async def policy_is_applied() -> None:
        assert (await vhost.queue(f"{service}.inbox")).get("policy") == f"{service}-inbox"

    await eventually(policy_is_applied)


async def test_a_rejected_message_moves_to_the_parked_queue(vhost: Vhost):
    await declare_inbox(vhost.url("transfer"), "transfer", "a.b.c.v1")
    await publish(vhost.url("registry"), "a.b.c.v1", b"poison")
    async with await aio_pika.connect(vhost.url("transfer")) as connection:
        channel = await connection.channel()
        inbox = await channel.get_queue("transfer.inbox", ensure=False)
        message = await inbox.get()
        await message.reject(requeue=False)

    async def it_is_parked() -> None:
        assert [row["payload"] for row in await vhost.peek("transfer.parked")] == ["poison"]

    await eventually(it_is_parked)


async def test_a_service_cannot_read_the_inbox_of_another_one(vhost: Vhost):
    await declare_inbox(vhost.url("transfer"), "transfer")
    async with await aio_pika.connect(vhost.url("registry")) as connection:
        channel = await connection.channel()
        stranger = await channel.get_queue("transfer.inbox", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await stranger.get()


async def test_a_service_cannot_declare_or_bind_a_queue_of_another_one(vhost: Vhost):
    with pytest.raises(ChannelAccessRefused):
        await declare_inbox(vhost.url("registry"), "transfer")


async def test_a_service_user_cannot_read_or_write_the_database_of_another_one(servers: Servers):
    async with fresh_database(servers.mongo, "registry") as own, fresh_database(servers.mongo, "transfer") as other:
        other_name = other.rpartition("/")[2].partition("?")[0]
        async with AsyncMongoClient[dict[str, object]](own) as client:
            await client.get_default_database()["things"].insert_one({"_id": 1})
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[other_name]["things"].find_one({})
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[other_name]["things"].insert_one({})


async def test_a_service_user_may_run_transactions_and_change_validators(mongo_url: str):
    async with AsyncMongoClient[dict[str, object]](mongo_url) as client:
        database = client.get_default_database()
        await database.create_collection("things", validator={"$jsonSchema": {"required": ["name"]}})
        await database.command("collMod", "things", validator={})
        async with client.start_session() as session, await session.start_transaction():
            await database["things"].insert_one({"_id": 1}, session=session)
        assert await database["things"].count_documents({}) == 1


async def test_a_message_beyond_the_limit_closes_the_channel_and_waits_nowhere(dedicated_broker: DedicatedBroker):
    async with fresh_vhost(dedicated_broker.access) as vhost:
        await declare_inbox(vhost.url("transfer"), "transfer", "a.b.c.v1")
        await publish(vhost.url("registry"), "a.b.c.v1", b"x" * LARGEST_MESSAGE)
        with pytest.raises(ChannelPreconditionFailed):
            await publish(vhost.url("registry"), "a.b.c.v1", b"x" * (LARGEST_MESSAGE + 1))
        assert await vhost.depth("transfer.inbox") == 1


async def test_durable_messages_survive_a_kill_of_the_broker(dedicated_broker: DedicatedBroker):
    async with fresh_vhost(dedicated_broker.access) as vhost:
        await declare_inbox(vhost.url("transfer"), "transfer", "a.b.c.v1")
        await publish(vhost.url("registry"), "a.b.c.v1", b"kept")
        dedicated_broker.flush()
        dedicated_broker.kill()
        await dedicated_broker.start_again()

        async def it_is_still_there() -> None:
            assert [row["payload"] for row in await vhost.peek("transfer.inbox")] == ["kept"]

        await eventually(it_is_still_there, 30)


async def test_committed_documents_survive_a_kill_of_mongod(dedicated_mongo: DedicatedMongo):
    async with fresh_database(dedicated_mongo.access) as url, AsyncMongoClient[dict[str, object]](url) as client:
        things = client.get_default_database()["things"]
        await things.insert_one({"_id": 1})
        dedicated_mongo.kill()
        await dedicated_mongo.start_again()
        assert await things.find_one({}) == {"_id": 1}
