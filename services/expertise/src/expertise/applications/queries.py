"""What clients see of applications: their own, those they are assigned to, or all of them by role."""

from datetime import date

from pydantic import Field

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from expertise.applications.domain import MAY_READ, Application, ApplicationState
from expertise.applications.store import APPLICATIONS
from expertise.fields import IdFilter
from expertise.shown import Shown


class PassportView(Shown):
    """Паспорт проекта."""

    problem: str
    target_group: str
    novelty: str
    expected_result: str
    aim: str
    tasks: tuple[str, ...]
    resources: str | None
    risks: str | None


class TeamView(Shown):
    """Временный творческий коллектив (ВТК)."""

    member_ids: tuple[str, ...]
    lead_id: str | None
    supervisor_id: str | None
    since: date | None
    until: date | None


class OpinionView(Shown):
    """Заключение научного руководителя."""

    supervisor_id: str
    favourable: bool
    text: str
    signed_on: date


class ApplicationView(View):
    """Заявка."""

    call_id: str
    direction_id: str
    institution_id: str
    scientific_supervisor_id: str
    title: str
    passport: PassportView
    team: TeamView
    state: ApplicationState
    state_since: date | None = Field(default=None, description="День, с которого заявка в этом состоянии")
    submission: int
    returns: int
    opinion: OpinionView | None


class ApplicationSearch(PageRequest):
    """Какие заявки показать."""

    call_id: IdFilter = None
    direction_id: IdFilter = None
    institution_id: IdFilter = None
    state: ApplicationState | None = None
    scientific_supervisor_id: IdFilter = Field(default=None, description="Научный руководитель")
    expert_id: IdFilter = Field(default=None, description="Заявки, назначенные эксперту")


async def application(reads: Reads, application_id: str) -> ApplicationView:
    """Return one application. Raises: ApplicationUnknown, also when the caller may not see it."""
    return ApplicationView.model_validate(await readable(reads, application_id))


async def applications(reads: Reads, search: ApplicationSearch) -> Page[ApplicationView]:
    """Return the applications that the caller may see, in the order of drafting."""
    wanted = search.model_dump(exclude={"limit", "cursor", "reverse", "expert_id"}, exclude_none=True)
    if search.expert_id:
        wanted["expert_ids"] = search.expert_id
    where = {"$and": [wanted, MAY_READ.filter(reads.caller)]}
    rows = reads.db[APPLICATIONS.collection]
    return await page(rows, where, search, lambda found: ApplicationView.model_validate(APPLICATIONS.read(found)))


async def readable(reads: Reads, application_id: str) -> Application:
    """Return an application that the caller may see. Raises: ApplicationUnknown."""
    return APPLICATIONS.read(await APPLICATIONS.document(reads, application_id, to=MAY_READ))
