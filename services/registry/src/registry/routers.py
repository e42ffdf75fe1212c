"""The routes of the registry, room by room, and the built-in issuer behind some of them."""

from collections.abc import Callable
from typing import Any

from chassis.documents import Database
from chassis.work import Work
from registry.accounts import routes as accounts_routes
from registry.acts import routes as acts_routes
from registry.agreements import routes as agreements_routes
from registry.api_keys import routes as api_keys_routes
from registry.appointments import routes as appointments_routes
from registry.authorizations import routes as authorizations_routes
from registry.clients import routes as clients_routes
from registry.grants import routes as grants_routes
from registry.institutions import routes as institutions_routes
from registry.integrations import routes as integrations_routes
from registry.memberships import routes as memberships_routes
from registry.people import routes as people_routes
from registry.settings import RegistrySettings
from registry.sign_ins import routes as sign_ins_routes
from registry.sign_outs import routes as sign_outs_routes
from registry.statuses import routes as statuses_routes
from registry.tokens import routes as tokens_routes
from registry.tokens.handlers import Desk, TokenIssuer

ROUTERS = (
    institutions_routes.router,
    people_routes.router,
    acts_routes.router,
    appointments_routes.router,
    memberships_routes.router,
    memberships_routes.me_router,
    statuses_routes.router,
    agreements_routes.router,
    integrations_routes.router,
)
ISSUING_ROUTERS = (
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


def issuer_state(settings: RegistrySettings, own_work: Callable[[Database], Work]) -> dict[str, Any]:
    """Return the built-in issuer, and the desk where it works. Raises: UnusableKey."""
    issuer = TokenIssuer(settings.issuer_keys, issuer=settings.oidc_issuer, audience=settings.oidc_audience)

    def desk(db: Database, address: str) -> Desk:
        return Desk(work=own_work(db), issuer=issuer, address=address)

    return {"token_issuer": issuer, "desk": desk}
