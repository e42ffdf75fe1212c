"""What of a webhook is due, as chains: the events of one aggregate, in the feed's order, the first one first."""

from collections import defaultdict
from datetime import datetime

from chassis.documents import Database, Document
from reporting.deliveries.store import COLLECTION
from reporting.webhooks.store import WEBHOOKS

Chain = list[Document]
_BATCH = 200


async def due_chains(db: Database, webhook_id: str, now: datetime) -> list[Chain]:
    """Return the chains whose first event is due; what waits behind one that is not due is put off with it."""
    due = {"webhook_id": webhook_id, "state": "waiting", "next_at": {"$lte": now}}
    found = await db[COLLECTION].find(due, sort=[("position", 1)], limit=_BATCH)
    chains: dict[str, Chain] = defaultdict(list)
    subjects = {"webhook_id": webhook_id, "state": "waiting", "subject": {"$in": sorted({r["subject"] for r in found})}}
    # A chain is complete only with every waiting row of its aggregate, due or not.
    for row in await db[COLLECTION].find(subjects, sort=[("subject", 1), ("position", 1)]) if found else ():
        chains[row["subject"]].append(row)
    for chain in chains.values():
        if chain[0]["next_at"] > now:
            await put_off(db, chain)
    return sorted((chain for chain in chains.values() if chain[0]["next_at"] <= now), key=lambda c: c[0]["position"])


async def put_off(db: Database, chain: Chain) -> None:
    """Let a chain wait for its first event: a later event never overtakes an earlier one of its aggregate.

    An event before it, which somebody wants again meanwhile, does not wait.
    """
    first = chain[0]
    of_subject = {"webhook_id": first["webhook_id"], "subject": first["subject"], "state": "waiting"}
    behind = {**of_subject, "position": {"$gt": first["position"]}}
    await db[COLLECTION].update(behind, {"$set": {"next_at": first["next_at"]}})


async def wake_all(db: Database, webhook_id: str, now: datetime, *, anew: bool) -> None:
    """Let everything that waits be tried at once; `anew`: with all its tries before it."""
    change: Document = {"next_at": now} | ({"attempts": 0, "first_at": None} if anew else {})
    await db[COLLECTION].update({"webhook_id": webhook_id, "state": "waiting"}, {"$set": change})


async def withdraw_all(db: Database, webhook_ids: list[str], now: datetime) -> None:
    """Let nothing wait for webhooks that are ended or removed; what is paused or suspended goes on waiting."""
    retired = {"_id": {"$in": webhook_ids}, "state": {"$in": ["ended", "removed"]}}
    ids = [row["_id"] for row in await db[WEBHOOKS.collection].find(retired)] if webhook_ids else []
    if ids:
        over = {"$set": {"state": "withdrawn", "next_at": None, "done_at": now}, "$inc": {"version": 1}}
        await db[COLLECTION].update({"webhook_id": {"$in": ids}, "state": "waiting"}, over)
