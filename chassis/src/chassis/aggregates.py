"""Aggregates in a collection: read whole, replaced only if nobody else has replaced them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from chassis.documents import Document, Index
from chassis.errors import NotFound, StaleVersion
from chassis.policy import Allow
from chassis.work import Change, Reads, Versioned, Work
from contracts.fact import Fact

A = TypeVar("A", bound=Versioned)


class Aggregates(Generic[A]):
    """The stored aggregates of one kind: frozen dataclasses with `id` and `version`.

    `derive` adds fields for search and order that the aggregate itself does not have.
    """

    def __init__(
        self,
        kind: type[A],
        *,
        collection: str,
        missing: Callable[[str], NotFound],
        indexes: Sequence[Index] = (),
        derive: Callable[[A], Mapping[str, Any]] = lambda _: {},
    ) -> None:
        self._shape = TypeAdapter(kind)
        self.collection, self.indexes = collection, indexes
        self._missing, self._derive = missing, derive

    async def get(self, work: Reads, aggregate_id: str) -> A:
        """Return an aggregate. Raises the kind's own NotFound."""
        return self.read(await self.document(work, aggregate_id))

    async def document(self, work: Reads, aggregate_id: str, *, to: Allow | None = None) -> Document:
        """Return an aggregate as it is stored. Raises the kind's own NotFound, also when the caller may not see it."""
        document = await work.db[self.collection].find_one({"_id": aggregate_id})
        if document is None or (to and not to.permits(work.caller, document)):
            raise self._missing(aggregate_id)
        return document

    async def find(self, work: Reads, where: Mapping[str, Any]) -> list[A]:
        """Return the matching aggregates; `where` needs an index."""
        return [self.read(document) for document in await work.db[self.collection].find(where)]

    async def load(self, work: Work, change: Change[Any]) -> A:
        """Return the aggregate a change is about. Raises the kind's NotFound, StaleVersion."""
        aggregate = await self.get(work, change.id)
        if change.expected_version not in (None, aggregate.version):
            raise StaleVersion(current=aggregate.version)
        return aggregate

    async def save(self, work: Work, aggregate: A, *facts: Fact) -> A:
        """Store the next version and record the facts about it; return the aggregate as stored.

        Raises: StaleVersion when another change came first; AlreadyExists from a unique index.
        """
        saved: A = replace(aggregate, version=aggregate.version + 1)  # type: ignore[type-var]
        document = self.write(saved) | dict(self._derive(saved))
        if aggregate.version == 0:
            await work.db[self.collection].insert(document)
        elif not await work.db[self.collection].update(
            {"_id": saved.id, "version": aggregate.version}, {"$set": document}
        ):
            raise StaleVersion(current=aggregate.version)
        for fact in facts:
            work.record(fact, of=saved)
        return saved

    def read(self, document: Document) -> A:
        """Return the aggregate that a document holds."""
        return self._shape.validate_python({"id": document["_id"], **document})

    def write(self, aggregate: A) -> Document:
        """Return the document that holds an aggregate."""
        fields = bson(self._shape.dump_python(aggregate))
        return {"_id": fields.pop("id"), **fields}


def bson(value: Any) -> Any:
    """Return a value as the database can hold it: dates as ISO text, tuples as lists, sets as sorted lists."""
    if isinstance(value, Mapping):
        return {key: bson(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [bson(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(bson(item) for item in value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
