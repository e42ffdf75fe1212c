"""How a webhook stands at a moment: whether it is told, of what, and since when it fails."""

from dataclasses import dataclass
from datetime import datetime

from chassis import outbox
from chassis.documents import Database, Document
from chassis.errors import StaleVersion
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.work import Cause, Work
from reporting.deliveries.domain import PROBED_AFTER, Answer, Patience, is_given_up
from reporting.webhooks import domain as webhooks
from reporting.webhooks.domain import Integration, Reason, Webhook
from reporting.webhooks.errors import WebhookNotInState
from reporting.webhooks.store import CURSORS, UNTROUBLED, WEBHOOKS, integration

SERVICE = "reporting"


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
    """How a webhook fares, kept beside its position; one process at a time writes it."""

    mongo: Mongo
    webhook_id: str
    patience: Patience
    failures: int = 0
    failing_since: datetime | None = None
    woken: bool = False

    async def load(self) -> None:
        """Read it anew; `woken` is true after somebody resumed the webhook, until `roused`."""
        found = await self.mongo.plain[CURSORS].find_one({"_id": self.webhook_id}) or {}
        self.failures, self.failing_since = found.get("failures", 0), found.get("failing_since")
        self.woken = bool(found.get("wake"))

    async def roused(self) -> None:
        """Take note that everything that waits is tried at once."""
        self.woken = False
        await self.mongo.plain[CURSORS].update({"_id": self.webhook_id}, {"$set": {"wake": False}})

    @property
    def probing(self) -> bool:
        """Whether the receiver seems to be down, and is asked by one event at a time."""
        return self.failures >= PROBED_AFTER

    async def note(self, answer: Answer, now: datetime) -> None:
        """Take the outcome of a try into account: success ends the row of failures, too long a row the webhook."""
        if answer.arrived:
            if self.failures:
                self.woken = self.woken or self.probing
                self.failures, self.failing_since = 0, None
                await self._write(UNTROUBLED)
            return
        self.failures, self.failing_since = self.failures + 1, self.failing_since or now
        current = await self._write({"failures": self.failures, "failing_since": self.failing_since})
        if answer.gone:
            await self._stop("gone", now)
        elif current and is_given_up(self.failing_since, now, self.patience):
            await self._stop("failing", now)

    async def _write(self, fields: Document) -> bool:
        # A webhook that was resumed meanwhile has begun anew: what an earlier try tells no longer counts.
        where = {"_id": self.webhook_id, "wake": {"$ne": True}}
        return bool(await self.mongo.plain[CURSORS].update(where, {"$set": fields}))

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
