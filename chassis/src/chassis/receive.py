"""From a message to a disposition: applied once, a duplicate, waiting for another try, or parked."""

import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from chassis import parked
from chassis.crashpoint import crashpoint
from chassis.documents import Index
from chassis.mongo import Mongo
from chassis.parked import Disposition, Failure, Message
from chassis.reactions import Reaction
from chassis.settings import ServiceSettings
from chassis.telemetry import RECEIVED
from chassis.tries import Tries
from chassis.work import Cause, Work
from contracts.envelope import Envelope
from contracts.fact import Fact

COLLECTION = "inbox"
_KEEP_SECONDS, _MOST_CLAIMS = 60 * 24 * 3600, 3
INDEXES = (Index([("done_at", 1)], {"expireAfterSeconds": _KEEP_SECONDS}),)

_ENDED = Failure("delivery_limit", "consumers ended while handling the message", 0, None)
Known = Mapping[str, tuple[type[Fact], tuple[Reaction, ...]]]


class Receiver:
    """Runs a service's reactions: inbox row, effects and own outbox rows in one transaction."""

    def __init__(self, mongo: Mongo, settings: ServiceSettings, service: str, known: Known) -> None:
        self._db, self._known, self._tries = mongo.plain, known, Tries(mongo, settings, service)

    async def receive(
        self, headers: Mapping[str, Any], body: bytes, *, attempts: int = 0, kept_as: str | None = None
    ) -> Disposition:
        """Handle one message; `kept_as` is where it waited. Raises only when the database is away: nothing happened."""
        message = Message(headers, body)
        try:
            envelope = Envelope.from_headers(headers)
            model, reactions = self._known[envelope.type]
            fact = model.model_validate_json(body)
        except (KeyError, ValidationError) as error:
            reason = "invalid" if isinstance(error, ValidationError) else "unknown_type"
            return await parked.keep(
                self._db, message, kept_as or str(uuid.uuid4()), Failure(reason, repr(error)[:2000], attempts, None)
            )

        async def react(work: Work) -> Disposition:
            if await work.db[COLLECTION].find_one({"_id": envelope.id}):
                return "duplicate"
            await work.db[COLLECTION].insert({"_id": envelope.id, "type": envelope.type, "done_at": work.now})
            for reaction in reactions:
                await reaction(fact, work)
            crashpoint("inside_consumer_transaction")
            return "applied"

        with structlog.contextvars.bound_contextvars(
            event_id=envelope.id, event_type=envelope.type, correlation_id=envelope.correlationid
        ):
            disposition = await self._tries.make(
                react,
                lambda failure: parked.keep(self._db, message, envelope.id, failure),
                Cause(envelope.correlationid or envelope.id, envelope.id, envelope.traceparent),
                envelope,
                attempts,
            )
        RECEIVED.labels(envelope.type, disposition).inc()
        return disposition

    async def give_up(self, message: Message) -> Disposition:
        """Keep a message on which consumers died until the broker took it from the inbox, to be tried once more.

        Most of such messages were only near the one that consumers died of. What waits is tried one by one.
        """
        return await parked.keep(
            self._db, message, str(message.headers.get("cloudEvents:id", uuid.uuid4())), _ENDED._replace(delay=0)
        )

    async def retry_due(self) -> bool:
        """Try the next waiting message whose time has come; False when there is none."""
        row = await parked.claim_due(self._db)
        if row and row["claims"] > _MOST_CLAIMS:
            await parked.keep(self._db, Message(row["headers"], row["body"]), row["_id"], _ENDED)
        elif row and await self.receive(row["headers"], row["body"], attempts=row["attempts"], kept_as=row["_id"]) in (
            "applied",
            "duplicate",
        ):
            await parked.forget(self._db, row["_id"])
        return row is not None
