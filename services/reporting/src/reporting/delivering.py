"""The process `deliver` put together."""

import asyncio

import uvicorn

from chassis.app import Service
from chassis.serving import build
from reporting.deliveries.courier import Courier, Pace
from reporting.deliveries.domain import Patience
from reporting.deliveries.egress import Egress, Limits
from reporting.settings import ReportingSettings
from reporting.wiring import clock, egress_rules, vault

GRACE_SECONDS = 10
"""For answers of the probes; a delivery under way is repeated."""


async def delivered(service: Service, settings: ReportingSettings) -> None:
    """Deliver, and answer probes, until a signal. Raises: SystemExit without a key to sign with."""
    opened = vault(settings)
    if opened is None:
        raise SystemExit("WEBHOOK_SECRET_KEY is not set: there is nothing to sign with")
    app = build(service, consume=False, http=False)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    mongo = service.open_mongo()
    try:
        async with Egress(egress_rules(settings), egress_limits(settings)) as egress:
            courier = asyncio.create_task(Courier(mongo, opened, egress.post, clock, pace(settings)).run())
            courier.add_done_callback(lambda _: setattr(server, "should_exit", True))
            await server.serve()
            courier.cancel()
            (outcome,) = await asyncio.gather(courier, return_exceptions=True)
    finally:
        await mongo.close()
    if isinstance(outcome, Exception):
        raise outcome


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
