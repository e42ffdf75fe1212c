"""Clients in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from registry.clients.domain import Client, ClientUnknown

CLIENTS = Aggregates(
    Client,
    collection="clients",
    missing=lambda client_id: ClientUnknown(client_id=client_id),
    indexes=[Index([("institution_id", 1), ("_id", 1)])],
)


async def client_of(work: Work, client_id: str | None) -> Client | None:
    """Return a client that anybody may have named, if there is one and it is open."""
    found = await work.db[CLIENTS.collection].find_one({"_id": client_id}) if client_id else None
    client = CLIENTS.read(found) if found else None
    return None if client is None or client.closed else client
