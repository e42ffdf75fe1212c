"""Technology transfer put together from its rooms."""

from chassis.app import Service
from transfer.consultations import routes as consultations_routes
from transfer.consultations.store import CONSULTATIONS
from transfer.events import routes as events_routes
from transfer.events.store import EVENTS
from transfer.institutions import reactions as institutions_reactions
from transfer.institutions.store import INSTITUTIONS
from transfer.materials import routes as materials_routes
from transfer.materials.store import MATERIALS
from transfer.participations import routes as participations_routes
from transfer.participations.store import PARTICIPATIONS
from transfer.practices import routes as practices_routes
from transfer.practices.store import PRACTICES
from transfer.projects import reactions as projects_reactions
from transfer.projects.store import PROJECTS
from transfer.publications import routes as publications_routes
from transfer.publications.store import PUBLICATIONS
from transfer.settings import TransferSettings
from transfer.statuses import reactions as statuses_reactions
from transfer.statuses import store as statuses_store


def wire(settings: TransferSettings | None = None) -> Service:
    """Return technology transfer as its settings say."""
    stores = (PRACTICES, EVENTS, CONSULTATIONS, PUBLICATIONS, MATERIALS, PARTICIPATIONS)
    copied = {INSTITUTIONS: (), PROJECTS: (), statuses_store.STATUSES: statuses_store.INDEXES}
    return Service(
        name="transfer",
        title="Трансфер социальных технологий",
        settings=settings or TransferSettings(),
        routers=[
            practices_routes.router,
            events_routes.router,
            consultations_routes.router,
            publications_routes.router,
            materials_routes.router,
            participations_routes.router,
        ],
        reactions=[
            institutions_reactions.reactions,
            statuses_reactions.reactions,
            projects_reactions.reactions,
        ],
        collections={store.collection: store.indexes for store in stores} | copied,
    )
