"""What the platform's four databases and queues hold at a moment."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from chassis.app import OWN_COLLECTIONS
from chassis.documents import Document
from chassis.lease import COLLECTION as LEASES
from chassis.mongo import Mongo
from local_platform.definitions import SERVICES
from testkit.platform import Platform

Records = Mapping[str, Mapping[str, Document]]
"""Collection → id → document."""


@dataclass(frozen=True)
class Held:
    """What one service holds, and what its inbox is bound to."""

    outbox: list[Document]
    inbox: set[str]
    unhandled: list[Document]
    records: Records
    bound: set[str]
    queued: int


@dataclass(frozen=True)
class House:
    """A platform with its doors open to the checker."""

    platform: Platform
    stores: Mapping[str, Mongo]

    async def held(self) -> dict[str, Held]:
        """Read everything; outboxes first, so that what is bound to them is read later than they."""
        outboxes = {name: await _all(self.stores[name], "outbox") for name in SERVICES}
        return {name: await self._held(name, outboxes[name]) for name in SERVICES}

    async def _held(self, service: str, outbox: list[Document]) -> Held:
        mongo, vhost = self.stores[service], self.platform.vhost
        unhandled = [row for row in await _all(mongo, "parked") if row["state"] != "discarded"]
        collections = sorted(set(await mongo.motor.list_collection_names()) - set(OWN_COLLECTIONS))
        return Held(
            outbox=outbox,
            inbox={row["_id"] for row in await _all(mongo, "inbox")},
            unhandled=unhandled,
            records={name: {row["_id"]: row for row in await _all(mongo, name)} for name in collections},
            bound=await vhost.bindings(f"{service}.inbox"),
            queued=await vhost.depth(f"{service}.inbox") + await vhost.depth(f"{service}.parked"),
        )

    async def hashes(self) -> dict[str, dict[str, str]]:
        """Return the database's own hash of every collection, but of the lease that the relays renew."""
        found = {name: (await mongo.motor.command("dbHash"))["collections"] for name, mongo in self.stores.items()}
        return {name: {key: of[key] for key in of if key != LEASES} for name, of in found.items()}

    async def disposed(self, service: str, disposition: str) -> int:
        """Return how many messages the processes of a service have disposed of in this way since their start."""
        total = 0.0
        for address in self.platform.addresses[service, "serve"]:
            messages = [sample for sample in await _metrics(address) if sample.name == "inbox_total"]
            total += sum(sample.value for sample in messages if sample.labels["disposition"] == disposition)
        return int(total)

    async def shares(self, service: str) -> list[tuple[int, int]]:
        """Return what each process of a service has done: requests of clients answered, messages handled."""
        found = []
        for address in self.platform.addresses[service, "serve"]:
            metrics = await _metrics(address)
            requests = [
                s for s in metrics if s.name == "http_request_seconds_count" and s.labels["route"].startswith("/v1/")
            ]
            messages = [s for s in metrics if s.name == "inbox_total"]
            found.append((int(sum(s.value for s in requests)), int(sum(s.value for s in messages))))
        return found


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[House]:
    """Open the databases of a platform."""
    async with AsyncExitStack() as stack:
        stores = {name: Mongo(platform.environments[name]["MONGO_URL"]) for name in SERVICES}
        for mongo in stores.values():
            stack.push_async_callback(mongo.close)
        yield House(platform, stores)


async def _all(mongo: Mongo, collection: str) -> list[Document]:
    return await mongo.plain[collection].find({})


async def _metrics(address: str) -> list[Sample]:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
        return [sample for family in families for sample in family.samples]
