"""Evidence in the database: one document per event."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from chassis.aggregates import bson
from chassis.documents import Database, Document, Index
from chassis.work import Work
from reporting.evidence.domain import Evidence

COLLECTION = "evidence"
INDEXES = (
    Index([("institution_id", 1), ("type", 1), ("year", 1)]),
    Index([("series", 1)], {"partialFilterExpression": {"series": {"$type": "string"}}}),
    Index([("happened_on", 1), ("_id", 1)]),
    Index([("institution_ids", 1), ("happened_on", 1), ("_id", 1)]),
    Index([("mentions", 1), ("happened_on", 1), ("_id", 1)]),
    Index([("type", 1), ("happened_on", 1), ("_id", 1)]),
    Index([("year", 1), ("happened_on", 1), ("_id", 1)]),
)
_SHAPE = TypeAdapter(Evidence)


async def keep_evidence(work: Work, evidence: Evidence) -> None:
    """Keep the evidence of one event; keeping it again changes nothing."""
    fields = bson(_SHAPE.dump_python(evidence))
    fields.pop("id")
    await work.db[COLLECTION].update({"_id": evidence.id}, {"$set": fields}, upsert=True)


async def evidence_for(
    db: Database, institution_id: str, *, year: int, of_year: Iterable[str], of_all_years: Iterable[str]
) -> list[Evidence]:
    """Return an institution's evidence: types wanted for the year, and types wanted from the beginning.

    With a fact that may have been superseded come all facts of its series, whatever year they now belong to.
    """
    where = {
        "institution_id": institution_id,
        "$or": [{"type": {"$in": sorted(of_year)}, "year": year}, {"type": {"$in": sorted(of_all_years)}}],
    }
    found = await db[COLLECTION].find(where)
    series = sorted({document["series"] for document in found if document.get("series")})
    if series:
        found += await db[COLLECTION].find({"series": {"$in": series, "$type": "string"}})
    return [read(document) for document in found]


def read(document: Document) -> Evidence:
    """Return the evidence that a document holds."""
    return _SHAPE.validate_python({"id": document["_id"], **document})
