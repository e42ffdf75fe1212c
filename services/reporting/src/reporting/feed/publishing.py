"""The public relay: numbered events go to the exchange that partners' queues are bound to."""

from chassis.mongo import Mongo
from chassis.relay import Outlet, Relay
from chassis.settings import ServiceSettings
from contracts.streams import PUBLIC
from reporting.feed.store import FEED

LEASE = "public-relay"


async def keep_publishing(mongo: Mongo, settings: ServiceSettings, url: str) -> None:
    """Publish until cancelled; while partners' broker is away, everything else goes on."""
    await Relay(mongo, settings, Outlet(url, exchange=PUBLIC.exchange, collection=FEED, lease=LEASE)).run()
