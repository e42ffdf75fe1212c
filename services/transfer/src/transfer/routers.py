"""The routes of technology transfer, room by room."""

from transfer.bank import routes as bank_routes
from transfer.clusters import routes as clusters_routes
from transfer.consultations import routes as consultations_routes
from transfer.contributions import routes as contributions_routes
from transfer.events import routes as events_routes
from transfer.materials import routes as materials_routes
from transfer.packages import routes as packages_routes
from transfer.participations import routes as participations_routes
from transfer.practices import routes as practices_routes
from transfer.publications import routes as publications_routes
from transfer.quarantine import routes as quarantine_routes
from transfer.replications import routes as replications_routes

ROUTERS = (
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
)
