"""How a webhook stands at a moment: whether it is told, of what, and since when it fails."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chassis import outbox
from chassis.documents import Database, Document
from chassis.errors import StaleVersion
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.work import Cause, Work
from reporting.deliveries.domain import PROBED_AFTER, Answer, Patience, is_given_up
from reporting.integrations.domain import Integration
from reporting.integrations.store import integration
from reporting.webhooks import domain as webhooks
from reporting.webhooks.domain import Reason, Webhook
from reporting.webhooks.errors import WebhookNotInState
from reporting.webhooks.store import CURSORS, UNTROUBLED, WEBHOOKS

SERVICE = "reporting"
BACK: Literal["back"] = "back"
Wake = bool | Literal["back"]
"""Why everything that waits is to be tried at once: somebody resumed the webhook (True), or its receiver is back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A webhook that is told now."""

    webhook: Webhook
    integration: Integration


async def standing(db: Database, webhook_id: str, now: datetime) -> Standing | None:
    """Return a webhook that is active, of an integration in force; None for any other."""
    found = await db[WEBHOOKS.collection].find_one({"_id": webhook_id, "state": "active"})
    if found is None:
        return None
    webhook = WEBHOOKS.read(found)
    owner = await integration(db, webhook.integration_id)
    return Standing(webhook, owner) if owner is not None and owner.in_force(now.date()) else None


@dataclass
class Health:
    """How a webhook fares, kept beside its position.

    Chains of one webhook fail side by side, and a process that was paused may still write beside its successor: so the
    row of failures is counted where it is kept, and what one process notes is written in the order of the answers.
    """

    mongo: Mongo
    webhook_id: str
    patience: Patience
    failures: int = 0
    wake: Wake = False
    roused_at: datetime | None = None
    """When one event that arrived last brought all that waited."""
    _in_turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self) -> None:
        """Read it anew; `wake` tells why everything that waits is to be tried at once, until `roused`."""
        found = await self.mongo.plain[CURSORS].find_one({"_id": self.webhook_id}) or {}
        self.failures, self.wake = found.get("failures", 0), found.get("wake", False)
        self.roused_at = found.get("roused_at")

    async def roused(self) -> None:
        """Take note that everything that waits is tried at once; what was asked for meanwhile stays asked for."""
        asked = {"_id": self.webhook_id, "wake": self.wake}
        await self.mongo.plain[CURSORS].update(asked, {"$set": {"wake": False}})

    @property
    def probing(self) -> bool:
        """Whether the receiver seems to be down, and is asked by one event at a time."""
        return self.failures >= PROBED_AFTER

    async def note(self, answer: Answer, now: datetime) -> None:
        """Take the outcome of a try into account: success ends the row of failures, too long a row the webhook."""
        async with self._in_turn:
            await (self._taken(now) if answer.arrived else self._refused(answer, now))

    async def _taken(self, now: datetime) -> None:
        if self.failures:
            back: Document = {"wake": BACK, "roused_at": now} if self.probing and self._is_rested(now) else {}
            await self._write({"$set": UNTROUBLED | back})
            self.failures, self.roused_at = 0, now if back else self.roused_at

    def _is_rested(self, now: datetime) -> bool:
        # A receiver that takes some events and refuses others for good is back at each one that it takes.
        return self.roused_at is None or now - self.roused_at >= self.patience.rouse

    async def _refused(self, answer: Answer, now: datetime) -> None:
        row = {"failures": {"$add": ["$failures", 1]}, "failing_since": {"$min": ["$failing_since", now]}}
        written = await self._write([{"$set": row}])
        self.failures = written["failures"] if written else self.failures
        if answer.gone:
            await self._stop("gone", now)
        elif written and is_given_up(written["failing_since"], now, self.patience):
            await self._stop("failing", now)

    async def _write(self, change: Document | list[Document]) -> Document | None:
        # A webhook that was resumed meanwhile has begun anew: what an earlier try tells no longer counts.
        where = {"_id": self.webhook_id, "wake": {"$ne": True}}
        return await self.mongo.plain[CURSORS].find_and_update(where, change)

    async def _stop(self, reason: Reason, now: datetime) -> None:
        async def body(db: Database) -> None:
            work = Work(db=db, now=now, caller=_OURSELVES, cause=Cause(self.webhook_id))
            stopped, fact = webhooks.stop(await WEBHOOKS.get(work, self.webhook_id), reason, now)
            await WEBHOOKS.save(work, stopped, fact)
            await outbox.write(work, source=SERVICE)

        try:
            await self.mongo.transact(body)
        except (StaleVersion, WebhookNotInState):
            return  # its owner was quicker: the next try decides anew


_OURSELVES = Caller(subject=f"service:{SERVICE}", roles=frozenset({"service"}))
