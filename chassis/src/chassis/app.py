"""A service put together: its rooms, its HTTP application, its consumer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.datastructures import State

from chassis import health, idempotency, outbox, parked, problem, receive
from chassis.consumer import Consumer, Source, inbox
from chassis.documents import Index
from chassis.lease import COLLECTION as LEASES
from chassis.migrations import COLLECTION as MIGRATIONS
from chassis.migrations import Migration
from chassis.mongo import Mongo
from chassis.reactions import Reactions, merged
from chassis.settings import ServiceSettings
from chassis.telemetry import RequestContext
from chassis.tokens import TokenVerifier

OWN_COLLECTIONS: Mapping[str, Sequence[Index]] = {
    outbox.COLLECTION: outbox.INDEXES,
    receive.COLLECTION: receive.INDEXES,
    parked.COLLECTION: parked.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    LEASES: (),
    MIGRATIONS: (),
}


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a service's `wiring` puts together."""

    name: str
    title: str
    """Shown to people in the API documentation, in Russian."""
    settings: ServiceSettings
    routers: Sequence[APIRouter]
    reactions: Sequence[Reactions] = ()
    collections: Mapping[str, Sequence[Index]]
    migrations: Sequence[Migration] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    """Further objects for `request.app.state`."""
    further_sources: Sequence[Callable[[Mongo], Source]] = ()
    """What the service consumes besides its share of the facts."""
    beside_relay: Sequence[Callable[[Mongo], Coroutine[None, None, None]]] = ()
    """What else the process `relay` runs until it is stopped."""
    measures: Sequence[Callable[[Mongo], Awaitable[None]]] = ()
    """What sets the service's own gauges when its metrics are read."""

    @property
    def known(self) -> receive.Known:
        """Event types the service reacts to, with models and reactions."""
        return merged(self.reactions)

    def sources(self, mongo: Mongo) -> list[Source]:
        """Return everything that the service consumes."""
        own = [inbox(mongo, self.settings, self.name, self.known)] if self.known else []
        return [*own, *(opened(mongo) for opened in self.further_sources)]

    def open_mongo(self) -> Mongo:
        """Connect to the service's database."""
        return Mongo(self.settings.mongo_url.get_secret_value())


async def prepare(service: Service, mongo: Mongo) -> None:
    """Create collections and indexes that are lacking: transactions must not have to."""
    for name, indexes in {**OWN_COLLECTIONS, **service.collections}.items():
        await mongo.plain[name].ensure(indexes)


def build(service: Service, *, consume: bool = True, http: bool = True) -> FastAPI:
    """Return the application: probes, the rooms' routes with `http`, the running consumer with `consume`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.mongo = mongo = service.open_mongo()
        app.state.verifier = TokenVerifier(service.settings)
        app.state.consumers = [Consumer(source) for source in service.sources(mongo)] if consume else []
        tasks = [asyncio.create_task(consumer.run()) for consumer in app.state.consumers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await mongo.close()

    app = FastAPI(
        title=service.title, version="1", lifespan=lifespan, responses=problem.RESPONSES, docs_url=None, redoc_url=None
    )
    app.state = State(
        {"settings": service.settings, "service": service.name, "measures": service.measures, **service.state}
    )
    problem.install(app)
    for router in (health.router, *(service.routers if http else ())):
        app.include_router(router)
    app.middleware_stack = RequestContext(app.build_middleware_stack())  # outermost: failures have a correlation id too
    return app
