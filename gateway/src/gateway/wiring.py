"""The gateway put together. A request passes the parts in the order of `gateway.door`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import ASGIApp

from chassis.mongo import Mongo
from chassis.tokens import TokenVerifier
from gateway import pages
from gateway.admin import Admin
from gateway.answers import AnswerHeaders
from gateway.api_keys import ApiKeys
from gateway.clients import ServiceClients
from gateway.cors import Cors
from gateway.credentials import Credentials
from gateway.door import Door, Parts
from gateway.drain import Drain
from gateway.limits import upkeep
from gateway.limits.addresses import Proxies
from gateway.limits.admission import Bounds, Limits
from gateway.limits.policies import rate_classes
from gateway.live.running import Live, Pace, live
from gateway.openapi.catalogue import Catalogue
from gateway.proxy import Proxy
from gateway.readiness import Readiness
from gateway.record import AccessLog, Measured, Record
from gateway.resilience.services import Services
from gateway.server import DrainingServer, server
from gateway.settings import GatewaySettings
from gateway.table import Table, listed


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts that outlive a request."""

    settings: GatewaySettings
    table: Table
    clients: ServiceClients
    services: Services
    catalogue: Catalogue
    drain: Drain
    verifier: TokenVerifier
    readiness: Readiness
    measured: Measured
    mongo: Mongo | None
    """The gateway's own database."""
    limits: Limits
    live: Live


def wire(settings: GatewaySettings | None = None, table: Table | None = None) -> Gateway:
    """Return the gateway as its settings say; tests bring their own table."""
    settings = settings or GatewaySettings()
    table = table or listed()
    clients = ServiceClients(settings)
    mongo = Mongo(settings.mongo_url.get_secret_value()) if settings.mongo_url else None
    drain, verifier = Drain(), TokenVerifier(settings)
    limits = Limits(
        rate_classes(settings.gateway_limits, factor=settings.gateway_limits_factor),
        mongo,
        Bounds(
            keys=settings.gateway_limits_keys,
            streams=settings.gateway_streams,
            patience=settings.gateway_limits_patience_seconds,
        ),
    )
    pace = Pace(
        heartbeat=settings.gateway_heartbeat_seconds,
        patience=settings.gateway_slow_client_seconds,
        most=settings.gateway_streams_in_all,
    )
    return Gateway(
        settings=settings,
        table=table,
        clients=clients,
        services=Services(clients, in_flight=settings.gateway_connections),
        catalogue=Catalogue(clients, table),
        drain=drain,
        verifier=verifier,
        readiness=Readiness(settings, verifier, drain),
        measured=Measured(),
        mongo=mongo,
        limits=limits,
        live=live(mongo, limits.streams, pace, drain),
    )


def build(gateway: Gateway) -> ASGIApp:
    """Return the ASGI application."""
    settings, verifier = gateway.settings, gateway.verifier

    @asynccontextmanager
    async def up(own: FastAPI) -> AsyncIterator[None]:
        own.state.live = gateway.live
        own.state.services, own.state.part_seconds = gateway.services, settings.gateway_part_seconds
        async with (
            gateway.clients,
            upkeep.up(gateway.limits),
            gateway.live.up(),
            gateway.catalogue.up(),
            gateway.readiness.up(),
        ):
            gateway.services.show()
            yield
        if gateway.mongo is not None:
            await gateway.mongo.close()

    access = AccessLog(settings.log_format) if settings.log_level in ("DEBUG", "INFO") else None
    parts = Parts(
        table=gateway.table,
        origins=Cors(settings.gateway_cors_origins, gateway.table),
        proxies=Proxies(settings.gateway_trusted_proxies),
        limits=gateway.limits,
        callers=Credentials(verifier, ApiKeys(gateway.services, gateway.limits, verifier)),
        proxy=Proxy(gateway.services),
        own=pages.application(gateway.catalogue, gateway.readiness, up),
        dress=AnswerHeaders(gateway.drain, by_origin=bool(settings.gateway_cors_origins)),
        record=Record(gateway.measured, access),
    )
    return Door(parts)


def serving(gateway: Gateway) -> DrainingServer:
    """Return the server of the gateway, not yet started."""
    admin = Admin(gateway.readiness, [gateway.measured, gateway.limits.measures])
    return server(build(gateway), admin, gateway.settings, gateway.drain)
