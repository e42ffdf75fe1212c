"""What is posted: the event as CloudEvents structured JSON, byte for byte the same at every try."""

import json

from chassis.documents import Database, Document
from contracts.envelope import Envelope
from reporting.feed.store import FEED


async def message(db: Database, row: Document) -> bytes:
    """Return the body of a delivery. The feed forgets nothing, so an event that was fed is still there."""
    event = row["event"] if row["kind"] == "test" else await db[FEED].find_one({"_id": row["event_id"]})
    if event is None:
        raise LookupError(f"the feed has lost {row['event_id']}")
    return structured(event)


def structured(event: Document) -> bytes:
    """Return a row of the feed as CloudEvents structured JSON."""
    told = Envelope.from_headers(event["headers"]).structured(json.loads(event["body"]))
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
