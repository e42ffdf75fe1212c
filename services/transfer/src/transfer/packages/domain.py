"""The package of a practice: a manual and guidelines that other institutions can work by, published in editions."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import PackagePublishedV1
from transfer.access import CURATOR, STAFF
from transfer.dates import day_has_come, days_in_order

MAY_WRITE = Allow(roles=CURATOR, members=STAFF, institution_fields=("institution_id", "authors.institution_id"))
MAY_PUBLISH = Allow(roles=CURATOR, members=STAFF)

PARTS = {
    "manual.theory": Words("теоретические подходы", "theoretical approaches"),
    "manual.description": Words("описание технологии", "description of the technology"),
    "guidelines.steps": Words("шаги применения", "steps"),
    "guidelines.minimal_staff": Words("минимальный состав специалистов", "minimal staff"),
    "guidelines.documents": Words("документы", "documents"),
    "guidelines.resources": Words("ресурсы", "resources"),
    "guidelines.risks": Words("риски", "risks"),
    "authors": Words("авторы от учреждения и от второй организации", "authors of the institution and of a second one"),
    "rights": Words("права на продукт", "rights"),
}
"""Everything without which a package is not published (A28, A29, A30, A45)."""


@dataclass(eq=False, kw_only=True)
class PackageUnknown(NotFound):
    """No package has this id, or the caller may not see its draft."""

    code: ClassVar = "package-unknown"
    title: ClassVar = Words("Пакет не найден", "Package not found")
    detail: ClassVar = Words("Пакета {package_id} нет.", "There is no package {package_id}.")
    package_id: str


@dataclass(eq=False, kw_only=True)
class EditionUnknown(NotFound):
    """No published edition has this id."""

    code: ClassVar = "edition-unknown"
    title: ClassVar = Words("Издание не найдено", "Edition not found")
    detail: ClassVar = Words("Издания {edition_id} нет.", "There is no edition {edition_id}.")
    edition_id: str


@dataclass(eq=False, kw_only=True)
class PackageIncomplete(RuleBroken):
    """A package lacks parts that others need to work by it."""

    code: ClassVar = "package-incomplete"
    title: ClassVar = Words("Пакет не полон", "The package is incomplete")
    detail: ClassVar = Words("Пакет нельзя издать, не хватает: {lacking_ru}.", "The package lacks: {lacking_en}.")
    lacking_ru: str
    lacking_en: str


@dataclass(eq=False, kw_only=True)
class PackageUnchanged(RuleBroken):
    """Nothing has been written since the last edition."""

    code: ClassVar = "package-unchanged"
    title: ClassVar = Words("Нечего издавать", "Nothing to publish")
    detail: ClassVar = Words(
        "После издания {edition} пакет не менялся.", "The package has not changed since edition {edition}."
    )
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """Методическое пособие: its two required sections (A29)."""

    theory: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the technology, as a site takes it."""

    title: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidelines:
    """Методические рекомендации: how to apply the technology (A30)."""

    steps: tuple[Step, ...] = ()
    minimal_staff: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote the package, and for which organisation (A45)."""

    person_id: str
    institution_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The working text of a package; `edition` is the number of the last published one, 0 before the first."""

    id: str
    version: int = 0
    practice_id: str
    institution_id: str
    title: str
    manual: Manual = Manual()
    guidelines: Guidelines = Guidelines()
    authors: tuple[Author, ...] = ()
    rights: str = ""
    edition: int = 0
    published_on: date | None = None
    is_revised: bool = True

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts of `PARTS` that are still empty."""
        institutions = {author.institution_id for author in self.authors}
        filled = {
            "manual.theory": self.manual.theory,
            "manual.description": self.manual.description,
            "guidelines.steps": self.guidelines.steps,
            "guidelines.minimal_staff": self.guidelines.minimal_staff,
            "guidelines.documents": self.guidelines.documents,
            "guidelines.resources": self.guidelines.resources,
            "guidelines.risks": self.guidelines.risks,
            "authors": self.institution_id in institutions and len(institutions) > 1,
            "rights": self.rights,
        }
        return tuple(part for part in PARTS if not filled[part])


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published package, never changed; a later edition supersedes it."""

    id: str
    version: int = 0
    package_id: str
    practice_id: str
    institution_id: str
    title: str
    number: int
    state: Literal["published", "superseded"] = "published"
    manual: Manual
    guidelines: Guidelines
    authors: tuple[Author, ...]
    rights: str
    published_on: date


def write_manual(package: Package, manual: Manual) -> Package:
    """Replace the manual of the working text."""
    return replace(package, manual=manual, is_revised=True)


def write_guidelines(package: Package, guidelines: Guidelines) -> Package:
    """Replace the guidelines of the working text."""
    return replace(package, guidelines=guidelines, is_revised=True)


def state_authors(package: Package, *, authors: tuple[Author, ...], rights: str) -> Package:
    """Say who wrote the package and who holds which rights."""
    return replace(package, authors=authors, rights=rights, is_revised=True)


def package_is_complete(package: Package) -> None:
    """Refuse a package with an empty part (A28, A29, A30, A45). Raises: PackageIncomplete."""
    lacking = [PARTS[part] for part in package.missing]
    if lacking:
        raise PackageIncomplete(
            lacking_ru=", ".join(words.ru for words in lacking), lacking_en=", ".join(words.en for words in lacking)
        )


def publish(
    package: Package, *, edition_id: str, title: str, published_on: date, now: datetime
) -> tuple[Package, Edition, PackagePublishedV1]:
    """Make the next edition of the working text, under the title of the practice.

    Raises: PackageIncomplete, PackageUnchanged, DateInFuture, DatesOutOfOrder (before the previous edition).
    """
    package_is_complete(package)
    if not package.is_revised:
        raise PackageUnchanged(edition=package.edition)
    day_has_come(published_on, now=now)
    days_in_order(package.published_on or published_on, published_on)
    published = replace(package, title=title, edition=package.edition + 1, published_on=published_on, is_revised=False)
    fact = PackagePublishedV1(
        package_id=published.id,
        practice_id=published.practice_id,
        institution_id=published.institution_id,
        title=title,
        edition=published.edition,
        published_on=published_on,
    )
    return published, _edition(published, edition_id, published_on), fact


def supersede(edition: Edition) -> Edition:
    """Set an edition aside for a later one."""
    return replace(edition, state="superseded")


def _edition(package: Package, edition_id: str, published_on: date) -> Edition:
    return Edition(
        id=edition_id,
        package_id=package.id,
        practice_id=package.practice_id,
        institution_id=package.institution_id,
        title=package.title,
        number=package.edition,
        manual=package.manual,
        guidelines=package.guidelines,
        authors=package.authors,
        rights=package.rights,
        published_on=published_on,
    )
