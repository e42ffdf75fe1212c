"""What a partner's system tells: from its message at the broker to the figures of the region, and back."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from tests.journeys.partnership import Region, founded, reported

from local_platform.servers import Servers
from testkit import eventually, fresh_vhost, running_processes, today
from testkit.platform import running_platform

CONSULTATION, PUBLICATION = "partner.consultation.given.v1", "partner.publication.released.v1"
ATTENDANCE = "partner.attendance.recorded.v1"
TOLD_AS = {
    "transfer.consultation.given.v1", "transfer.publication.released.v1", "transfer.attendance.recorded.v1",
}  # fmt: skip
POSTS, PERSONS = 3, 5
COVERAGE = "/v1/seminar-coverage?year=2023&status=site"


@pytest.fixture(scope="module")
async def region(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Region]:
    """A region whose partner has told three facts, each twice, and four wrong ones."""
    async with AsyncExitStack() as stack:
        vhost = await stack.enter_async_context(fresh_vhost(servers.rabbitmq))
        processes = await stack.enter_async_context(running_processes(tmp_path_factory.mktemp("processes")))
        folder = tmp_path_factory.mktemp("platform")
        platform = await stack.enter_async_context(running_platform(servers, vhost, processes, folder))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        region = await founded(platform, http)
        region.seen["coverage"] = await region.get("ryndin", COVERAGE)
        await _tell(region)
        yield region


async def _tell(region: Region) -> None:
    system = region.system
    good = [
        system.event(CONSULTATION, "consulted", given_on="2023-10-12", channel="phone", topic="Как описать результат"),
        system.event(PUBLICATION, "published", released_on="2023-11-01", channel="site", count=POSTS),
        system.event(ATTENDANCE, "attended", event_id=region.event, persons=PERSONS),
    ]
    wrong = [
        system.event(CONSULTATION, "of-others", institution_id=region.story.institutions["department"]),
        system.event(CONSULTATION, "of-no-kind", kind="gossip"),
        system.event(CONSULTATION, "of-tomorrow", given_on=(today() + timedelta(days=3)).isoformat()),
        system.event(CONSULTATION, "consulted", topic="Другое под тем же номером"),
    ]
    await system.tell(*good, *good[::-1])
    await eventually(lambda: _taken(region), 60, interval=0.3)
    await system.tell(*wrong)
    await eventually(lambda: _kept(region, {"of-others", "of-no-kind", "of-tomorrow", "consulted"}), 60, interval=0.3)


async def _taken(region: Region) -> None:
    assert {event["type"] for event in await _evidence(region)} == TOLD_AS


async def _kept(region: Region, event_ids: set[str]) -> None:
    _, page = await region.system.send("GET", "/v1/quarantine")
    assert {item["event_id"] for item in page["items"]} == event_ids


async def _evidence(region: Region) -> list[dict[str, Any]]:
    found = await region.get("contact", f"/v1/evidence?institution_id={region.system.institution}&limit=100")
    return [event for event in found["items"] if event["type"] in TOLD_AS]


async def test_each_fact_is_an_ordinary_record_once_with_its_origin(region: Region):
    of_partner = f"institution_id={region.system.institution}"
    (consultation,) = (await region.get("contact", f"/v1/consultations?{of_partner}"))["items"]
    assert (consultation["topic"], consultation["consultant_id"]) == (
        "Как описать результат",
        region.story.people["contact"],
    )
    (publication,) = (await region.get("contact", f"/v1/publications?{of_partner}"))["items"]
    assert publication["content"]["count"] == POSTS
    (attendance,) = (await region.get("curator", f"/v1/events/{region.event}"))["attendance"]
    assert (attendance["institution_id"], attendance["persons"]) == (region.system.institution, PERSONS)
    assert {record["origin"] for record in (consultation, publication, attendance)} == {region.system.integration}


async def test_each_fact_is_evidence_once_and_says_whose_system_told_it(region: Region):
    evidence = await _evidence(region)
    assert sorted(event["type"] for event in evidence) == sorted(TOLD_AS)
    assert {event["origin"] for event in evidence} == {region.system.integration}


@pytest.mark.seed("A58")
async def test_a_site_whose_partner_told_its_attendance_is_no_more_among_those_that_came_to_nothing(region: Region):
    before, after = region.seen["coverage"], await region.get("ryndin", COVERAGE)
    assert before["without_attendance"] == [region.system.institution]
    assert after["without_attendance"] == []
    assert [site["attended"] for site in after["institutions"]] == [1]


async def test_the_figures_of_the_report_and_of_the_region_open_the_events_that_the_partner_told(region: Region):
    report = await reported(region)
    for key in ("socio.n.consultations", "quality.n.publications_media"):
        (event,) = (await region.get("ryndin", f"{report['path']}/indicators/{key}/evidence"))["items"]
        assert event["origin"] == region.system.integration
    totals = {row["key"]: row for row in (await region.get("ryndin", "/v1/reports/totals/2023"))["items"]}
    assert (totals["socio.n.consultations"]["total"], totals["socio.n.consultations"]["reports"]) == (1, 1)
    assert totals["quality.n.publications_media"]["total"] == POSTS


async def test_the_public_feed_tells_the_facts_with_their_origin_and_names_nobody(region: Region):
    events = [event for event in await region.system.feed() if event["type"] in TOLD_AS]
    assert sorted(event["type"] for event in events) == sorted(TOLD_AS)
    assert {event["data"]["origin"] for event in events} == {region.system.integration}
    told = json.dumps(events, ensure_ascii=False)
    assert not [person for person in region.story.people.values() if person in told]


async def test_a_key_for_the_feed_reads_its_own_integration_and_nothing_else(region: Region):
    status, own = await region.system.send("GET", f"/v1/integrations/{region.system.integration}")
    assert (status, own["id"]) == (200, region.system.integration)
    for path in ("/v1/evidence", "/v1/consultations", "/v1/people", "/v1/webhooks"):
        status, problem = await region.system.send("GET", path)
        assert (status, problem["type"].rpartition(":")[2]) == (403, "insufficient-scope"), path


async def test_the_partner_reads_why_the_others_were_not_taken_in(region: Region):
    _, page = await region.system.send("GET", "/v1/quarantine")
    reasons = {item["event_id"]: (item["reason"]["code"], item["reason"]["field"]) for item in page["items"]}
    assert reasons == {
        "of-others": ("institution-foreign", "institution_id"),
        "of-no-kind": ("body-invalid", "kind"),
        "of-tomorrow": ("date-in-future", "given_on"),
        "consulted": ("id-reused", "id"),
    }
    assert {item["times"] for item in page["items"]} == {1}
    (entry,) = [item["id"] for item in page["items"] if item["event_id"] == "of-no-kind"]
    _, whole = await region.system.send("GET", f"/v1/quarantine/{entry}")
    assert json.loads(whole["body"])["kind"] == "gossip"
    seen = {
        login: len((await region.get(login, "/v1/quarantine"))["items"]) for login in ("curator", "contact", "ryndin")
    }
    assert seen == {"curator": len(reasons), "contact": len(reasons), "ryndin": 0}


async def test_the_same_event_over_http_is_known_by_its_number(region: Region):
    again = region.system.event(CONSULTATION, "consulted", given_on="2023-10-12", topic="Как описать результат")
    status, receipt = await region.system.send("POST", "/v1/contributions", again)
    (consultation,) = (await region.get("contact", f"/v1/consultations?institution_id={region.system.institution}"))[
        "items"
    ]
    assert (status, receipt["outcome"], receipt["record_id"]) == (200, "duplicate", consultation["id"])


async def test_after_the_revocation_nothing_is_taken_in_any_more(region: Region):
    before = await _evidence(region)
    system = region.system
    async with system.broker.channel() as channel:
        await region.story.visitor("administrator").do(
            "revoked", f"/v1/integrations/{system.integration}/revocation", {}
        )
        await eventually(lambda: channel.is_closed, 20)
    assert not await system.broker.is_let_in()

    async def refused_over_http() -> None:
        status, problem = await system.send("POST", "/v1/contributions", system.event(CONSULTATION, "too-late"))
        refusals = {(409, "integration-not-in-force"), (401, "api-key-refused")}  # the token, within a minute the key
        assert (status, problem["type"].rpartition(":")[2]) in refusals

    await eventually(refused_over_http, 20, interval=0.3)
    assert [event["id"] for event in await _evidence(region)] == [event["id"] for event in before]
