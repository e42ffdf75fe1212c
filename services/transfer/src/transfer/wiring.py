"""Technology transfer put together from its rooms."""

from chassis.app import Service
from transfer.bank import reactions as bank_reactions
from transfer.bank import routes as bank_routes
from transfer.bank.store import BANK
from transfer.clusters import routes as clusters_routes
from transfer.clusters.store import CLUSTERS
from transfer.consultations import routes as consultations_routes
from transfer.consultations.store import CONSULTATIONS
from transfer.events import routes as events_routes
from transfer.events.store import EVENTS
from transfer.institutions import reactions as institutions_reactions
from transfer.institutions.store import INSTITUTIONS
from transfer.materials import routes as materials_routes
from transfer.materials.store import MATERIALS
from transfer.packages import routes as packages_routes
from transfer.packages.store import EDITIONS, PACKAGES
from transfer.participations import routes as participations_routes
from transfer.participations.store import PARTICIPATIONS
from transfer.practices import routes as practices_routes
from transfer.practices.store import PRACTICES
from transfer.projects import reactions as projects_reactions
from transfer.projects.store import PROJECTS
from transfer.publications import routes as publications_routes
from transfer.publications.store import PUBLICATIONS
from transfer.replications import routes as replications_routes
from transfer.replications.store import REPLICATIONS
from transfer.settings import TransferSettings
from transfer.statuses import reactions as statuses_reactions
from transfer.statuses import store as statuses_store

STORES = (
    PRACTICES,
    PACKAGES,
    EDITIONS,
    EVENTS,
    CONSULTATIONS,
    PUBLICATIONS,
    MATERIALS,
    PARTICIPATIONS,
    BANK,
    CLUSTERS,
    REPLICATIONS,
)
COPIES = {INSTITUTIONS: (), PROJECTS: (), statuses_store.STATUSES: statuses_store.INDEXES}


def wire(settings: TransferSettings | None = None) -> Service:
    """Return technology transfer as its settings say."""
    return Service(
        name="transfer",
        title="Трансфер социальных технологий",
        settings=settings or TransferSettings(),
        routers=[
            practices_routes.router,
            packages_routes.router,
            events_routes.router,
            consultations_routes.router,
            publications_routes.router,
            materials_routes.router,
            participations_routes.router,
            bank_routes.router,
            clusters_routes.router,
            replications_routes.router,
        ],
        reactions=[
            institutions_reactions.reactions,
            statuses_reactions.reactions,
            projects_reactions.reactions,
            bank_reactions.reactions,
        ],
        collections={store.collection: store.indexes for store in STORES} | COPIES,
    )
