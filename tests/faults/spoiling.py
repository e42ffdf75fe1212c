"""Losses and doublings made by hand, each of another kind, to see that the checker reports it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

from tests.faults.house import House

from chassis import parked

_NEVER = datetime(2100, 1, 1, tzinfo=UTC)
_ANY = {"_id": {"$gte": ""}}


async def _unsent(house: House) -> None:
    outbox = house.stores["expertise"].plain["outbox"]
    await outbox.find_and_update(_ANY, {"$set": {"state": "new", "next_at": _NEVER}, "$unset": {"sent_at": ""}})


async def _parked(house: House) -> None:
    failure = parked.Failure("invalid", "", 0, None)
    await parked.keep(house.stores["transfer"].plain, parked.Message({}, b""), str(uuid4()), failure)


async def _waiting(house: House) -> None:
    failure = parked.Failure("nomination-unknown", "", 0, 3600)
    await parked.keep(house.stores["transfer"].plain, parked.Message({}, b""), str(uuid4()), failure)


async def _undelivered(house: House) -> None:
    inbox = house.stores["transfer"].plain["inbox"]
    (first,) = await inbox.find({}, limit=1)
    await inbox.delete({"_id": first["_id"]})


async def _unannounced(house: House) -> None:
    await house.stores["transfer"].plain["inbox"].insert({"_id": str(uuid4()), "done_at": _NEVER})


async def _evidence(house: House) -> None:
    evidence = house.stores["reporting"].plain["evidence"]
    (first,) = await evidence.find({}, limit=1)
    await evidence.insert({**first, "_id": str(uuid4())})


async def _copy(house: House) -> None:
    await house.stores["transfer"].plain["institutions"].find_and_update(_ANY, {"$set": {"name": "Иное"}})


async def _facts(house: House) -> None:
    agreements, outbox = (house.stores["registry"].plain[name] for name in ("agreements", "outbox"))
    (first,) = await agreements.find({}, limit=1)
    await outbox.delete({"aggregate_id": first["_id"]})


async def _ghosts(house: House) -> None:
    agreements = house.stores["registry"].plain["agreements"]
    (first,) = await agreements.find({}, limit=1)
    await agreements.insert({**first, "_id": str(uuid4()), "number": "19"})


SPOILT: dict[str, Callable[[House], Awaitable[None]]] = {
    "unsent": _unsent,
    "parked": _parked,
    "waiting": _waiting,
    "undelivered": _undelivered,
    "unannounced": _unannounced,
    "evidence": _evidence,
    "copy": _copy,
    "facts": _facts,
    "ghosts": _ghosts,
}
"""Kind of difference → how it is made."""
