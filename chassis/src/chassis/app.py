"""A service put together of its rooms. Each process loads no more of it than it needs."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chassis import idempotency, outbox, parked, receive
from chassis.documents import Index
from chassis.lease import COLLECTION as LEASES
from chassis.migrations import COLLECTION as MIGRATIONS
from chassis.migrations import Migration
from chassis.mongo import Mongo
from chassis.reactions import Reactions, merged
from chassis.settings import ServiceSettings

if TYPE_CHECKING:  # at run time most processes answer no clients, and operators' commands know no broker
    from fastapi import APIRouter

    from chassis.bus import Source

OWN_COLLECTIONS: Mapping[str, Sequence[Index]] = {
    outbox.COLLECTION: outbox.INDEXES,
    receive.COLLECTION: receive.INDEXES,
    parked.COLLECTION: parked.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    LEASES: (),
    MIGRATIONS: (),
}


class Http(NamedTuple):
    """What answers clients."""

    routers: "Sequence[APIRouter]" = ()
    state: Mapping[str, Any] = {}
    """Further objects for `request.app.state`."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a service's `wiring` puts together."""

    name: str
    title: str
    """Shown to people in the API documentation, in Russian."""
    settings: ServiceSettings
    http: Callable[[], Http] = Http
    """Called by the one process that answers clients: loading routes is half of a start."""
    reactions: Sequence[Reactions] = ()
    collections: Mapping[str, Sequence[Index]]
    migrations: Sequence[Migration] = ()
    further_sources: Sequence["Callable[[Mongo], Source]"] = ()
    """What the service consumes besides its share of the facts."""
    beside_relay: Sequence[Callable[[Mongo], Coroutine[None, None, None]]] = ()
    """What else the process `relay` runs until it is stopped."""
    measures: Sequence[Callable[[Mongo], Awaitable[None]]] = ()
    """What sets the service's own gauges when its metrics are read."""

    @property
    def known(self) -> receive.Known:
        """Event types the service reacts to, with models and reactions."""
        return merged(self.reactions)

    def open_mongo(self) -> Mongo:
        """Connect to the service's database."""
        return Mongo(self.settings.mongo_url.get_secret_value())


async def prepare(service: Service, mongo: Mongo) -> None:
    """Create collections and indexes that are lacking: transactions must not have to."""
    for name, indexes in {**OWN_COLLECTIONS, **service.collections}.items():
        await mongo.plain[name].ensure(indexes)
