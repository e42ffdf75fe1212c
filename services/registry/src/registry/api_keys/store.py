"""API keys in the database."""

from datetime import date

from chassis.aggregates import Aggregates
from chassis.documents import Database, Index
from chassis.migrations import Migration
from chassis.work import Work
from registry.api_keys.domain import ApiKey, ApiKeyUnknown
from registry.integrations.store import INTEGRATIONS
from registry.oauth import EXCHANGE_SCOPES

API_KEYS = Aggregates(
    ApiKey,
    collection="api_keys",
    missing=lambda api_key_id: ApiKeyUnknown(api_key_id=api_key_id),
    indexes=[Index([(field, 1), ("_id", 1)]) for field in ("institution_id", "integration_id")],
)


async def note_use(work: Work, key: ApiKey, day: date) -> None:
    """Remember the last day of use; written once a day, beside the version that administrators see."""
    if key.last_used_on != day:
        await work.db[API_KEYS.collection].update({"_id": key.id}, {"$set": {"last_used_on": day.isoformat()}})


async def _make_parts(db: Database) -> None:
    for row in await db[API_KEYS.collection].find({"_id": {"$gte": ""}}):
        if "integration_id" in row:
            continue
        of_institution = await db[INTEGRATIONS.collection].find({"institution_id": row["institution_id"]})
        of_institution.sort(key=lambda one: (one["state"] == "granted", one["_id"]))
        exchanged = of_institution and EXCHANGE_SCOPES.intersection(row["scopes"])
        part_of = {"integration_id": of_institution[-1]["_id"] if exchanged else None}
        await db[API_KEYS.collection].update({"_id": row["_id"]}, {"$set": part_of})


KEYS_ARE_PARTS = Migration("keys-are-parts-of-integrations", _make_parts)
"""Keys from before: one with scopes of the exchange is a part of its institution's integration, the last one."""
