"""Reporting put together from its rooms."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial

from chassis.app import Service
from chassis.mongo import Mongo
from reporting.deliveries import routes as deliveries_routes
from reporting.deliveries import store as deliveries_store
from reporting.deliveries.courier import Pace
from reporting.deliveries.domain import Patience
from reporting.deliveries.egress import Limits
from reporting.deliveries.measures import measure
from reporting.evidence import reactions as evidence_reactions
from reporting.evidence import routes as evidence_routes
from reporting.evidence import store as evidence_store
from reporting.exports import routes as exports_routes
from reporting.feed import routes as feed_routes
from reporting.feed import store as feed_store
from reporting.feed.domain import Pseudonyms
from reporting.feed.numbering import keep_numbering
from reporting.feed.publishing import keep_publishing
from reporting.feed.reactions import feeding
from reporting.feed.watching import measure as measure_feed
from reporting.institutions import reactions as institutions_reactions
from reporting.institutions import store as institutions_store
from reporting.lineage import routes as lineage_routes
from reporting.reports import routes as reports_routes
from reporting.reports.store import REPORTS
from reporting.settings import ReportingSettings
from reporting.templates import routes as templates_routes
from reporting.webhooks import reactions as webhooks_reactions
from reporting.webhooks import routes as webhooks_routes
from reporting.webhooks import store as webhooks_store
from reporting.webhooks.addresses import EgressRules
from reporting.webhooks.vault import Vault


def wire(settings: ReportingSettings | None = None) -> Service:
    """Return reporting as its settings say; they come from the environment unless given."""
    settings = settings or ReportingSettings()
    pseudonyms = feed_pseudonyms(settings)
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
            webhooks_routes.router,
            deliveries_routes.router,
        ],
        reactions=[
            institutions_reactions.reactions,
            evidence_reactions.reactions,
            *([feeding(pseudonyms)] if pseudonyms else []),
            webhooks_reactions.reactions,
        ],
        collections={
            evidence_store.COLLECTION: evidence_store.INDEXES,
            feed_store.FEED: feed_store.INDEXES,
            REPORTS.collection: REPORTS.indexes,
            **institutions_store.INDEXES,
            **webhooks_store.INDEXES,
            deliveries_store.COLLECTION: deliveries_store.INDEXES,
        },
        beside_relay=feed_duties(settings),
        measures=[*feed_measures(settings), _measure_webhooks],
        state={
            "feed_kept": pseudonyms is not None,
            "report_font_folder": settings.report_font_folder,
            "vault": vault(settings),
            "egress_rules": egress_rules(settings),
        },
    )


def clock() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def vault(settings: ReportingSettings) -> Vault | None:
    """Return what seals the secrets of webhooks; None when the operator has given no key."""
    key = settings.webhook_secret_key
    return Vault(key.get_secret_value()) if key else None


def egress_rules(settings: ReportingSettings) -> EgressRules:
    """Return where webhooks may lead."""
    return EgressRules(
        ports=settings.webhook_ports, plain_http=settings.webhook_plain_http, networks=settings.webhook_networks
    )


def egress_limits(settings: ReportingSettings) -> Limits:
    """Return how long a receiver may take."""
    return Limits(
        connect_seconds=settings.webhook_connect_seconds,
        total_seconds=settings.webhook_total_seconds,
        ca_file=settings.webhook_ca_file,
    )


def pace(settings: ReportingSettings) -> Pace:
    """Return how fast and how long deliveries are tried."""
    return Pace(
        at_once=settings.webhook_at_once,
        per_host=settings.webhook_per_host,
        poll_seconds=settings.webhook_poll_seconds,
        lease_seconds=settings.webhook_lease_seconds,
        patience=Patience(
            first=settings.webhook_retry,
            longest=settings.webhook_retry_longest,
            give_up=settings.webhook_give_up,
            suspend=settings.webhook_suspend,
        ),
    )


async def _measure_webhooks(mongo: Mongo) -> None:
    await measure(mongo.plain, clock())


def feed_pseudonyms(settings: ReportingSettings) -> Pseudonyms | None:
    """Return what stands for people in the feed; None where no feed is kept."""
    key = settings.feed_pseudonym_key
    return Pseudonyms(key.get_secret_value()) if key else None


def feed_duties(settings: ReportingSettings) -> list[Callable[[Mongo], Coroutine[None, None, None]]]:
    """Return what the relay's process does for the feed."""
    if settings.feed_pseudonym_key is None:
        return []
    duties: list[Callable[[Mongo], Coroutine[None, None, None]]] = [partial(keep_numbering, settings=settings)]
    url = settings.public_amqp
    return [*duties, partial(keep_publishing, settings=settings, url=url)] if url else duties


def feed_measures(settings: ReportingSettings) -> list[Callable[[Mongo], Awaitable[None]]]:
    """Return what sets the gauges of the feed."""
    return [partial(_measure_feed, settings=settings)] if settings.feed_pseudonym_key else []


async def _measure_feed(mongo: Mongo, settings: ReportingSettings) -> None:
    await measure_feed(mongo.plain, clock(), published=settings.public_rabbitmq_url is not None)
