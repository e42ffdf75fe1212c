"""The routes of reporting, room by room."""

from reporting.deliveries import routes as deliveries_routes
from reporting.evidence import routes as evidence_routes
from reporting.exports import routes as exports_routes
from reporting.feed import routes as feed_routes
from reporting.lineage import routes as lineage_routes
from reporting.reports import routes as reports_routes
from reporting.templates import routes as templates_routes
from reporting.webhooks import routes as webhooks_routes

ROUTERS = (
    evidence_routes.router,
    feed_routes.router,
    templates_routes.router,
    reports_routes.router,
    lineage_routes.router,
    exports_routes.router,
    webhooks_routes.router,
    deliveries_routes.router,
)
