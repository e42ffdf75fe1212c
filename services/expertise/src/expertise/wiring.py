"""The expert council put together from its rooms."""

from chassis.app import Service
from expertise.applications import routes as applications_routes
from expertise.applications.store import APPLICATIONS
from expertise.awards import routes as awards_routes
from expertise.awards.store import AWARDS
from expertise.calls import routes as calls_routes
from expertise.calls.store import CALLS
from expertise.conflicts import routes as conflicts_routes
from expertise.councils import routes as councils_routes
from expertise.councils.store import COUNCILS
from expertise.directions import routes as directions_routes
from expertise.directions.store import DIRECTIONS
from expertise.entries import routes as entries_routes
from expertise.entries.store import ENTRIES
from expertise.projects import routes as projects_routes
from expertise.projects.store import PROJECTS
from expertise.references.reactions import reactions as references_reactions
from expertise.references.store import COLLECTIONS as COPIES
from expertise.reviews import routes as reviews_routes
from expertise.reviews.store import REVIEWS
from expertise.sessions import routes as sessions_routes
from expertise.sessions.store import SESSIONS
from expertise.settings import ExpertiseSettings
from expertise.verdicts import routes as verdicts_routes
from expertise.verdicts.store import VERDICTS

STORES = (DIRECTIONS, CALLS, APPLICATIONS, REVIEWS, VERDICTS, PROJECTS, COUNCILS, SESSIONS, ENTRIES, AWARDS)
ROUTERS = (
    directions_routes.router,
    calls_routes.router,
    applications_routes.router,
    conflicts_routes.router,
    reviews_routes.router,
    verdicts_routes.router,
    projects_routes.router,
    councils_routes.router,
    sessions_routes.router,
    entries_routes.router,
    awards_routes.router,
)


def wire(settings: ExpertiseSettings | None = None) -> Service:
    """Return the expert council as its settings say; they come from the environment unless given."""
    return Service(
        name="expertise",
        title="Экспертный совет социального технопарка",
        settings=settings or ExpertiseSettings(),
        routers=ROUTERS,
        reactions=[references_reactions],
        collections={**COPIES, **{store.collection: store.indexes for store in STORES}},
    )
