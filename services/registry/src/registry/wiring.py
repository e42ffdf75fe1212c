"""The registry put together from its rooms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

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
from registry.appointments import routes as appointments_routes
from registry.appointments.store import APPOINTMENTS
from registry.institutions import routes as institutions_routes
from registry.institutions.store import INSTITUTIONS
from registry.memberships import routes as memberships_routes
from registry.memberships.store import MEMBERSHIPS
from registry.people import routes as people_routes
from registry.people.store import PEOPLE
from registry.settings import RegistrySettings
from registry.sign_ins import routes as sign_ins_routes
from registry.sign_ins.handlers import Desk
from registry.sign_ins.store import ATTEMPTS, ATTEMPTS_INDEXES
from registry.statuses import reactions as statuses_reactions
from registry.statuses import routes as statuses_routes
from registry.statuses.store import APPROVED_REPORTS, APPROVED_REPORTS_INDEXES, STATUSES
from registry.tokens import routes as tokens_routes
from registry.tokens.handlers import TokenIssuer

_STORES = (INSTITUTIONS, PEOPLE, ACTS, APPOINTMENTS, MEMBERSHIPS, STATUSES, AGREEMENTS, ACCOUNTS)
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
_ISSUING_ROUTERS = (accounts_routes.router, tokens_routes.router, sign_ins_routes.router)


def wire(settings: RegistrySettings | None = None) -> Service:
    """Return the registry as its settings say; without a key file it has neither accounts nor sign-in."""
    settings = settings or RegistrySettings()
    issuing = _ISSUING_ROUTERS if settings.issuer_key_file else ()
    return Service(
        name="registry",
        title="Реестр социального технопарка",
        settings=settings,
        routers=[*_ROUTERS, *issuing],
        reactions=[statuses_reactions.reactions],
        collections={
            **{store.collection: store.indexes for store in _STORES},
            APPROVED_REPORTS: APPROVED_REPORTS_INDEXES,
            ATTEMPTS: ATTEMPTS_INDEXES,
        },
        migrations=_migrations(settings),
        state=_issuer_state(settings, settings.issuer_key_file) if settings.issuer_key_file else {},
    )


def _issuer_state(settings: RegistrySettings, key_file: Path) -> dict[str, Any]:
    issuer = TokenIssuer(key_file, issuer=settings.oidc_issuer, audience=settings.oidc_audience)

    def desk(db: Database) -> Desk:
        return Desk(db=db, issuer=issuer, now=datetime.now(UTC), token_id=str(uuid4()))

    return {"token_issuer": issuer, "sign_in_desk": desk}


def _migrations(settings: RegistrySettings) -> list[Migration]:
    login, password = settings.bootstrap_admin_login, settings.bootstrap_admin_password
    if settings.issuer_key_file is None or login is None or password is None:
        return []

    async def bootstrap(db: Database) -> None:
        caller = Caller(subject="service:registry", roles=frozenset({"service"}))
        work = Work(db=db, now=datetime.now(UTC), caller=caller, cause=Cause("bootstrap"))
        await open_first_account(login, password, work)

    return [Migration("bootstrap-administrator", bootstrap)]
