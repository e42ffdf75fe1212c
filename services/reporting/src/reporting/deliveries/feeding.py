"""From the feed to what waits: each webhook moves over the feed at its own pace and leaves a row per event it wants."""

from datetime import datetime

from chassis.documents import Database
from chassis.mongo import Mongo
from reporting.deliveries import store
from reporting.feed.store import between
from reporting.integrations.domain import Integration
from reporting.webhooks.domain import Webhook, told_types
from reporting.webhooks.store import CURSORS, WEBHOOKS

MOST_WAITING = 5000
"""Beyond that a webhook's events wait in the feed, which forgets nothing."""
_BATCH = 200
_STRIDE = 5000


async def feed(mongo: Mongo, webhook: Webhook, integration: Integration, until: tuple[int, datetime]) -> bool:
    """Move a webhook over a piece of the feed `until` a position and now; tell whether it has moved.

    Rows and position change together: a crash leaves neither an event out nor half a piece. The webhook was read after
    the feed was at that position: what is told later may be of a type that it wants only since then.
    """
    if await mongo.plain[store.COLLECTION].count({"webhook_id": webhook.id, "state": "waiting"}) >= MOST_WAITING:
        return False
    return await mongo.transact(lambda db: _move(db, webhook, told_types(webhook, integration), until))


async def _move(db: Database, webhook: Webhook, types: frozenset[str], until: tuple[int, datetime]) -> bool:
    newest, now = until
    cursor = await db[CURSORS].find_one({"_id": webhook.id})
    if cursor is None or cursor["position"] >= newest:
        return False
    end = min(newest, cursor["position"] + _STRIDE)
    events = await between(db, cursor["position"], end, types, _BATCH)
    if len(events) == _BATCH:
        end = events[-1]["position"]
    owner = WEBHOOKS.write(webhook)
    await store.put(db, [store.row(event, owner, now) for event in events], now)
    moved = await db[CURSORS].update({"_id": webhook.id, "position": cursor["position"]}, {"$set": {"position": end}})
    return bool(moved)
