"""Technology transfer put together from its rooms."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chassis.app import Service
from chassis.consumer import Source
from chassis.mongo import Mongo
from transfer.bank import reactions as bank_reactions
from transfer.bank import routes as bank_routes
from transfer.bank.store import BANK
from transfer.clusters import routes as clusters_routes
from transfer.clusters.store import CLUSTERS
from transfer.consultations import routes as consultations_routes
from transfer.consultations.store import CONSULTATIONS
from transfer.contributions import routes as contributions_routes
from transfer.contributions.measures import measure as measure_accepted
from transfer.contributions.reactions import Door, inbound
from transfer.contributions.store import CONTRIBUTIONS
from transfer.events import routes as events_routes
from transfer.events.store import EVENTS
from transfer.institutions import reactions as institutions_reactions
from transfer.institutions.store import INSTITUTIONS
from transfer.integrations import reactions as integrations_reactions
from transfer.integrations import store as integrations_store
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
from transfer.quarantine import routes as quarantine_routes
from transfer.quarantine.queries import measure
from transfer.quarantine.store import QUARANTINE
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
    QUARANTINE,
    CONTRIBUTIONS,
)
COPIES = {
    INSTITUTIONS: (),
    PROJECTS: (),
    statuses_store.STATUSES: statuses_store.INDEXES,
    integrations_store.INTEGRATIONS: integrations_store.INDEXES,
}


def wire(settings: TransferSettings | None = None) -> Service:
    """Return technology transfer as its settings say; they come from the environment unless given."""
    settings = settings or TransferSettings()
    return Service(
        name="transfer",
        title="Трансфер социальных технологий",
        settings=settings,
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
            quarantine_routes.router,
            contributions_routes.router,
        ],
        reactions=[
            institutions_reactions.reactions,
            statuses_reactions.reactions,
            projects_reactions.reactions,
            integrations_reactions.reactions,
            bank_reactions.reactions,
        ],
        collections={store.collection: store.indexes for store in STORES} | COPIES,
        further_sources=_from_partners(settings),
        measures=[lambda mongo: measure(mongo.plain, clock()), lambda mongo: measure_accepted(mongo.plain, clock())],
    )


def clock() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def _from_partners(settings: TransferSettings) -> Sequence[Callable[[Mongo], Source]]:
    if settings.inbound_rabbitmq_url is None:
        return ()
    url = settings.amqp("transfer-inbound", at=settings.inbound_rabbitmq_url)
    return [inbound(settings, Door(url=url, user_prefix=settings.partners_user_prefix, clock=clock))]
