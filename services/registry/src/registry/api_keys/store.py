"""API keys in the database."""

from datetime import date

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from registry.api_keys.domain import ApiKey, ApiKeyUnknown

API_KEYS = Aggregates(
    ApiKey,
    collection="api_keys",
    missing=lambda api_key_id: ApiKeyUnknown(api_key_id=api_key_id),
    indexes=[Index([("institution_id", 1), ("_id", 1)])],
)


async def note_use(work: Work, key: ApiKey, day: date) -> None:
    """Remember the last day of use; written once a day, beside the version that administrators see."""
    if key.last_used_on != day:
        await work.db[API_KEYS.collection].update({"_id": key.id}, {"$set": {"last_used_on": day.isoformat()}})
