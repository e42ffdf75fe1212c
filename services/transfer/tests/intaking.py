"""A database and a broker with one partner, while processes of the service come and go."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from chassis.app import prepare
from chassis.mongo import Mongo
from services.transfer.tests.conftest import Inbox, tell_the_registry
from services.transfer.tests.partnering import Partner, Told
from testkit import Issuer, Vhost
from transfer.contributions.reactions import Door, Intake
from transfer.settings import TransferSettings
from transfer.wiring import clock, wire


class Place:
    """Where one partner's messages come in."""

    def __init__(self, env: dict[str, str], mongo: Mongo, partner: Partner, desk: Intake) -> None:
        self.env, self.mongo, self.partner = env, mongo, partner
        self.desk = desk
        """Takes messages in as a process does, when there is none."""

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
async def intake(mongo_url: str, vhost: Vhost, issuer: Issuer, port: int, **env: str) -> AsyncIterator[Place]:
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
    desk = Intake(mongo, settings, Door(url="", user_prefix=vhost.user_prefix, clock=clock))
    try:
        yield Place(told, mongo, partner, desk)
    finally:
        await mongo.close()
