"""Read copies: what a service keeps of others' records, the same whatever order the facts arrive in."""

from collections.abc import Mapping
from typing import Any

from chassis.aggregates import bson
from chassis.work import Work

_SEEN = "_seen"


async def keep(work: Work, collection: str, record_id: str, fields: Mapping[str, Any]) -> None:
    """Merge what a fact says into the copy of its subject; each field keeps the value of the highest sequence."""
    if work.event is None:
        raise ValueError("a copy is kept only by a reaction")
    sequence = work.event.sequence
    seen: dict[str, int] = (await work.db[collection].find_one({"_id": record_id}) or {}).get(_SEEN, {})
    newer = {name: value for name, value in bson(fields).items() if seen.get(name, 0) < sequence}
    changed = newer | {f"{_SEEN}.{name}": sequence for name in newer}
    await work.db[collection].update({"_id": record_id}, {"$set": changed}, upsert=True)
