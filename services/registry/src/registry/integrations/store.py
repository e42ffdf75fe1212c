"""Integrations in the database, their history, and how far the broker has followed."""

from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from chassis.aggregates import Aggregates, bson
from chassis.documents import Database, Index
from chassis.work import Reads, Work
from registry.integrations.ageing import Watched
from registry.integrations.domain import Integration, IntegrationUnknown, What, standing

INTEGRATIONS = Aggregates(
    Integration,
    collection="integrations",
    missing=lambda integration_id: IntegrationUnknown(integration_id=integration_id),
    indexes=[
        Index([("name", 1)], {"unique": True}),
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
)
HISTORY = "integration_history"
HISTORY_INDEXES = (Index([("integration_id", 1), ("_id", 1)]),)
QUEUES = "partner_queues"
_WATCHED = TypeAdapter(Watched)

Lag = Literal["not_configured", "silent", "not_prepared", "refused", "busy"]
"""Why the broker has not followed yet."""


async def in_force(within: Reads, **which: str | None) -> bool:
    """Tell whether an integration is in force today: one by its `_id`, or any of an `institution_id`."""
    found = await INTEGRATIONS.find(within, which)
    return any(standing(one, today=within.now.date()) == "in_force" for one in found)


async def enter(work: Work, integration: Integration, what: What) -> None:
    """Note who has done what, when, and what has been granted since; never a password or its hash."""
    document = INTEGRATIONS.write(integration)
    noted = {name: document[name] for name in ("receives", "sends", "contact_person_id", "valid_until", "queue_bytes")}
    entry = {
        "_id": work.new_id(),
        "version": integration.version,
        "integration_id": integration.id,
        "what": what,
        "at": work.now,
        "by": work.caller.subject,
    }
    await work.db[HISTORY].insert(entry | noted)


async def note_followed(db: Database, integration: Integration, now: datetime) -> bool:
    """Remember since when the broker holds this version; False when there is a newer one.

    Beside the version that administrators see: what the broker does is no change of the integration.
    """
    return await _note(db, integration, {"version": integration.version, "lag": None}, now)


async def note_lag(db: Database, integration: Integration, lag: Lag, now: datetime) -> bool:
    """Remember since when and why the broker does not hold this version; False when there is a newer one."""
    return await _note(db, integration, {"version": integration.version - 1, "lag": lag}, now)


async def _note(db: Database, integration: Integration, told: dict[str, Any], now: datetime) -> bool:
    known = {"$and": [{"$eq": [f"$broker.{name}", value]} for name, value in told.items()]}
    kept = {"$cond": [known, "$broker", told | {"since": now}]}
    where = {"_id": integration.id, "version": integration.version}
    return bool(await db[INTEGRATIONS.collection].update(where, [{"$set": {"broker": kept}}]))


async def watched_queues(db: Database) -> dict[str, Watched]:
    """Return what is known of the partners' queues from earlier looks, by their names."""
    found = await db[QUEUES].find({"_id": {"$gte": ""}})
    return {row["_id"]: _WATCHED.validate_python({"id": row["_id"], **row}) for row in found}


async def keep_watched(db: Database, watched: Watched) -> None:
    """Remember what is known of a queue after a look."""
    known = bson(_WATCHED.dump_python(watched))
    await db[QUEUES].update({"_id": known.pop("id")}, {"$set": known}, upsert=True)


async def forget_all_but(db: Database, names: list[str]) -> None:
    """Forget the queues that there are no more."""
    await db[QUEUES].delete({"_id": {"$gte": "", "$nin": names}})
