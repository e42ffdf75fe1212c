"""What the gateway puts together of the golden path, and what it told of it while it was made."""

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from tests.journeys.listening import listening

from testkit import eventually

if TYPE_CHECKING:
    from tests.journeys.conftest import Journey

pytestmark = pytest.mark.timeout(300)  # the first test of a worker waits for the story to be told


# Screens


async def test_the_way_of_a_project_is_one_timeline_to_the_neighbours_practice(journey: "Journey") -> None:
    shown = await journey.get("kletskina", f"/v1/projects/{journey.story.made['project']}/timeline")
    way = (
        "direction_agreed", "application_submitted", "application_admitted", "review_completed", "verdict_issued",
        "project_started", "package_published", "bank_entry_activated", "cluster_formed", "replication_self_described",
    )  # fmt: skip
    told = [entry["kind"] for entry in shown["entries"]]
    assert [kind for kind in dict.fromkeys(told) if kind in way] == list(way)
    assert shown["partial"] is False


async def test_an_overview_counts_as_the_report_does_and_shows_strangers_less(journey: "Journey") -> None:
    path = f"/v1/institutions/{journey.story.institutions['october']}/overview?year=2023"
    own, strange = await journey.get("october", path), await journey.get("bratsk", path)
    assert (own["agreements"]["counts"]["total"], own["bank"]["counts"]["active_at_year_end"]) == (18, 4)
    assert 24 in [figure["number"] for figure in own["report"]["indicators"]]
    assert (strange["agreements"]["status"], strange["report"]["value"]) == ("forbidden", None)


async def test_everybody_finds_in_the_worklist_what_waits_for_them(journey: "Journey") -> None:
    waiting = {name: await journey.get(name, "/v1/me/worklist") for name in ("tulun", "october", "secretary")}
    assert {name: [item["kind"] for item in found["items"]] for name, found in waiting.items()} == {
        "tulun": ["replication_to_report"], "october": ["contest_result"], "secretary": [],
    }  # fmt: skip


# Live updates


async def test_the_institution_heard_of_each_step_of_its_innovation_as_it_was_made(journey: "Journey") -> None:
    heard, made = journey.listeners["vesta"], journey.story.made
    await heard.hears("transfer.replication.self_described.v1", f"/v1/replications/{made['replication-site_bratsk']}")
    way = (
        "expertise.application.submitted.v1", "expertise.application.admitted.v1", "expertise.verdict.issued.v1",
        "expertise.project.started.v1", "transfer.practice.described.v1", "transfer.package.published.v1",
        "transfer.bank_entry.activated.v1", "transfer.cluster.formed.v1", "transfer.replication.reported.v1",
        "transfer.replication.self_described.v1",
    )  # fmt: skip
    assert set(way) - set(heard.kinds) == set()
    assert heard.numbers == sorted(set(heard.numbers))
    # across records no order is promised; of one record the newer is never told before the older
    versions: dict[str, list[int]] = defaultdict(list)
    for told in heard.news:
        versions[told["subject"]].append(told["version"])
    assert {subject: told for subject, told in versions.items() if told != sorted(told)} == {}


async def test_an_expert_hears_of_the_review_alone_and_a_site_of_what_it_takes_over(journey: "Journey") -> None:
    expert, bratsk, made = journey.listeners["expert1"], journey.listeners["bratsk"], journey.story.made
    await bratsk.hears("transfer.replication.self_described.v1", f"/v1/replications/{made['replication-site_bratsk']}")
    assert set(expert.kinds) == {"expertise.expert.assigned.v1", "expertise.review.completed.v1"}
    assert {kind for kind in bratsk.kinds if kind.startswith("expertise.")} == set()
    replications = {resource for resource in bratsk.resources if resource.startswith("/v1/replications/")}
    assert replications == {f"/v1/replications/{made['replication-site_bratsk']}"}


async def test_who_comes_back_with_a_number_hears_the_rest_again_and_nothing_else(journey: "Journey") -> None:
    heard, made = journey.listeners["vesta"], journey.story.made
    await heard.hears("transfer.replication.self_described.v1", f"/v1/replications/{made['replication-site_bratsk']}")
    middle = len(heard.numbers) // 2
    async with listening(journey.story, "vesta", heard.path, after=heard.numbers[middle]) as again:
        await eventually(lambda: again.position >= heard.numbers[-1])
        assert again.numbers == heard.numbers[middle + 1 :]


# Whatever is pointed to can be read by whom it was shown


@pytest.mark.parametrize("login", ["vesta", "bratsk", "october", "expert1", "expert4", "kletskina", "pletan", "ryndin"])
async def test_a_screen_points_only_to_what_its_reader_may_read(journey: "Journey", login: str) -> None:
    story = journey.story
    screens = ["/v1/me/worklist", f"/v1/projects/{story.made['project']}/timeline"]
    screens += [f"/v1/institutions/{story.institutions[name]}/overview?year=2023" for name in ("vesta", "october")]
    shown = json.dumps([await journey.get(login, screen) for screen in screens], ensure_ascii=False)
    pointed = set(re.findall(r'"(/v1/[^"]+)"', shown))
    assert len(pointed) > 20
    assert await journey.unreadable(login, pointed) == {}


@pytest.mark.parametrize("login", ["vesta", "bratsk", "expert1", "kletskina"])
async def test_a_listener_was_told_only_of_what_he_may_read(journey: "Journey", login: str) -> None:
    resources = journey.listeners[login].resources
    assert resources
    assert await journey.unreadable(login, resources) == {}


async def test_what_somebody_may_not_read_would_be_found(journey: "Journey") -> None:
    application = f"/v1/applications/{journey.story.made['application']}"
    assert application in journey.listeners["vesta"].resources
    assert await journey.unreadable("bratsk", {application, "/v1/practices"}) == {application: 404}


@pytest.mark.parametrize(("login", "name"), [("pletan", "october"), ("ryndin", "vesta"), ("kletskina", "october")])
async def test_who_oversees_hears_of_any_institution_only_what_they_may_read(
    journey: "Journey", login: str, name: str
) -> None:
    path = f"/v1/institutions/{journey.story.institutions[name]}/updates"
    async with listening(journey.story, login, path, after=0) as heard:
        assert len(heard.resources) > 5
        assert await journey.unreadable(login, heard.resources) == {}


async def test_an_overview_goes_on_without_a_service_that_was_stopped(journey: "Journey") -> None:
    path = f"/v1/institutions/{journey.story.institutions['vesta']}/overview"
    await journey.platform.running["transfer", "serve"][0].stop()
    try:
        shown = await journey.get("vesta", path)
    finally:
        await journey.platform.start_again("transfer", "serve")
    assert (shown["partial"], shown["bank"]["status"], shown["projects"]["status"]) == (True, "unavailable", "ok")
