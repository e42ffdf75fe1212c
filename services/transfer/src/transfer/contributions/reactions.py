"""The bus in for partners: messages of the queue `inbound`, each taken in or kept in quarantine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from chassis.bus import Source
from chassis.crashpoint import crashpoint
from chassis.documents import Database
from chassis.mongo import Mongo
from chassis.parked import Disposition, Failure, Message
from chassis.settings import ServiceSettings
from chassis.tries import Tries
from chassis.work import Cause, Work
from contracts.envelope import PREFIX
from transfer.contributions import domain
from transfer.contributions.handlers import Announcement, take_in
from transfer.contributions.measures import count
from transfer.integrations.domain import Integration, OriginUnknown
from transfer.integrations.store import named
from transfer.quarantine.domain import Entry, HandlingFailed, Parcel, parcel, reason_of
from transfer.quarantine.store import claim_due, forget, set_aside

QUEUE, GIVEN_UP_QUEUE = "inbound", "inbound.parked"
"""Made by the broker's definitions; the broker moves a message to the second when its consumers keep dying on it."""
PREFETCH = 10
"""Messages that the broker sends ahead. One may be 2 MiB, the broker's `max_message_size`, and memory is bounded:
fifty, as of the platform's own small facts, would be 100 MiB that a partner can put there."""
_USER = "partner."
_ALONE_SECONDS, _DIED = 1, "consumers ended while handling the message"
MOST_BEGUN = 3
"""After so many tries of which nothing came, a message is one that consumers die of."""
log = structlog.get_logger("inbound")


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where partners come in."""

    url: str
    user_prefix: str
    """Before the names of partners' users, where several platforms share one broker."""
    clock: Callable[[], datetime]


def inbound(settings: ServiceSettings, door: Door) -> Callable[[Mongo], Source]:
    """Return what the service consumes from partners."""

    def opened(mongo: Mongo) -> Source:
        intake = Intake(mongo, settings, door)
        return Source(
            url=door.url,
            prefetch=min(PREFETCH, settings.prefetch),
            declare=_is_declared_by_definitions,
            handlers={QUEUE: intake.receive, GIVEN_UP_QUEUE: intake.give_up},
            retry_due=intake.retry_due,
        )

    return opened


async def _is_declared_by_definitions(_: str) -> None:
    """Declare nothing: the service's user may not, in the virtual host of partners."""


class Intake:
    """Takes partners' messages in, one by one."""

    def __init__(self, mongo: Mongo, settings: ServiceSettings, door: Door) -> None:
        self._db, self._tries, self._door = mongo.plain, Tries(mongo, settings, "transfer"), door
        self._delays = len(settings.retry_seconds)

    async def receive(self, message: Message) -> Disposition:
        """Handle one message. Raises only when the database is away: then nothing happened and it may come again."""
        return await self._try(_parcel(message), None)

    async def give_up(self, message: Message) -> Disposition:
        """Keep a message during which consumers died until the broker took it away, and try it once more, alone.

        Most of such messages were only near the one that consumers died of.
        """
        last = Failure("handling-failed", _DIED, self._delays, _ALONE_SECONDS)
        return await self._keep(_parcel(_as_sent(message)), last, None)

    async def retry_due(self) -> bool:
        """Try the next waiting message whose time has come; False when there is none."""
        entry = await claim_due(self._db, self._door.clock())
        if entry and entry.begun > MOST_BEGUN:
            died = Failure("handling-failed", _DIED, entry.attempts, None)
            await self._keep(entry.parcel, died, entry)
        elif entry:
            await self._try(entry.parcel, entry)
        return entry is not None

    async def _try(self, came: Parcel, entry: Entry | None) -> Disposition:
        headers = came.texts

        async def take(work: Work) -> Disposition:
            taken = await take_in(await self._announcement(came, work.db), work)
            await forget(work.db, came.digest)
            crashpoint("inside_consumer_transaction")
            return "applied" if taken.fresh else "duplicate"

        disposition = await self._tries.make(
            take,
            lambda failure: self._keep(came, failure, entry),
            Cause(came.digest[:32], headers.get(f"{PREFIX}id", "")[:64] or None, None),
            attempts=entry.attempts if entry else 0,
        )
        if disposition in ("applied", "duplicate"):
            count(self._name(came), "accepted" if disposition == "applied" else "duplicate")
        return disposition

    async def _announcement(self, came: Parcel, db: Database) -> Announcement:
        if not came.user_id:
            raise domain.OriginMissing
        integration = await self._integration(came, db)
        if integration is None:
            raise OriginUnknown(user_id=came.user_id)
        domain.says_json(came.content_type)
        return Announcement(
            integration=integration, headers=came.texts, body=came.body, size=came.size, routing_key=came.routing_key
        )

    async def _integration(self, came: Parcel, db: Database) -> Integration | None:
        name = self._name(came)
        return await named(db, name) if name else None

    def _name(self, came: Parcel) -> str:
        start = f"{self._door.user_prefix}{_USER}"
        return (came.user_id or "").removeprefix(start) if (came.user_id or "").startswith(start) else ""

    async def _keep(self, came: Parcel, failure: Failure, earlier: Entry | None) -> Disposition:
        refusal = failure.refusal or HandlingFailed()
        integration = await self._integration(came, self._db)
        now, texts = self._door.clock(), came.texts
        event_type = texts.get(f"{PREFIX}type")
        entry = Entry(
            id=came.digest,
            integration_id=integration.id if integration else None,
            institution_id=integration.institution_id if integration else None,
            partner=integration.name if integration else "",
            state="quarantined" if failure.delay is None else "waiting",
            reason=reason_of(refusal, field=domain.field_at_fault(refusal, event_type)),
            event_id=texts.get(f"{PREFIX}id"),
            type=event_type,
            parcel=came,
            received_at=now,
            last_at=now,
            next_at=None if failure.delay is None else now + timedelta(seconds=failure.delay),
            attempts=failure.attempts,
            times=1,
        )
        kept = await set_aside(self._db, entry, again=earlier is not None)
        if kept.state == "quarantined":
            count(entry.partner, "refused", refusal.code)
        log.warning(
            "not taken in",
            partner=entry.partner,
            entry=entry.id,
            reason=refusal.code,
            error=failure.error,
            again_in=failure.delay if kept.state == "waiting" else None,
            exc_info=failure.refusal is None,
        )
        return "waiting" if kept.state == "waiting" else "parked"


def _as_sent(message: Message) -> Message:
    """Return a message with the routing key by which it was sent: the broker gave it another when it moved it."""
    match message.headers.get("x-death"):
        case [{"routing-keys": [str() as sent, *_]}, *_]:
            return message._replace(routing_key=sent)
        case _:
            return message


def _parcel(message: Message) -> Parcel:
    return parcel(
        user_id=message.user_id,
        routing_key=message.routing_key,
        content_type=message.content_type,
        headers=message.headers,
        body=message.body,
    )
