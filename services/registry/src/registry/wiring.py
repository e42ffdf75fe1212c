"""The registry put together from its rooms."""

from datetime import UTC, datetime
from typing import Any

from chassis.app import Service
from chassis.documents import Database
from chassis.identity import Caller
from chassis.migrations import Migration
from chassis.work import Cause, Work
from registry.accounts import routes as accounts_routes
from registry.accounts.handlers import open_first_account
from registry.accounts.store import ACCOUNTS
from registry.acts import routes as acts_routes
from registry.acts.store import ACTS
from registry.agreements import routes as agreements_routes
from registry.agreements.store import AGREEMENTS
from registry.api_keys import routes as api_keys_routes
from registry.api_keys.store import API_KEYS
from registry.appointments import routes as appointments_routes
from registry.appointments.store import APPOINTMENTS
from registry.attempts.store import ATTEMPTS, ATTEMPTS_INDEXES
from registry.authorizations import routes as authorizations_routes
from registry.authorizations.store import CODES, CODES_INDEXES, REQUESTS, REQUESTS_INDEXES
from registry.clients import routes as clients_routes
from registry.clients.store import CLIENTS
from registry.grants import routes as grants_routes
from registry.institutions import routes as institutions_routes
from registry.institutions.store import INSTITUTIONS
from registry.memberships import routes as memberships_routes
from registry.memberships.store import MEMBERSHIPS
from registry.people import routes as people_routes
from registry.people.store import PEOPLE
from registry.refresh_tokens.store import FAMILIES, SPENT, SPENT_INDEXES
from registry.settings import RegistrySettings
from registry.sign_ins import routes as sign_ins_routes
from registry.sign_outs import routes as sign_outs_routes
from registry.statuses import reactions as statuses_reactions
from registry.statuses import routes as statuses_routes
from registry.statuses.store import APPROVED_REPORTS, APPROVED_REPORTS_INDEXES, STATUSES
from registry.tokens import routes as tokens_routes
from registry.tokens.handlers import Desk, TokenIssuer

_ISSUING_STORES = (ACCOUNTS, CLIENTS, API_KEYS, FAMILIES)
_STORES = (INSTITUTIONS, PEOPLE, ACTS, APPOINTMENTS, MEMBERSHIPS, STATUSES, AGREEMENTS, *_ISSUING_STORES)
_ROUTERS = (
    institutions_routes.router,
    people_routes.router,
    acts_routes.router,
    appointments_routes.router,
    memberships_routes.router,
    memberships_routes.me_router,
    statuses_routes.router,
    agreements_routes.router,
)
_ISSUING_ROUTERS = (
    accounts_routes.router,
    accounts_routes.me_router,
    clients_routes.router,
    api_keys_routes.router,
    tokens_routes.router,
    tokens_routes.userinfo_router,
    sign_ins_routes.router,
    authorizations_routes.router,
    grants_routes.router,
    sign_outs_routes.router,
)
_ISSUING_COLLECTIONS = {
    ATTEMPTS: ATTEMPTS_INDEXES,
    REQUESTS: REQUESTS_INDEXES,
    CODES: CODES_INDEXES,
    SPENT: SPENT_INDEXES,
}


def wire(settings: RegistrySettings | None = None) -> Service:
    """Return the registry as its settings say; without a key file it has neither accounts nor sign-in."""
    settings = settings or RegistrySettings()
    issuing = _ISSUING_ROUTERS if settings.issuer_keys else ()
    return Service(
        name="registry",
        title="Реестр социального технопарка",
        settings=settings,
        routers=[*_ROUTERS, *issuing],
        reactions=[statuses_reactions.reactions],
        collections={
            **{store.collection: store.indexes for store in _STORES},
            APPROVED_REPORTS: APPROVED_REPORTS_INDEXES,
            **_ISSUING_COLLECTIONS,
        },
        migrations=_migrations(settings),
        state=_issuer_state(settings) if settings.issuer_keys else {},
    )


def _issuer_state(settings: RegistrySettings) -> dict[str, Any]:
    issuer = TokenIssuer(settings.issuer_keys, issuer=settings.oidc_issuer, audience=settings.oidc_audience)

    def desk(db: Database, address: str) -> Desk:
        return Desk(work=_own_work(db, "sign-in"), issuer=issuer, address=address)

    return {"token_issuer": issuer, "desk": desk}


def _own_work(db: Database, cause: str) -> Work:
    caller = Caller(subject="service:registry", roles=frozenset({"service"}))
    return Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause(cause))


def _migrations(settings: RegistrySettings) -> list[Migration]:
    login, password = settings.bootstrap_admin_login, settings.bootstrap_admin_password
    if not settings.issuer_keys or login is None or password is None:
        return []

    async def bootstrap(db: Database) -> None:
        await open_first_account(login, password, _own_work(db, "bootstrap"))

    return [Migration("bootstrap-administrator", bootstrap)]
