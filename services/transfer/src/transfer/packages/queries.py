"""What clients see of packages: authors see the working text, everyone signed in sees the editions."""

from datetime import date
from typing import Literal

from pydantic import Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.fields import IdFilter, Part
from transfer.packages.domain import MAY_WRITE
from transfer.packages.store import EDITIONS, PACKAGES


class ManualView(Part):
    """Методическое пособие."""

    theory: str
    description: str


class StepView(Part):
    """Шаг применения технологии."""

    title: str
    action: str


class GuidelinesView(Part):
    """Методические рекомендации."""

    steps: tuple[StepView, ...]
    minimal_staff: tuple[str, ...]
    documents: tuple[str, ...]
    resources: tuple[str, ...]
    risks: tuple[str, ...]


class AuthorView(Part):
    """Автор."""

    person_id: str
    institution_id: str


class PackageView(View):
    """Рабочий текст пакета."""

    practice_id: str
    institution_id: str
    title: str
    manual: ManualView
    guidelines: GuidelinesView
    authors: tuple[AuthorView, ...]
    rights: str
    edition: int = Field(description="Номер последнего издания; 0, пока изданий нет")
    published_on: date | None
    missing: tuple[str, ...] = Field(description="Чего не хватает для издания")


class EditionView(View):
    """Издание пакета."""

    package_id: str
    practice_id: str
    institution_id: str
    title: str
    number: int
    state: Literal["published", "superseded"]
    manual: ManualView
    guidelines: GuidelinesView
    authors: tuple[AuthorView, ...]
    rights: str
    published_on: date


class PackageSearch(PageRequest):
    """Какие пакеты показать."""

    practice_id: IdFilter = None
    institution_id: IdFilter = None


class EditionSearch(PageRequest):
    """Какие издания показать."""

    practice_id: IdFilter = None
    institution_id: IdFilter = None
    state: Literal["published", "superseded"] | None = None


def _package(document: Document) -> PackageView:
    return PackageView.model_validate(PACKAGES.read(document))


async def package(reads: Reads, package_id: str) -> PackageView:
    """Return the working text of a package. Raises: PackageUnknown."""
    return _package(await PACKAGES.document(reads, package_id, to=MAY_WRITE))


async def packages(reads: Reads, search: PackageSearch) -> Page[PackageView]:
    """Return the working texts that the caller may write, in the order in which they were begun."""
    asked = search.model_dump(include={"practice_id", "institution_id"}, exclude_none=True)
    where = {"$and": [MAY_WRITE.filter(reads.caller), asked]}
    return await page(reads.db[PACKAGES.collection], where, search, _package)


async def edition(reads: Reads, edition_id: str) -> EditionView:
    """Return one edition. Raises: EditionUnknown."""
    return EditionView.model_validate(await EDITIONS.document(reads, edition_id))


async def editions(reads: Reads, search: EditionSearch) -> Page[EditionView]:
    """Return editions in the order of publication."""
    asked = search.model_dump(include={"practice_id", "institution_id", "state"}, exclude_none=True)
    return await page(reads.db[EDITIONS.collection], asked, search, EditionView.model_validate)
