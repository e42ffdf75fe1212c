"""Reporting put together from its rooms."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial

from chassis.app import Http, Service
from chassis.mongo import Mongo
from reporting.deliveries import store as deliveries_store
from reporting.deliveries.measures import measure
from reporting.evidence import reactions as evidence_reactions
from reporting.evidence import store as evidence_store
from reporting.feed import store as feed_store
from reporting.feed.domain import Pseudonyms
from reporting.feed.numbering import keep_numbering
from reporting.feed.publishing import keep_publishing
from reporting.feed.reactions import feeding
from reporting.feed.watching import measure as measure_feed
from reporting.institutions import reactions as institutions_reactions
from reporting.institutions import store as institutions_store
from reporting.integrations import reactions as integrations_reactions
from reporting.integrations import store as integrations_store
from reporting.reports.store import REPORTS
from reporting.settings import ReportingSettings
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
        http=partial(_http, settings),
        reactions=[
            institutions_reactions.reactions,
            evidence_reactions.reactions,
            *([feeding(pseudonyms)] if pseudonyms else []),
            integrations_reactions.reactions,
        ],
        collections={
            evidence_store.COLLECTION: evidence_store.INDEXES,
            feed_store.FEED: feed_store.INDEXES,
            REPORTS.collection: REPORTS.indexes,
            **institutions_store.INDEXES,
            **integrations_store.INDEXES,
            **webhooks_store.INDEXES,
            deliveries_store.COLLECTION: deliveries_store.INDEXES,
        },
        beside_relay=feed_duties(settings),
        measures=[*feed_measures(settings), _measure_webhooks],
    )


def _http(settings: ReportingSettings) -> Http:
    from reporting.routers import ROUTERS  # noqa: PLC0415 only `serve` answers clients

    state = {
        "feed_kept": feed_pseudonyms(settings) is not None,
        "report_font_folder": settings.report_font_folder,
        "vault": vault(settings),
        "egress_rules": egress_rules(settings),
    }
    return Http(ROUTERS, state)


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
