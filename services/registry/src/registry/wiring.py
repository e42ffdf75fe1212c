"""The registry put together from its rooms."""

from chassis.app import Service
from registry.institutions import routes as institutions_routes
from registry.institutions.store import INSTITUTIONS
from registry.settings import RegistrySettings


def wire(settings: RegistrySettings | None = None) -> Service:
    """Return the registry as its settings say; they come from the environment unless given."""
    settings = settings or RegistrySettings()
    return Service(
        name="registry",
        title="Реестр социального технопарка",
        settings=settings,
        routers=[institutions_routes.router],
        collections={store.collection: store.indexes for store in (INSTITUTIONS,)},
    )
