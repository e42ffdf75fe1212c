"""From a message to a disposition: applied once, a duplicate, waiting for another try, or parked."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import structlog
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from chassis import outbox, parked
from chassis.crashpoint import crashpoint
from chassis.documents import Database, Index
from chassis.errors import Conflict, DomainError, Forbidden, NotFound, RuleBroken, Unavailable
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.reactions import Reaction
from chassis.settings import ServiceSettings
from chassis.telemetry import RECEIVED, bound_log_context
from chassis.work import Cause, Work
from contracts.envelope import Envelope
from contracts.fact import Fact

log = structlog.get_logger("receive")
COLLECTION = "inbox"
_KEEP_SECONDS = 60 * 24 * 3600
INDEXES = (Index([("done_at", 1)], {"expireAfterSeconds": _KEEP_SECONDS}),)

Disposition = Literal["applied", "duplicate", "waiting", "parked"]
Known = Mapping[str, tuple[type[Fact], tuple[Reaction, ...]]]


class Receiver:
    """Runs a service's reactions: inbox row, effects and own outbox rows in one transaction."""

    def __init__(self, mongo: Mongo, settings: ServiceSettings, service: str, known: Known) -> None:
        self._mongo, self._settings, self._service, self._known = mongo, settings, service, known

    async def receive(self, headers: Mapping[str, Any], body: bytes, *, attempts: int = 0) -> Disposition:
        """Handle one message. Raises only when the database is away: then nothing happened and it may come again."""
        message = parked.Message(headers={k: v for k, v in headers.items() if isinstance(v, str)}, body=body)
        try:
            envelope = Envelope.from_headers(headers)
            model, reactions = self._known[envelope.type]
            fact = model.model_validate_json(body)
        except KeyError as error:
            return await self._park(message, str(uuid.uuid4()), "unknown_type", error, attempts)
        except ValidationError as error:
            return await self._park(message, str(uuid.uuid4()), "invalid", error, attempts)
        with bound_log_context(event_id=envelope.id, event_type=envelope.type, correlation_id=envelope.correlationid):
            disposition = await self._react(message, envelope, fact, reactions, attempts)
        RECEIVED.labels(envelope.type, disposition).inc()
        return disposition

    async def _react(
        self, message: parked.Message, envelope: Envelope, fact: Fact, reactions: tuple[Reaction, ...], attempts: int
    ) -> Disposition:
        try:
            return await self._mongo.transact(
                lambda db: self._apply(db, envelope, fact, reactions), seconds=self._settings.transaction_seconds
            )
        except (RuleBroken, Forbidden) as error:
            return await self._park(message, envelope.id, error.code, error, attempts)
        except Unavailable:
            raise
        except (NotFound, Conflict) as error:
            return await self._wait(message, envelope.id, error.code, error, attempts)
        except PyMongoError:
            raise
        except Exception as error:
            # The edge of the process: whatever a reaction does wrong, its message is kept and the others flow.
            log.exception("reaction failed")
            return await self._wait(message, envelope.id, "failed", error, attempts)

    async def _apply(
        self, db: Database, envelope: Envelope, fact: Fact, reactions: tuple[Reaction, ...]
    ) -> Disposition:
        if await db[COLLECTION].find_one({"_id": envelope.id}):
            return "duplicate"
        work = Work(
            db=db,
            now=datetime.now(UTC),
            caller=Caller(subject=f"service:{self._service}", roles=frozenset({"service"})),
            cause=Cause(envelope.correlationid or envelope.id, envelope.id, envelope.traceparent),
            event=envelope,
        )
        await db[COLLECTION].insert({"_id": envelope.id, "type": envelope.type, "done_at": work.now})
        for reaction in reactions:
            await reaction(fact, work)
        crashpoint("inside_consumer_transaction")
        await outbox.write(work, source=self._service)
        return "applied"

    async def _wait(
        self, message: parked.Message, event_id: str, reason: str, error: Exception, attempts: int
    ) -> Disposition:
        delays = self._settings.retry_seconds
        if attempts >= len(delays):
            return await self._park(message, event_id, reason, error, attempts)
        await parked.keep(
            self._mongo.plain, message, event_id, parked.Failure(reason, _words(error), attempts + 1, delays[attempts])
        )
        return "waiting"

    async def _park(
        self, message: parked.Message, event_id: str, reason: str, error: Exception, attempts: int
    ) -> Disposition:
        log.error("message parked", event_id=event_id, reason=reason, error=_words(error))
        await parked.keep(self._mongo.plain, message, event_id, parked.Failure(reason, _words(error), attempts, None))
        return "parked"


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, DomainError) else repr(error)[:2000]
