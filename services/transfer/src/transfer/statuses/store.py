"""The copy of the registry's time-bounded statuses."""

from datetime import date

from pydantic import TypeAdapter

from chassis.documents import Database, Document, Index
from chassis.work import Work
from contracts.registry import StatusKind
from transfer.statuses.domain import Status, institution_holds

STATUSES = "statuses"
INDEXES = (Index([("institution_id", 1), ("kind", 1)]), Index([("kind", 1)]))
_shape = TypeAdapter(Status)


def _read(document: Document) -> Status:
    return _shape.validate_python(document)


async def require_status(work: Work, kind: StatusKind, *, institution_id: str, day: date) -> None:
    """Refuse an institution without the status on the day. Raises: StatusRequired."""
    found = await work.db[STATUSES].find({"institution_id": institution_id, "kind": kind})
    institution_holds(kind, map(_read, found), institution_id=institution_id, day=day)


async def holders_in(db: Database, kind: StatusKind, *, first: date, last: date) -> list[str]:
    """Return the institutions that held a status on some day of a period, both ends inclusive."""
    found = [_read(document) for document in await db[STATUSES].find({"kind": kind})]
    return sorted({status.institution_id for status in found if status.is_valid_within(first, last)})
