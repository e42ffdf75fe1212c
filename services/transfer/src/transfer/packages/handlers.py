"""Use cases of packages."""

from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from transfer.fields import Day, InstitutionRef, Line, Paragraph, PersonRef, PracticeRef
from transfer.institutions.store import institutions_are_known
from transfer.packages import domain
from transfer.packages.domain import MAY_PUBLISH, MAY_WRITE, Author, Guidelines, Manual, Package, Step
from transfer.packages.store import EDITIONS, PACKAGES
from transfer.practices.domain import MAY_DESCRIBE
from transfer.practices.store import PRACTICES

Section = Annotated[str, Field(max_length=100_000)]
Lines = Annotated[tuple[Line, ...], Field(max_length=100)]


class OpenPackage(Command):
    """Начало упаковки практики."""

    practice_id: PracticeRef


class WriteManual(Command):
    """Методическое пособие; пустой раздел можно дописать до издания."""

    theory: Section = Field(
        default="", examples=["Подход опирается на ресурсы семьи…"], description="Теоретические подходы"
    )
    description: Section = Field(
        default="", examples=["Технология — цикл из восьми встреч…"], description="Описание технологии в общем виде"
    )


class GuidelineStep(Command):
    """Шаг применения технологии."""

    title: Line = Field(examples=["Знакомство с семьёй"])
    action: Paragraph = Field(examples=["Специалист встречается с семьёй дома и составляет карту ресурсов."])


class WriteGuidelines(Command):
    """Методические рекомендации; пустую часть можно дописать до издания."""

    steps: tuple[GuidelineStep, ...] = Field(
        default=(),
        max_length=100,
        examples=[[{"title": "Знакомство с семьёй", "action": "Специалист составляет карту ресурсов семьи."}]],
    )
    minimal_staff: Lines = Field(default=(), examples=[["психолог", "социальный педагог"]])
    documents: Lines = Field(default=(), examples=[["договор с семьёй", "карта ресурсов семьи"]])
    resources: Lines = Field(default=(), examples=[["комната для встреч"]])
    risks: Lines = Field(default=(), examples=[["семья прекращает встречи"]])


class NamedAuthor(Command):
    """Автор и организация, от которой он пишет."""

    person_id: PersonRef
    institution_id: InstitutionRef


class StateAuthors(Command):
    """Авторы от учреждения и от второй организации и их права."""

    authors: tuple[NamedAuthor, ...] = Field(
        max_length=50,
        examples=[
            [
                {
                    "person_id": "0190a000-0000-7000-8000-000000000201",
                    "institution_id": "0190a000-0000-7000-8000-000000000101",
                },
                {
                    "person_id": "0190a000-0000-7000-8000-000000000202",
                    "institution_id": "0190a000-0000-7000-8000-000000000102",
                },
            ]
        ],
    )
    rights: str = Field(
        default="", max_length=4000, examples=["Права принадлежат УМЦ и учреждению совместно; применение свободное"]
    )


class PublishPackage(Command):
    """Издание пакета."""

    published_on: Day


async def open_package(command: OpenPackage, work: Work) -> Package:
    """Begin to package a practice. Raises: PracticeUnknown, NotPermitted, AlreadyExists (one package per practice)."""
    practice = await PRACTICES.get(work, command.practice_id)
    MAY_DESCRIBE.require(work.caller, practice)
    package = Package(
        id=work.new_id(), practice_id=practice.id, institution_id=practice.institution_id, title=practice.title
    )
    return await PACKAGES.save(work, package)


async def write_manual(change: Change[WriteManual], work: Work) -> Package:
    """Replace the manual. Raises: PackageUnknown, StaleVersion, NotPermitted."""
    package = await _writable(change, work)
    return await PACKAGES.save(work, domain.write_manual(package, Manual(**change.command.model_dump())))


async def write_guidelines(change: Change[WriteGuidelines], work: Work) -> Package:
    """Replace the guidelines. Raises: PackageUnknown, StaleVersion, NotPermitted."""
    package = await _writable(change, work)
    said = change.command
    guidelines = Guidelines(
        steps=tuple(Step(title=step.title, action=step.action) for step in said.steps),
        minimal_staff=said.minimal_staff,
        documents=said.documents,
        resources=said.resources,
        risks=said.risks,
    )
    return await PACKAGES.save(work, domain.write_guidelines(package, guidelines))


async def state_authors(change: Change[StateAuthors], work: Work) -> Package:
    """Say who wrote the package. Raises: PackageUnknown, StaleVersion, NotPermitted, InstitutionNotKnown."""
    package = await _writable(change, work)
    await institutions_are_known(work, *(author.institution_id for author in change.command.authors))
    authors = tuple(dict.fromkeys(Author(**author.model_dump()) for author in change.command.authors))
    return await PACKAGES.save(work, domain.state_authors(package, authors=authors, rights=change.command.rights))


async def publish_package(change: Change[PublishPackage], work: Work) -> Package:
    """Make the next edition; the one before it is superseded.

    Raises: PackageUnknown, StaleVersion, NotPermitted, PackageIncomplete, PackageUnchanged, DateInFuture,
    DatesOutOfOrder. Emits: transfer.package.published.v1.
    """
    package = await PACKAGES.load(work, change)
    MAY_PUBLISH.require(work.caller, package)
    practice = await PRACTICES.get(work, package.practice_id)
    published, edition, fact = domain.publish(
        package,
        edition_id=work.new_id(),
        title=practice.title,
        published_on=change.command.published_on,
        now=work.now,
    )
    for earlier in await EDITIONS.find(work, {"package_id": package.id, "number": package.edition}):
        await EDITIONS.save(work, domain.supersede(earlier))
    await EDITIONS.save(work, edition)
    return await PACKAGES.save(work, published, fact)


async def _writable(change: Change[Command], work: Work) -> Package:
    package = await PACKAGES.load(work, change)
    MAY_WRITE.require(work.caller, package)
    return package
