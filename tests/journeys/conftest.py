"""The golden path, told once through the gateway; what must be refused is tried on the way and remembered."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from tests.journeys.listening import Listener, listening

from local_platform.sample import council, institutions, irkutsk, passing_on, report, vologda
from local_platform.sample.story import Story
from local_platform.servers import Servers
from testkit import fresh_vhost, running_processes
from testkit.platform import ADMINISTRATOR, Platform, running_platform


@dataclass
class Journey:
    """The told story and its refusals: name → (status, problem)."""

    story: Story
    platform: Platform
    refused: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    approved: dict[str, Any] = field(default_factory=dict)
    """The report as it was approved, before its addendum."""
    listeners: dict[str, Listener] = field(default_factory=dict)
    """Who listened to what while the story was told."""

    async def refuse(self, name: str, login: str, method: str, path: str, body: object, **headers: str) -> None:
        """Try what must not succeed at this point of the story."""
        self.refused[name] = await self.story.visitor(login).attempt(method, path, body, **headers)

    def refusal(self, name: str) -> tuple[int, str]:
        """Return status and problem code of a refusal."""
        status, problem = self.refused[name]
        return status, str(problem.get("type", "")).rpartition(":")[2]

    async def get(self, login: str, path: str) -> dict[str, Any]:
        """Read as a person of the story."""
        return await self.story.visitor(login).get(path)

    async def unreadable(self, login: str, paths: Collection[str]) -> dict[str, int]:
        """Return which of these addresses a person may not read, and what they were told."""
        visitor, ordered = self.story.visitor(login), sorted(paths)
        answers = await asyncio.gather(*(visitor.attempt("GET", path) for path in ordered))
        return {path: status for path, (status, _) in zip(ordered, answers, strict=True) if status != 200}

    async def indicators(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the report by key."""
        report = await self.get("october", f"/v1/reports/{self.story.made['report']}")
        return {row["key"]: row for row in report["indicators"]}

    async def behind(self, key: str) -> list[dict[str, Any]]:
        """Read every event behind a figure, page by page."""
        path = f"/v1/reports/{self.story.made['report']}/indicators/{key}/evidence?limit=10"
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.get("october", path + cursor)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"


@pytest.fixture(scope="session")
async def journey(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Journey]:
    """The whole golden path of the sample data, with the refusals on its way; told once for all modules here."""
    folder = tmp_path_factory.mktemp("platform")
    async with AsyncExitStack() as stack:
        vhost = await stack.enter_async_context(fresh_vhost(servers.rabbitmq))
        processes = await stack.enter_async_context(running_processes(tmp_path_factory.mktemp("processes")))
        platform = await stack.enter_async_context(running_platform(servers, vhost, processes, folder))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        told = Journey(Story(http, platform.base), platform)
        await _who_is_who(told)
        await _machines(told)
        await _listen(told, stack)
        await _from_idea_to_project(told)
        await _from_project_to_practice_elsewhere(told)
        await _the_year_2023(told)
        yield told


async def _who_is_who(told: Journey) -> None:
    story = told.story
    await story.enter(ADMINISTRATOR.login, ADMINISTRATOR.password)
    await institutions.register(story)
    wrong = {
        "name": "Учреждение с опечаткой", "short_name": "Опечатка", "kind": "social_service", "ownership": "state",
        "inn": "7734250209", "ogrn": "1037704003270", "oktmo": "25701000", "municipality": "Иркутск",
        "region": "RU-IRK", "member_since": "2018-01-01",
    }  # fmt: skip
    await told.refuse("wrong checksum", "kletskina", "POST", "/v1/institutions", wrong)
    await institutions.grant_statuses(story)
    await institutions.appoint(story)


async def _machines(told: Journey) -> None:
    """Register an application, a partner's system with its webhook, as the administrator does."""
    story = told.story
    administrator, october = story.visitor("administrator"), story.institutions["october"]
    portal = {"id": "portal", "name": "Портал", "kind": "public", "redirect_uris": ["https://portal.example/callback"]}
    await administrator.do("portal", "/v1/clients", portal)
    last_day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    key = {"name": "Обмен", "institution_id": october, "scopes": ["api.read"], "expires_on": last_day}
    await administrator.do("key", "/v1/api-keys", key)
    terms = {"receives": ["*"], "contact_person_id": story.people["october"], "valid_until": last_day}
    partner = {**terms, "institution_id": october, "name": "october-house"}
    integration = (await administrator.do("integration", "/v1/integrations", partner))["id"]
    webhook = {"url": "https://portal.example/events", "types": ["*"], "integration_id": integration}
    address = f"/v1/webhooks/{(await administrator.do('webhook', '/v1/webhooks', webhook))['id']}"
    story.made["delivery"] = (await administrator.do("delivery", f"{address}/test"))["id"]


async def _listen(told: Journey, stack: AsyncExitStack) -> None:
    vesta = told.story.institutions["vesta"]
    for login, path in (
        ("vesta", "/v1/me/updates"), ("bratsk", "/v1/me/updates"), ("expert1", "/v1/me/updates"),
        ("kletskina", f"/v1/institutions/{vesta}/updates"),
    ):  # fmt: skip
        told.listeners[login] = await stack.enter_async_context(listening(told.story, login, path))


async def _from_idea_to_project(told: Journey) -> None:
    story = told.story
    await irkutsk.directions(story)
    await irkutsk.open_call(story)
    await irkutsk.draft_application(story)
    await irkutsk.submit_and_admit(story)
    await irkutsk.consult(story)
    await _refuse_conflicted_experts(told)
    path = f"/v1/applications/{story.made['application']}"
    await told.refuse("stranger's application", "bratsk", "GET", path, None)
    await council.form(story)
    await irkutsk.review(story)
    await council.schedule(story, "defence", "council", [("project", story.made["application"])], on="2018-04-20")
    await council.register_presence(story, "defence", council.PRESENT[:5])
    opening = f"/v1/sessions/{story.made['defence']}/opening"
    await told.refuse("five of nine", "secretary", "POST", opening, {})
    await council.defend_with_remarks(story)
    await irkutsk.answer_remarks(story)
    await council.defend_again(story)


async def _refuse_conflicted_experts(told: Journey) -> None:
    story = told.story
    for name, login in (("expert of the team", "umc"), ("expert who consulted", "consultant")):
        asked = f"person_id={story.people[login]}&on=2018-03-21"
        path = f"/v1/applications/{story.made['application']}/conflicts?{asked}"
        await story.visitor("kletskina").until(path, lambda found: not found["items"][0]["free"])
        assigned = {
            "application_id": story.made["application"], "expert_id": story.people[login], "assigned_on": "2018-03-21"
        }  # fmt: skip
        await told.refuse(name, "kletskina", "POST", "/v1/reviews", assigned)


async def _from_project_to_practice_elsewhere(told: Journey) -> None:
    story = told.story
    opened = {"institution_id": story.institutions["vesta"], "kind": "technology", "title": "Без рекомендаций",
              "target_groups": ["families"], "summary": "Черновик", "described_on": "2018-11-01"}  # fmt: skip
    practice = (await story.visitor("vesta").do("bare", "/v1/practices", opened))["id"]
    package = (await story.visitor("vesta").do("bare-package", "/v1/packages", {"practice_id": practice}))["id"]
    published = {"published_on": "2018-11-02"}
    await told.refuse("bare package", "vesta", "POST", f"/v1/packages/{package}/publication", published)
    await passing_on.workshop(story)
    await passing_on.package_of_vesta(story)
    entry = f"/v1/bank-entries/{story.made['entry-vesta']}"
    told.refused["entry before verdict"] = (200, await told.get("vesta", entry))
    await council.hear_practice(story)
    await passing_on.cluster(story)
    await passing_on.agree_replications(story)
    await passing_on.hand_over_seminar(story)
    training = f"/v1/replications/{story.made['replication-site_bratsk']}/training"
    seminar = {"event_id": story.made["hand-over"], "documents": ["manual"]}
    await told.refuse("training without attendance", "bratsk", "POST", training, seminar)
    await passing_on.attend(story)
    await passing_on.replicate(story)


async def _the_year_2023(told: Journey) -> None:
    story = told.story
    await vologda.bank(story)
    await vologda.documents_and_agreements(story)
    await vologda.events_of_the_year(story)
    await vologda.work_of_the_year(story)
    await vologda.contests_of_the_year(story)
    await report.draft(story)
    path = f"/v1/reports/{story.made['report']}"
    await told.refuse("unexplained warnings", "october", "POST", f"{path}/submission", {"submitted_on": "2024-01-12"})
    await report.declare_and_submit(story)
    await told.refuse("approval before agreement", "ryndin", "POST", f"{path}/approval", {"approved_on": "2024-01-15"})
    await report.agree(story)
    await report.approve(story)
    told.approved = await told.get("october", path)
    version = (await told.get("october", path))["version"]
    amended = {"proposals": "Иное"}
    headers = {"If-Match": f'"v{version}"'}
    told.refused["edit after approval"] = await story.visitor("october").attempt("PATCH", path, amended, **headers)
    await report.supplement(story)
    await institutions.extend_centre(story)
