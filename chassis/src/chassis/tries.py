"""A try at a use case on behalf of a message: one transaction, and what becomes of the message when it fails."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from chassis import outbox
from chassis.documents import STORE_FAILURES, Database
from chassis.errors import DomainError, Forbidden, RuleBroken
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.parked import Disposition, Failure
from chassis.settings import ServiceSettings
from chassis.work import Cause, Work
from contracts.envelope import Envelope


class Tries:
    """Tries what a service does by itself, as the caller `service:<name>`."""

    def __init__(self, mongo: Mongo, settings: ServiceSettings, service: str) -> None:
        self._mongo, self._settings, self._service = mongo, settings, service

    async def make(
        self,
        use: Callable[[Work], Awaitable[Disposition]],
        keep: Callable[[Failure], Awaitable[Disposition]],
        cause: Cause,
        event: Envelope | None = None,
        attempts: int = 0,
    ) -> Disposition:
        """Run a use case in a transaction with its facts; let `keep` store the message with the reason of a failure.

        A rule that refuses is final; anything else is tried again with growing delays, then final too. Raises only when
        the database is away: then nothing happened.
        """

        async def body(db: Database) -> Disposition:
            work = Work(
                db=db,
                now=datetime.now(UTC),
                caller=Caller(subject=f"service:{self._service}", roles=frozenset({"service"})),
                cause=cause,
                event=event,
            )
            disposition = await use(work)
            await outbox.write(work, source=self._service)
            return disposition

        try:
            return await self._mongo.transact(body, seconds=self._settings.transaction_seconds)
        except STORE_FAILURES:
            raise
        except Exception as error:  # noqa: BLE001 the reason is kept with the message, and logged there
            # The edge of the process: whatever a use case does wrong, its message is kept and the others flow.
            refusal = error if isinstance(error, DomainError) else None
            delays = () if isinstance(error, RuleBroken | Forbidden) else self._settings.retry_seconds[attempts:]
            return await keep(
                Failure(
                    reason=refusal.code if refusal else "failed",
                    error=str(refusal) if refusal else repr(error)[:2000],
                    attempts=attempts + bool(delays),
                    delay=delays[0] if delays else None,
                    refusal=refusal,
                )
            )
