"""What clients see of councils. Their composition is open to everyone signed in."""

from datetime import date

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.councils.store import COUNCILS
from expertise.fields import IdFilter
from expertise.shown import Shown


class MemberView(Shown):
    """Член совета."""

    person_id: str
    name: str
    office: str | None


class ShareView(Shown):
    """Доля, например 2/3."""

    numerator: int
    denominator: int


class MajorityView(Shown):
    """Правило большинства: больше доли (strict) или не меньше."""

    share: ShareView
    strict: bool


class CouncilView(View):
    """Экспертный совет."""

    title: str
    chair_id: str
    members: tuple[MemberView, ...]
    quorum: ShareView
    majority: MajorityView
    since: date
    until: date


class CouncilSearch(PageRequest):
    """Какие советы показать."""

    member_id: IdFilter = Field(default=None, description="Советы, в которые входит человек")


async def council(reads: Reads, council_id: str) -> CouncilView:
    """Return one council. Raises: CouncilUnknown."""
    return CouncilView.model_validate(await COUNCILS.get(reads, council_id))


async def councils(reads: Reads, search: CouncilSearch) -> Page[CouncilView]:
    """Return councils in the order of forming."""
    where = {"members.person_id": search.member_id} if search.member_id else {}
    return await page(reads.db[COUNCILS.collection], where, search, CouncilView.model_validate)
