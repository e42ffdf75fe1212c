"""What clients see of publications. What is published is open to everyone signed in."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.transfer import PublicationChannel, PublicationLevel
from transfer.dates import within
from transfer.fields import ORIGIN, IdFilter, Part, Question, YearFilter
from transfer.publications.store import PUBLICATIONS
from transfer.tallies import tally


class ContentView(Part):
    """Содержание записи."""

    channel: PublicationChannel
    title: str
    outlet: str | None
    level: PublicationLevel
    count: int
    link: str | None
    practice_id: str | None
    released_on: date


class PublicationView(View):
    """Запись реестра публикаций."""

    institution_id: str
    content: ContentView
    origin: str | None = ORIGIN


class PublicationSearch(PageRequest):
    """Какие публикации показать."""

    institution_id: IdFilter = None
    channel: PublicationChannel | None = None
    level: PublicationLevel | None = None
    practice_id: IdFilter = None
    year: YearFilter = None


class PublicationCountSearch(Question):
    """Чьи публикации и за какой год сосчитать."""

    institution_id: IdFilter = None
    year: YearFilter = None


class PublicationCounts(BaseModel):
    """Публикации по каналам и уровням; записи, внесённые числом, считаются этим числом."""

    total: int
    by_channel: dict[PublicationChannel, int]
    by_level: dict[PublicationLevel, int]


async def publication(reads: Reads, publication_id: str) -> PublicationView:
    """Return one publication. Raises: PublicationUnknown."""
    return PublicationView.model_validate(await PUBLICATIONS.document(reads, publication_id))


async def publications(reads: Reads, search: PublicationSearch) -> Page[PublicationView]:
    """Return publications, the latest first."""
    asked = {
        "institution_id": search.institution_id,
        "content.channel": search.channel,
        "content.level": search.level,
        "content.practice_id": search.practice_id,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    where = {"released_on": within(search.year), **wanted}
    collection = reads.db[PUBLICATIONS.collection]
    return await page(collection, where, search, PublicationView.model_validate, order=("released_on", -1))


async def publication_counts(reads: Reads, search: PublicationCountSearch) -> PublicationCounts:
    """Count publications by channel (A48, C18) and level (A26)."""
    wanted = {"institution_id": search.institution_id} if search.institution_id else {}
    where = {"released_on": within(search.year), **wanted}
    by_channel = await _counts(reads, where, "content.channel")
    by_level = await _counts(reads, where, "content.level")
    return PublicationCounts(total=sum(by_channel.values()), by_channel=by_channel, by_level=by_level)


async def _counts(reads: Reads, where: dict[str, Any], by: str) -> dict[Any, int]:
    return await tally(reads, PUBLICATIONS.collection, where, by=by, amount="$content.count")
