"""What the chronicle knows from before there was a feed, taken into the feed once.

Evidence holds type, subject, version and the whole body. It does not hold two attributes of the event, and both follow
from what it does hold: `source` is the first word of the type, `time` is in the id (UUIDv7), later than the time that
was announced by what the transaction took, seconds at most. An id without a time is left out and told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chassis.documents import Database, Document
from chassis.errors import AlreadyExists
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.public import CATALOGUE as PUBLIC
from reporting.evidence.domain import Evidence
from reporting.evidence.store import COLLECTION as EVIDENCE
from reporting.evidence.store import read
from reporting.feed import store
from reporting.feed.domain import Pseudonyms, moment_of, told

_BATCH = 500


@dataclass
class Filled:
    """What came of it; `timeless` are the ids of events that cannot be told as they were."""

    taken: int = 0
    there: int = 0
    timeless: list[str] = field(default_factory=list)


async def fill(
    db: Database, pseudonyms: Pseudonyms, clock: Callable[[], datetime], say: Callable[[int], None] = lambda _: None
) -> Filled:
    """Take the public events of the chronicle that the feed lacks, in the order of their ids, each exactly once.

    `say` is told from time to time how many have been taken.
    """
    filled, last = Filled(), ""
    while chapter := await db[EVIDENCE].find({"_id": {"$gt": last}}, limit=_BATCH):
        await _take(db, chapter, filled, lambda one, moment: _row(one, moment, pseudonyms, clock()))
        last = chapter[-1]["_id"]
        say(filled.taken)
    return filled


async def _take(
    db: Database, chapter: list[Document], filled: Filled, made: Callable[[Evidence, datetime], Document]
) -> None:
    public = [read(document) for document in chapter if document["type"] in PUBLIC]
    known = {row["_id"] for row in await db[store.FEED].find({"_id": {"$in": [one.id for one in public]}})}
    lacking = [one for one in public if one.id not in known]
    filled.timeless += [one.id for one in lacking if moment_of(one.id) is None]
    rows = [made(one, moment) for one in lacking if (moment := moment_of(one.id))]
    filled.there += len(known)
    filled.taken += len(rows)
    try:
        if rows:
            await db[store.FEED].insert(*rows)
    except AlreadyExists:  # somebody fills beside us
        for row in rows:
            await store.append(db, row)


def _row(evidence: Evidence, moment: datetime, pseudonyms: Pseudonyms, at: datetime) -> Document:
    envelope = Envelope(
        id=evidence.id,
        source=f"/{evidence.type.partition('.')[0]}",
        type=evidence.type,
        subject=evidence.subject,
        time=moment,
        sequence=evidence.sequence,
    )
    fact = CATALOGUE[evidence.type].model_validate(evidence.data)
    return store.row(*told(fact, envelope, pseudonyms), at=at)
