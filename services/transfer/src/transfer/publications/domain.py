"""A publication, or a counted run of posts or talks."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import PublicationChannel, PublicationCorrectedV1, PublicationLevel, PublicationReleasedV1
from transfer.access import CURATOR, STAFF
from transfer.dates import day_has_come

MAY_RELEASE = Allow(roles=CURATOR, members=STAFF)


@dataclass(eq=False, kw_only=True)
class PublicationUnknown(NotFound):
    """No publication has this id."""

    code: ClassVar = "publication-unknown"
    title: ClassVar = Words("Публикация не найдена", "Publication not found")
    detail: ClassVar = Words("Публикации {publication_id} нет.", "There is no publication {publication_id}.")
    publication_id: str


@dataclass(eq=False, kw_only=True)
class OutletMissing(RuleBroken):
    """A journal article does not say in which issue it stands."""

    code: ClassVar = "publication-outlet-missing"
    title: ClassVar = Words("Не указано издание", "The outlet is missing")
    detail: ClassVar = Words(
        "Для статьи в журнале укажите журнал и номер.", "Name the journal and its issue for a journal article."
    )


@dataclass(eq=False, kw_only=True)
class ArticleCountedTogether(RuleBroken):
    """Several journal articles are put in one record."""

    code: ClassVar = "publication-one-article-one-record"
    title: ClassVar = Words("Статьи вносятся по одной", "One article, one record")
    detail: ClassVar = Words(
        "Статей в записи: {count}. Внесите каждую отдельно; числом вносятся посты и выступления.",
        "The record stands for {count} articles: enter each by itself. Posts and talks are entered by number.",
    )
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a record says; a correction replaces all of it."""

    channel: PublicationChannel
    title: str
    outlet: str | None
    level: PublicationLevel
    count: int
    link: str | None
    practice_id: str | None
    released_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A record of the publications register; it stands for `content.count` publications."""

    id: str
    version: int = 0
    institution_id: str
    content: Content
    origin: str | None = None
    """Integration of the partner whose system told it."""


def article_stands_alone(content: Content) -> None:
    """Refuse a journal article without its issue, or several in one record (C18).

    Raises: OutletMissing, ArticleCountedTogether.
    """
    if content.channel != "journal":
        return
    if not content.outlet:
        raise OutletMissing
    if content.count != 1:
        raise ArticleCountedTogether(count=content.count)


def release(publication: Publication, *, now: datetime) -> tuple[Publication, PublicationReleasedV1]:
    """Enter a publication in the register. Raises: DateInFuture, OutletMissing, ArticleCountedTogether."""
    article_stands_alone(publication.content)
    day_has_come(publication.content.released_on, now=now)
    return publication, PublicationReleasedV1(**_told(publication))


def correct(publication: Publication, content: Content, *, now: datetime) -> tuple[Publication, PublicationCorrectedV1]:
    """Replace what a record says; every indicator that rests on it follows (T4).

    Raises: DateInFuture, OutletMissing, ArticleCountedTogether.
    """
    article_stands_alone(content)
    day_has_come(content.released_on, now=now)
    corrected = replace(publication, content=content)
    return corrected, PublicationCorrectedV1(**_told(corrected))


def _told(publication: Publication) -> dict[str, Any]:
    content = publication.content
    return {
        "publication_id": publication.id,
        "institution_id": publication.institution_id,
        "channel": content.channel,
        "title": content.title,
        "outlet": content.outlet,
        "level": content.level,
        "count": content.count,
        "released_on": content.released_on,
        "practice_id": content.practice_id,
        "origin": publication.origin,
    }
