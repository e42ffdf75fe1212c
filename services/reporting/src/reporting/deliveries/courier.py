"""The process that delivers: every webhook in one process at a time, the chains of each side by side.

A try is made first and written down afterwards, so a crash repeats and never loses. Who holds a webhook's lease
delivers to it; a holder that falls silent is succeeded, and a paused one that comes back can only repeat.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import structlog

from chassis.crashpoint import crashpoint
from chassis.documents import STORE_FAILURES, Document
from chassis.lease import Lease
from chassis.mongo import Mongo
from reporting.deliveries import store
from reporting.deliveries.chains import Chain, due_chains, put_off, wake_all, withdraw_all
from reporting.deliveries.domain import Answer, Patience, tried, withdrawn
from reporting.deliveries.feeding import feed
from reporting.deliveries.measures import ATTEMPTS
from reporting.deliveries.messages import message
from reporting.deliveries.signing import headers
from reporting.deliveries.standing import Health, Standing, standing
from reporting.feed.store import head
from reporting.webhooks.domain import told_types
from reporting.webhooks.store import CURSORS, WEBHOOKS
from reporting.webhooks.vault import Vault

log = structlog.get_logger("webhooks")
Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[Answer]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much at once and how often; seconds."""

    at_once: int = 32
    per_host: int = 4
    webhooks: int = 100
    """In one process at a time; another process takes the others."""
    poll_seconds: float = 1
    lease_seconds: float = 15
    patience: Patience


class Courier:
    """Delivers until it is cancelled."""

    def __init__(self, mongo: Mongo, vault: Vault, post: Post, clock: Clock, pace: Pace) -> None:
        self._mongo, self._vault, self._post, self._clock, self._pace = mongo, vault, post, clock, pace
        self._at_once = asyncio.Semaphore(pace.at_once)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(pace.per_host))
        self._serving: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver what is due, through every outage of the database."""
        try:
            while True:
                try:
                    await self._take_up()
                except STORE_FAILURES as error:
                    log.warning("deliveries interrupted", error=str(error))
                await asyncio.sleep(self._pace.poll_seconds)
        finally:
            for task in self._serving.values():
                task.cancel()
            await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def _take_up(self) -> None:
        for webhook_id in await self._with_work():
            if webhook_id not in self._serving and len(self._serving) < self._pace.webhooks:
                self._serving[webhook_id] = task = asyncio.create_task(self._serve(webhook_id))
                task.add_done_callback(partial(self._served, webhook_id))

    def _served(self, webhook_id: str, task: asyncio.Task[None]) -> None:
        self._serving.pop(webhook_id)
        if not task.cancelled() and (error := task.exception()):
            # One webhook's trouble is not the others'; this one is taken up again.
            log.error("webhook left", webhook_id=webhook_id, error=repr(error))

    async def _with_work(self) -> list[str]:
        db, now = self._mongo.plain, self._clock()
        active = [row["_id"] for row in await db[WEBHOOKS.collection].find({"state": "active"})]
        newest = (await head(db)).position
        behind = [
            row["_id"]
            for row in await db[CURSORS].find({"_id": {"$in": active}})
            if row["position"] < newest or row.get("wake")
        ]
        due = await db[store.COLLECTION].aggregate(
            [{"$match": {"state": "waiting", "next_at": {"$lte": now}}}, {"$group": {"_id": "$webhook_id"}}]
        )
        found = {row["_id"] for row in due}
        await withdraw_all(db, sorted(found - set(active)), now)
        wanted = ({*behind} | found) & set(active)
        return random.sample(sorted(wanted), len(wanted))  # two processes do not queue for the same one

    async def _serve(self, webhook_id: str) -> None:
        lease = Lease(self._mongo, f"webhook:{webhook_id}", seconds=self._pace.lease_seconds)
        if not await lease.hold():
            return
        keeper = asyncio.create_task(self._keep(lease, asyncio.current_task()))
        try:
            while await self._round(webhook_id):
                pass
        finally:
            keeper.cancel()
            with suppress(*STORE_FAILURES):
                await lease.release()

    async def _keep(self, lease: Lease, serving: "asyncio.Task[None] | None") -> None:
        held = True
        while held:
            await asyncio.sleep(self._pace.lease_seconds / 3)
            try:
                held = await lease.hold()
            except STORE_FAILURES:
                held = False
        if serving:
            serving.cancel()

    async def _round(self, webhook_id: str) -> bool:
        """Feed a webhook and deliver what is due; tell whether there may be more."""
        db, now = self._mongo.plain, self._clock()
        newest = (await head(db)).position
        stands = await standing(db, webhook_id, now)
        if stands is None:
            return False
        health = Health(self._mongo, webhook_id, self._pace.patience)
        await health.load()
        if health.wake:
            await wake_all(db, webhook_id, now, anew=health.wake is True)
            await health.roused()
        moved = await feed(self._mongo, stands.webhook, stands.integration, (newest, now))
        chains = await due_chains(db, webhook_id, self._clock())
        if health.probing:
            chains = [chain[:1] for chain in chains[:1]]
        async with asyncio.TaskGroup() as together:
            for chain in chains:
                together.create_task(self._chain(chain, health))
        return moved or bool(chains)

    async def _chain(self, chain: Chain, health: Health) -> None:
        while chain:
            row = chain[0]
            stands = await standing(self._mongo.plain, row["webhook_id"], self._clock())
            if stands is None:
                return
            host = urlsplit(stands.webhook.url).hostname or ""
            async with self._hosts[host], self._at_once:
                done = await self._deliver(row, stands, health)
            if not done:
                await put_off(self._mongo.plain, chain)
                return
            chain = chain[1:]

    async def _deliver(self, row: Document, stands: Standing, health: Health) -> bool:
        """Try one event; tell whether the next of its chain may follow."""
        db, delivery, partner = self._mongo.plain, store.read(row), stands.integration.name
        if row["kind"] == "event" and row["type"] not in told_types(stands.webhook, stands.integration):
            return await store.change(db, withdrawn(delivery, self._clock()))
        body = await message(db, row)
        now = self._clock()
        secrets = [self._vault.open(one.sealed) for one in stands.webhook.secrets if one.signs(now)]
        answer = await self._post(stands.webhook.url, body, headers(row["event_id"], body, secrets=secrets, now=now))
        crashpoint("after_delivery_before_mark")
        now = self._clock()
        after = tried(delivery, answer, now, patience=self._pace.patience, jitter=random.random())  # noqa: S311
        current = await store.change(db, after, answer, at=now, version=row["version"])
        ATTEMPTS.labels(partner, after.state if after.state != "waiting" else "refused").inc()
        await health.note(answer, now)
        if not current:
            return False  # somebody wanted it again while it was tried: so it is, by the next round
        row["next_at"] = after.next_at
        return after.state != "waiting"
