"""Technology transfer put together from its rooms."""

from chassis.app import Service
from transfer.events import routes as events_routes
from transfer.events.store import EVENTS
from transfer.institutions import reactions as institutions_reactions
from transfer.institutions.store import INSTITUTIONS
from transfer.practices import routes as practices_routes
from transfer.practices.store import PRACTICES
from transfer.projects import reactions as projects_reactions
from transfer.projects.store import PROJECTS
from transfer.settings import TransferSettings
from transfer.statuses import reactions as statuses_reactions
from transfer.statuses import store as statuses_store


def wire(settings: TransferSettings | None = None) -> Service:
    """Return technology transfer as its settings say."""
    stores = (PRACTICES, EVENTS)
    copied = {INSTITUTIONS: (), PROJECTS: (), statuses_store.STATUSES: statuses_store.INDEXES}
    return Service(
        name="transfer",
        title="Трансфер социальных технологий",
        settings=settings or TransferSettings(),
        routers=[practices_routes.router, events_routes.router],
        reactions=[
            institutions_reactions.reactions,
            statuses_reactions.reactions,
            projects_reactions.reactions,
        ],
        collections={store.collection: store.indexes for store in stores} | copied,
    )
