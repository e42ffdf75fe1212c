"""The expert council put together from its rooms."""

from chassis.app import Http, Service
from expertise.applications.store import APPLICATIONS
from expertise.awards.store import AWARDS
from expertise.calls.store import CALLS
from expertise.councils.store import COUNCILS
from expertise.directions.store import DIRECTIONS
from expertise.entries.store import ENTRIES
from expertise.projects.store import PROJECTS
from expertise.references.reactions import reactions as references_reactions
from expertise.references.store import COLLECTIONS as COPIES
from expertise.reviews.store import REVIEWS
from expertise.sessions.store import SESSIONS
from expertise.settings import ExpertiseSettings
from expertise.verdicts.store import VERDICTS

STORES = (DIRECTIONS, CALLS, APPLICATIONS, REVIEWS, VERDICTS, PROJECTS, COUNCILS, SESSIONS, ENTRIES, AWARDS)


def wire(settings: ExpertiseSettings | None = None) -> Service:
    """Return the expert council as its settings say; they come from the environment unless given."""
    return Service(
        name="expertise",
        title="Экспертный совет социального технопарка",
        settings=settings or ExpertiseSettings(),
        http=_http,
        reactions=[references_reactions],
        collections={**COPIES, **{store.collection: store.indexes for store in STORES}},
    )


def _http() -> Http:
    from expertise.routers import ROUTERS  # noqa: PLC0415 only `serve` answers clients

    return Http(ROUTERS)
