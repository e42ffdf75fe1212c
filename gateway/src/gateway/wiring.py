"""The gateway put together. A request passes the layers of `build` from the top down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from chassis.identity import TokenVerifier
from chassis.telemetry import App, RequestContext
from gateway import pages
from gateway.answers import AnswerHeaders
from gateway.clients import ServiceClients
from gateway.dispatch import Dispatch
from gateway.drain import Drain
from gateway.openapi.catalogue import Catalogue
from gateway.proxy import Proxy
from gateway.refusals import Refusals
from gateway.server import DrainingServer, server
from gateway.settings import GatewaySettings
from gateway.strictness import StrictRequests
from gateway.table import Table, listed


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts that outlive a request."""

    settings: GatewaySettings
    table: Table
    clients: ServiceClients
    catalogue: Catalogue
    drain: Drain


def wire(settings: GatewaySettings | None = None, table: Table | None = None) -> Gateway:
    """Return the gateway as its settings say; tests bring their own table."""
    settings = settings or GatewaySettings()
    table = table or listed()
    clients = ServiceClients(settings)
    return Gateway(settings=settings, table=table, clients=clients, catalogue=Catalogue(clients, table), drain=Drain())


def build(gateway: Gateway) -> App:
    """Return the ASGI application."""

    @asynccontextmanager
    async def up(_: FastAPI) -> AsyncIterator[None]:
        async with gateway.clients:
            yield

    own = pages.application(gateway.catalogue, gateway.drain, up)
    verifier = TokenVerifier(gateway.settings)
    app: App = Dispatch(gateway.table, verifier, Proxy(gateway.clients), own)
    app = StrictRequests(app)
    app = Refusals(app)
    app = AnswerHeaders(app, gateway.drain, strict_transport=gateway.settings.environment == "production")
    return RequestContext(app)


def serving(gateway: Gateway) -> DrainingServer:
    """Return the server of the gateway, not yet started."""
    return server(build(gateway), gateway.settings, gateway.drain)
