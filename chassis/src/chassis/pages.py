"""Keyset pages with opaque cursors."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar

import bson
from pydantic import BaseModel, ConfigDict, Field

from chassis.documents import Collection, Document
from chassis.errors import Words
from chassis.problem import Problem

V = TypeVar("V", bound=BaseModel)
BAD_CURSOR = Problem(
    400, "bad-cursor", Words("Неверный курсор страницы", "Bad page cursor"),
    Words("Начните список с первой страницы.", "Start the list from its first page."),
)  # fmt: skip


class View(BaseModel):
    """What a client sees of a record; read from a document or an aggregate."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, extra="ignore")
    beyond_version: ClassVar[bool] = False
    """Whether it shows what may change while the version does not: others' records, or more to some callers."""

    id: str = Field(validation_alias="_id", examples=["0190a000-0000-7000-8000-000000000101"])
    version: int = Field(examples=[1], description="Версия записи; ETag и If-Match")


class PageRequest(BaseModel):
    """Which page of a list; a list with filters adds its own fields in a subclass. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=100, description="Сколько записей на странице")
    cursor: str | None = Field(default=None, max_length=600, description="`next` предыдущей страницы")
    reverse: bool = Field(default=False, description="С конца списка")


class Page(BaseModel, Generic[V]):
    """A page of a list."""

    items: list[V]
    next: str | None = Field(default=None, description="Курсор следующей страницы; null на последней")


async def page(
    collection: Collection,
    where: Mapping[str, Any],
    paging: PageRequest,
    view: Callable[[Document], V],
    *,
    order: tuple[str, int] = ("_id", 1),
) -> Page[V]:
    """Return a page ordered by one field and `_id` within it; the filter and the order need an index.

    Raises `BAD_CURSOR` for a cursor that is not of this list.
    """
    field, direction = order[0], -order[1] if paging.reverse else order[1]
    mark = hashlib.sha256(json.dumps([where, field, direction], sort_keys=True, default=str).encode()).hexdigest()[:12]
    condition = {"$and": [where, _after(paging.cursor, mark, field, direction)]} if paging.cursor else where
    sort = [(field, direction)] if field == "_id" else [(field, direction), ("_id", direction)]
    found = await collection.find(condition, sort=sort, limit=paging.limit + 1)
    shown = found[: paging.limit]
    following = _cursor(mark, shown[-1], field) if len(found) > len(shown) else None
    return Page(items=[view(document) for document in shown], next=following)


def _cursor(mark: str, last: Document, field: str) -> str:
    value = last[field]
    kind, text = ("d", value.isoformat()) if isinstance(value, date) else ("v", value)
    return base64.urlsafe_b64encode(json.dumps([mark, kind, text, last["_id"]]).encode()).decode().rstrip("=")


def _after(cursor: str, mark: str, field: str, direction: int) -> dict[str, Any]:
    try:
        of, kind, value, last_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        position = datetime.fromisoformat(value) if kind == "d" else value
        bson.encode({"position": position, "last_id": last_id})  # clients may forge what the database cannot hold
    except (ValueError, TypeError, OverflowError) as error:
        raise BAD_CURSOR from error
    if of != mark or isinstance(position, dict | list) or not isinstance(last_id, str):
        raise BAD_CURSOR
    further = "$gt" if direction > 0 else "$lt"
    or_later = {"$or": [{field: {further: position}}, {field: position, "_id": {further: last_id}}]}
    return {"_id": {further: last_id}} if field == "_id" else or_later
