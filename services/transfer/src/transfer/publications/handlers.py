"""Use cases of publications."""

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.transfer import PublicationChannel, PublicationLevel
from transfer.fields import Day, InstitutionRef, Line, PracticeRef
from transfer.institutions.store import institutions_are_known
from transfer.practices.store import practice_exists
from transfer.publications import domain
from transfer.publications.domain import MAY_RELEASE, Content, Publication
from transfer.publications.store import PUBLICATIONS


class CorrectPublication(Command):
    """Запись реестра публикаций целиком."""

    channel: PublicationChannel = Field(examples=["journal"])
    title: Line = Field(examples=["«Уроки мужества» – это путь к постижению добра"])
    outlet: Line | None = Field(default=None, examples=["журнал «Работник социальной службы», № 3 2023 года"])
    level: PublicationLevel = Field(examples=["federal"])
    count: int = Field(default=1, ge=1, le=100_000, examples=[1], description="За сколько публикаций стоит запись")
    link: str | None = Field(default=None, max_length=500, pattern=r"^https?://\S+$", examples=[None])
    practice_id: PracticeRef | None = Field(default=None, examples=[None])
    released_on: Day


class ReleasePublication(CorrectPublication):
    """Публикация учреждения; посты и выступления можно внести числом."""

    institution_id: InstitutionRef


async def release_publication(command: ReleasePublication, work: Work, *, origin: str | None = None) -> Publication:
    """Enter a publication in the register; `origin` is the integration that told it.

    Raises: NotPermitted, InstitutionNotKnown, PracticeUnknown, DateInFuture, OutletMissing, ArticleCountedTogether.
    Emits: transfer.publication.released.v1.
    """
    MAY_RELEASE.require(work.caller, command)
    await institutions_are_known(work, command.institution_id)
    await practice_exists(work, command.practice_id)
    content = Content(**command.model_dump(exclude={"institution_id"}))
    publication = Publication(id=work.new_id(), institution_id=command.institution_id, content=content, origin=origin)
    released, fact = domain.release(publication, now=work.now)
    return await PUBLICATIONS.save(work, released, fact)


async def correct_publication(change: Change[CorrectPublication], work: Work) -> Publication:
    """Replace what a record says.

    Raises: PublicationUnknown, StaleVersion, NotPermitted, PracticeUnknown, DateInFuture, OutletMissing,
    ArticleCountedTogether. Emits: transfer.publication.corrected.v1.
    """
    publication = await PUBLICATIONS.load(work, change)
    MAY_RELEASE.require(work.caller, publication)
    await practice_exists(work, change.command.practice_id)
    corrected, fact = domain.correct(publication, Content(**change.command.model_dump()), now=work.now)
    return await PUBLICATIONS.save(work, corrected, fact)
