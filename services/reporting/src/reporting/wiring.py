"""Reporting put together from its rooms."""

from chassis.app import Service
from reporting.evidence import reactions as evidence_reactions
from reporting.evidence import routes as evidence_routes
from reporting.evidence import store as evidence_store
from reporting.exports import routes as exports_routes
from reporting.feed import routes as feed_routes
from reporting.feed import store as feed_store
from reporting.feed.domain import Pseudonyms
from reporting.feed.parts import feed_parts
from reporting.institutions import reactions as institutions_reactions
from reporting.institutions import store as institutions_store
from reporting.lineage import routes as lineage_routes
from reporting.reports import routes as reports_routes
from reporting.reports.store import REPORTS
from reporting.settings import ReportingSettings
from reporting.templates import routes as templates_routes

ROOMS = (evidence_routes, templates_routes, reports_routes, lineage_routes, exports_routes)


def wire(settings: ReportingSettings | None = None) -> Service:
    """Return reporting as its settings say; they come from the environment unless given."""
    settings = settings or ReportingSettings()
    key = settings.feed_pseudonym_key
    feed = feed_parts(settings, Pseudonyms(key.get_secret_value()) if key else None, settings.public_amqp)
    return Service(
        name="reporting",
        title="Отчётность социального технопарка",
        settings=settings,
        routers=[
            evidence_routes.router,
            feed_routes.router,
            templates_routes.router,
            reports_routes.router,
            lineage_routes.router,
            exports_routes.router,
        ],
        reactions=[institutions_reactions.reactions, evidence_reactions.reactions, *feed.reactions],
        collections={
            evidence_store.COLLECTION: evidence_store.INDEXES,
            feed_store.FEED: feed_store.INDEXES,
            REPORTS.collection: REPORTS.indexes,
            **institutions_store.INDEXES,
        },
        state={"report_font_folder": settings.report_font_folder, **feed.state},
        beside_relay=feed.beside_relay,
        measures=feed.measures,
    )
