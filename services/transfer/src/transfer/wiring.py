"""Technology transfer put together from its rooms."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chassis.app import Http, Service
from chassis.bus import Source
from chassis.mongo import Mongo
from transfer.bank import reactions as bank_reactions
from transfer.bank.store import BANK
from transfer.clusters.store import CLUSTERS
from transfer.consultations.store import CONSULTATIONS
from transfer.contributions.measures import measure as measure_accepted
from transfer.contributions.reactions import Door, inbound
from transfer.contributions.store import CONTRIBUTIONS
from transfer.events.store import EVENTS
from transfer.institutions import reactions as institutions_reactions
from transfer.institutions.store import INSTITUTIONS
from transfer.integrations import reactions as integrations_reactions
from transfer.integrations import store as integrations_store
from transfer.materials.store import MATERIALS
from transfer.packages.store import EDITIONS, PACKAGES
from transfer.participations.store import PARTICIPATIONS
from transfer.practices.store import PRACTICES
from transfer.projects import reactions as projects_reactions
from transfer.projects.store import PROJECTS
from transfer.publications.store import PUBLICATIONS
from transfer.quarantine.queries import measure
from transfer.quarantine.store import DROPS, QUARANTINE
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
        http=_http,
        reactions=[
            institutions_reactions.reactions,
            statuses_reactions.reactions,
            projects_reactions.reactions,
            integrations_reactions.reactions,
            bank_reactions.reactions,
        ],
        collections={store.collection: store.indexes for store in STORES} | COPIES | {DROPS: ()},
        further_sources=_from_partners(settings),
        measures=[lambda mongo: measure(mongo.plain, clock()), lambda mongo: measure_accepted(mongo.plain, clock())],
    )


def _http() -> Http:
    from transfer.routers import ROUTERS  # noqa: PLC0415 only `serve` answers clients

    return Http(ROUTERS)


def clock() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def _from_partners(settings: TransferSettings) -> Sequence[Callable[[Mongo], Source]]:
    if settings.inbound_rabbitmq_url is None:
        return ()
    url = settings.amqp("transfer-inbound", at=settings.inbound_rabbitmq_url)
    return [inbound(settings, Door(url=url, user_prefix=settings.partners_user_prefix, clock=clock))]
