"""Documents: collections bound to a transaction, or to none. The driver itself is behind `chassis.mongo`."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pymongo import ReturnDocument
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
)

from chassis.deadline import store_milliseconds
from chassis.errors import AlreadyExists, StoreUnavailable, Unavailable

T = TypeVar("T")
Document = dict[str, Any]
Filter = Mapping[str, Any]
Keys = Sequence[tuple[str, int | str]]
STORE_FAILURES = (Unavailable, PyMongoError)
"""Everything by which a store that is away shows itself, within a transaction and outside."""
_DUPLICATE_KEY, _ANOTHER_PROCESS_DID = 11000, 48


class Index(NamedTuple):
    """An index a collection needs; `options` as `createIndexes` takes them."""

    keys: Keys
    options: Mapping[str, Any] = {}


class Collection:
    """A collection, bound to the transaction it was taken from, if any."""

    def __init__(self, native: Any, session: Any) -> None:
        self._native, self._session = native, session

    async def find_one(self, where: Filter) -> Document | None:
        """Return one matching document."""
        return await self._answer(self._native.find_one(where, session=self._session, max_time_ms=self._time()))

    async def find(self, where: Filter, *, sort: Keys = (("_id", 1),), limit: int = 0) -> list[Document]:
        """Return matching documents, sorted by `_id` unless told otherwise; `limit` 0 means all."""
        cursor = self._native.find(where, session=self._session, sort=list(sort), limit=limit, max_time_ms=self._time())
        return await self._answer(cursor.to_list(None))

    async def aggregate(self, pipeline: Sequence[Filter]) -> list[Document]:
        """Run an aggregation."""
        limits = {"maxTimeMS": time} if (time := self._time()) else {}
        return await self._answer(self._native.aggregate(list(pipeline), session=self._session, **limits).to_list(None))

    async def count(self, where: Filter) -> int:
        """Count matching documents."""
        return await self._answer(self._native.count_documents(where, session=self._session))

    async def insert(self, *documents: Document) -> None:
        """Insert documents; a unique index in the way raises `AlreadyExists`."""
        await self._answer(self._native.insert_many(documents, session=self._session))

    async def update(self, where: Filter, change: Filter | Sequence[Filter], *, upsert: bool = False) -> int:
        """Change every matching document; return how many matched or were inserted."""
        result = await self._answer(self._native.update_many(where, change, upsert=upsert, session=self._session))
        return int(result.matched_count) or int(result.upserted_id is not None)

    async def find_and_update(
        self, where: Filter, change: Filter | Sequence[Filter], *, sort: Keys | None = None, upsert: bool = False
    ) -> Document | None:
        """Change one matching document and return it as it is afterwards."""
        return await self._answer(
            self._native.find_one_and_update(
                where, change, sort=sort, upsert=upsert, return_document=ReturnDocument.AFTER, session=self._session
            )
        )

    async def delete(self, where: Filter) -> int:
        """Delete every matching document; return how many."""
        return int((await self._answer(self._native.delete_many(where, session=self._session))).deleted_count)

    async def ensure(self, indexes: Sequence[Index]) -> None:
        """Create the collection and the indexes it lacks."""
        await self._answer(self._created())
        for index in indexes:
            await self._answer(self._native.create_index(list(index.keys), **index.options))

    def _time(self) -> int | None:
        return store_milliseconds() if self._session is None else None  # a transaction ends by its own time

    async def _created(self) -> None:
        try:
            await self._native.database.command("create", self._native.name)
        except OperationFailure as error:
            if error.code != _ANOTHER_PROCESS_DID:
                raise

    async def _answer(self, operation: Awaitable[T]) -> T:
        try:
            return await operation
        except (DuplicateKeyError, BulkWriteError) as error:
            raise _refusal(error) from error
        except (ConnectionFailure, ExecutionTimeout) as error:
            if self._session is None:
                raise StoreUnavailable from error
            raise


class Database:
    """Collections that take part in one transaction, or in none."""

    def __init__(self, native: Any, session: Any = None) -> None:
        self._native, self._session = native, session

    def __getitem__(self, name: str) -> Collection:
        """Return a collection by its name."""
        return Collection(self._native[name], self._session)


def _refusal(error: OperationFailure) -> Exception:
    details = error.details or {}
    failed = next(iter(details.get("writeErrors", ())), details)
    if failed.get("code") != _DUPLICATE_KEY:
        return error
    return AlreadyExists(index=", ".join(failed.get("keyPattern", {"_id": 1})))
