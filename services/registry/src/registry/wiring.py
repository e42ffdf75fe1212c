"""The registry put together from its rooms."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from chassis import outbox
from chassis.app import Http, Service
from chassis.documents import Database
from chassis.duty import Turn, on_duty
from chassis.identity import Caller
from chassis.migrations import Migration
from chassis.mongo import Mongo
from chassis.work import Cause, Reads, Work
from registry.accounts.handlers import open_first_account
from registry.accounts.store import ACCOUNTS
from registry.acts.store import ACTS
from registry.agreements.store import AGREEMENTS
from registry.api_keys.queries import doors
from registry.api_keys.store import API_KEYS, KEYS_ARE_PARTS
from registry.appointments.store import APPOINTMENTS
from registry.attempts.store import ATTEMPTS, ATTEMPTS_INDEXES
from registry.authorizations.store import CODES, CODES_INDEXES, REQUESTS, REQUESTS_INDEXES
from registry.clients.store import CLIENTS
from registry.institutions.store import INSTITUTIONS
from registry.integrations.broker import Broker
from registry.integrations.commands import OperatorsDesk
from registry.integrations.domain import Integration
from registry.integrations.observing import look, measure
from registry.integrations.reconciling import Keeper
from registry.integrations.store import HISTORY, HISTORY_INDEXES, INTEGRATIONS, QUEUES
from registry.integrations.topology import Place
from registry.memberships.store import MEMBERSHIPS
from registry.people.store import PEOPLE
from registry.refresh_tokens.store import FAMILIES, SPENT, SPENT_INDEXES
from registry.settings import RegistrySettings
from registry.statuses import reactions as statuses_reactions
from registry.statuses.store import APPROVED_REPORTS, APPROVED_REPORTS_INDEXES, STATUSES

C = TypeVar("C")
_ISSUING_STORES = (ACCOUNTS, CLIENTS, API_KEYS, FAMILIES)
_STORES = (INSTITUTIONS, PEOPLE, ACTS, APPOINTMENTS, MEMBERSHIPS, STATUSES, AGREEMENTS, INTEGRATIONS, *_ISSUING_STORES)
_ISSUING_COLLECTIONS = {
    ATTEMPTS: ATTEMPTS_INDEXES,
    REQUESTS: REQUESTS_INDEXES,
    CODES: CODES_INDEXES,
    SPENT: SPENT_INDEXES,
}


def wire(settings: RegistrySettings | None = None) -> Service:
    """Return the registry as its settings say; without a key file it has neither accounts nor sign-in."""
    settings = settings or RegistrySettings()
    return Service(
        name="registry",
        title="Реестр социального технопарка",
        settings=settings,
        http=partial(_http, settings),
        reactions=[statuses_reactions.reactions],
        collections={
            **{store.collection: store.indexes for store in _STORES},
            APPROVED_REPORTS: APPROVED_REPORTS_INDEXES,
            HISTORY: HISTORY_INDEXES,
            QUEUES: (),
            **_ISSUING_COLLECTIONS,
        },
        migrations=_migrations(settings),
        beside_relay=_following(settings),
        measures=_partners_measures(settings),
    )


def _http(settings: RegistrySettings) -> Http:
    from registry.routers import ISSUING_ROUTERS, ROUTERS, issuer_state  # noqa: PLC0415 only `serve` answers clients

    state = _partners_state(settings)
    if not settings.issuer_keys:
        return Http(ROUTERS, state)
    return Http(ROUTERS + ISSUING_ROUTERS, state | issuer_state(settings, partial(_own_work, cause="sign-in")))


def _broker(settings: RegistrySettings) -> Broker | None:
    url = settings.broker_management_url
    return Broker(url, _place(settings)) if url else None


def _place(settings: RegistrySettings) -> Place:
    return Place(settings.partners_vhost, settings.partners_user_prefix, settings.partners_amqp_url)


def _following(settings: RegistrySettings) -> Sequence[Callable[[Mongo], Coroutine[None, None, None]]]:
    if (broker := _broker(settings)) is None:
        return ()

    async def follow(mongo: Mongo) -> None:
        keeper, passed, elapsed = Keeper(mongo, broker), -math.inf, asyncio.get_running_loop().time

        async def turn() -> None:
            nonlocal passed
            if (begun := elapsed()) >= passed + settings.partners_seconds:
                now = datetime.now(UTC)
                await keeper.reconcile(broker, now)
                await look(mongo.plain, broker, now)
                passed = begun

        @asynccontextmanager
        async def session() -> AsyncIterator[Turn]:
            yield turn

        await on_duty(mongo, settings, "partners-duty", HISTORY, session)

    return (follow,)


def _partners_measures(settings: RegistrySettings) -> Sequence[Callable[[Mongo], Awaitable[None]]]:
    if (broker := _broker(settings)) is None:
        return ()

    async def measured(mongo: Mongo) -> None:
        reads = Reads(db=mongo.plain, now=datetime.now(UTC), caller=Caller(subject="service:registry"))
        await measure(reads, broker)

    return (measured,)


def _partners_state(settings: RegistrySettings) -> dict[str, Any]:
    def keeper(mongo: Mongo) -> Keeper:
        return Keeper(mongo, _broker(settings))

    return {"partners_place": _place(settings), "keeper": keeper}


@asynccontextmanager
async def operators_desk(by: str, settings: RegistrySettings | None = None) -> AsyncIterator[OperatorsDesk]:
    """Open what the commands about partners work with, for an operator of this name."""
    settings = settings or RegistrySettings()
    mongo = wire(settings).open_mongo()
    caller = Caller(subject=f"operator:{by}", roles=frozenset({"administrator"}))

    async def perform(handler: Callable[[C, Work], Awaitable[Integration]], command: C) -> Integration:
        async def body(db: Database) -> Integration:
            work = Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause("operator"))
            done = await handler(command, work)
            await outbox.write(work, source="registry")
            return done

        return await mongo.transact(body, seconds=settings.transaction_seconds)

    reads = Reads(db=mongo.plain, now=datetime.now(UTC), caller=caller)
    try:
        keeper = Keeper(mongo, _broker(settings))
        yield OperatorsDesk(reads=reads, perform=perform, keeper=keeper, place=_place(settings), doors=doors)
    finally:
        await mongo.close()


def _own_work(db: Database, cause: str) -> Work:
    caller = Caller(subject="service:registry", roles=frozenset({"service"}))
    return Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause(cause))


def _migrations(settings: RegistrySettings) -> list[Migration]:
    login, password = settings.bootstrap_admin_login, settings.bootstrap_admin_password
    if login is None or password is None:
        return [KEYS_ARE_PARTS]

    async def bootstrap(db: Database) -> None:
        await open_first_account(login, password, _own_work(db, "bootstrap"))

    return [KEYS_ARE_PARTS, Migration("bootstrap-administrator", bootstrap)]
