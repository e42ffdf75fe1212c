"""The numberer: one process at a time gives the events of the feed their order."""

from contextlib import nullcontext

from chassis.documents import Database
from chassis.duty import Turn, on_duty
from chassis.errors import AlreadyExists
from chassis.mongo import Mongo
from chassis.settings import ServiceSettings
from reporting.feed.store import FEED, number

LEASE = "feed"


async def keep_numbering(mongo: Mongo, settings: ServiceSettings) -> None:
    """Number until cancelled, through every outage of the database."""

    async def turn() -> bool:
        try:
            return bool(await mongo.transact(_numbered, seconds=settings.transaction_seconds))
        except AlreadyExists:
            return True  # another numberer was first: what is left is seen at the next turn

    def session() -> nullcontext[Turn]:
        return nullcontext(turn)

    await on_duty(mongo, settings, LEASE, FEED, session)


async def _numbered(db: Database) -> int:
    return await number(db)
