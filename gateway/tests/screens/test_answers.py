"""Composite reads as a client meets them: whole, with parts that are lacking, and not at all."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.composites.parts import AT_ONCE
from testkit import eventually

OVERVIEW, TIMELINE, WORKLIST = "/v1/institutions/vesta/overview", "/v1/projects/pr-1/timeline", "/v1/me/worklist"
PARTNER = "/v1/integrations/in-1/overview"
STAFF = {"vesta": ("specialist",)}


def statuses(overview: dict[str, Any]) -> dict[str, str]:
    return {name: part["status"] for name, part in overview.items() if isinstance(part, dict) and "status" in part}


@pytest.mark.parametrize("path", [OVERVIEW, TIMELINE, WORKLIST, PARTNER])
async def test_a_screen_without_data_is_whole_and_not_sent_twice(stage, path):
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", memberships=STAFF)
        first = await person.get(path)
        assert first.expect(200)["partial"] is False
        assert (first.etag[:2], first.headers["Cache-Control"]) == ("W/", "private, no-cache")
        again = await person.get(path, headers={"If-None-Match": first.etag})
        assert (again.status, again.body, again.etag) == (304, b"", first.etag)
        assert again.headers["Cache-Control"] == "private, no-cache"


async def test_nobody_sees_a_screen_without_signing_in(stage):
    async with stage.opened() as door:
        for path in (OVERVIEW, TIMELINE, WORKLIST, PARTNER):
            assert (await door.client.get(path)).status == 401
    assert [service.asked for service in stage.services.values()] == [[], [], [], []]


async def test_a_stopped_service_leaves_its_parts_out_and_the_rest_is_answered(stage):
    async with stage.opened(without=("transfer",)) as door:
        answer = await door.client.acting_as("p-1").get(OVERVIEW)
    shown = answer.expect(200)
    assert shown["partial"] is True
    missing = {"bank", "replications_in", "replications_out", "events"}
    assert {name for name, status in statuses(shown).items() if status == "unavailable"} == missing
    assert {status for name, status in statuses(shown).items() if name not in missing} == {"ok"}
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


async def test_a_silent_service_is_waited_for_no_longer_than_a_part_may_take(stage):
    stage["transfer"].said = {"/v1/events": None}
    stage["expertise"].said = {"/v1/projects": None}
    async with stage.opened(part_seconds=0.3) as door:
        person = door.client.acting_as("p-1")
        await person.get("/v1/me/worklist")
        begun = time.perf_counter()
        shown = (await person.get(OVERVIEW)).expect(200)
        assert time.perf_counter() - begun < 1.5
    assert {name for name, status in statuses(shown).items() if status == "timeout"} == {"events", "projects"}
    assert shown["partial"] is True


async def test_a_client_in_a_hurry_gets_what_there_is_in_its_time(stage):
    stage["transfer"].said = {"/v1/events": None}
    async with stage.opened(part_seconds=5) as door:
        answer = await door.client.acting_as("p-1").get(OVERVIEW, headers={"X-Request-Timeout": "1"})
    shown = answer.expect(200)
    assert (shown["events"]["status"], shown["projects"]["status"]) == ("timeout", "ok")


async def test_what_is_not_for_the_caller_is_marked_and_lacks_nothing_that_would_come_later(stage):
    stage["registry"].said = {"/v1/agreements/counts": (403, {"type": "urn:x:not-permitted"})}
    async with stage.opened() as door:
        answer = await door.client.acting_as("stranger").get(OVERVIEW)
    shown = answer.expect(200)
    assert (shown["agreements"]["status"], shown["partial"], "ETag" in answer.headers) == ("forbidden", False, True)


async def test_an_answer_that_is_not_understood_is_as_good_as_none(stage):
    stage["expertise"].said = {"/v1/projects": {"items": [{"id": "pr-1"}]}, "/v1/applications": (200, "<html>")}
    stage["reporting"].said = {"/v1/reports": (500, {})}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1").get(OVERVIEW)).expect(200)
    found = statuses(shown)
    assert [found[part] for part in ("projects", "applications", "report")] == ["unavailable"] * 3


@pytest.mark.parametrize(("status", "code"), [(404, "institution-unknown"), (403, "not-permitted")])
async def test_without_the_institution_itself_the_answer_is_its_services_refusal(stage, status, code):
    problem = {"type": f"urn:technopark:problem:{code}", "title": "Учреждение не найдено", "status": status}
    stage["registry"].said = {"/v1/institutions/vesta": (status, json.dumps(problem))}
    async with stage.opened() as door:
        answer = await door.client.acting_as("p-1").get(OVERVIEW)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "service"), [(OVERVIEW, "registry"), (TIMELINE, "expertise")])
async def test_while_the_essential_service_is_down_the_whole_is_unavailable(stage, path, service):
    async with stage.opened(without=(service,)) as door:
        answer = await door.client.acting_as("p-1").get(path)
    assert (answer.status, answer.code) == (503, "service-unreachable")
    assert int(answer.headers["Retry-After"]) > 0


async def test_the_services_decide_by_the_callers_own_token(stage):
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", memberships=STAFF)
        sent = {"X-Request-Id": "screen-0001", "If-None-Match": '"v1"', "Accept-Language": "en"}
        (await person.get(WORKLIST, headers=sent)).expect(200)
    asked = [request for service in stage.services.values() for request in service.asked]
    assert len({request.headers["Authorization"] for request in asked}) == 1
    assert {request.headers["X-Request-Id"] for request in asked} == {"screen-0001"}
    assert not any("If-None-Match" in request.headers for request in asked)


async def test_a_token_that_a_service_refuses_ends_the_whole_with_401(stage):
    stage["transfer"].said = {"/v1/events": (401, {"type": "urn:technopark:problem:unauthenticated"})}
    async with stage.opened() as door:
        answer = await door.client.acting_as("p-1").get(OVERVIEW)
    assert (answer.status, answer.code) == (401, "unauthenticated")


async def test_a_long_list_is_shown_to_its_first_page_with_a_link_to_the_rest(stage):
    listed = {"id": "pr-1", "institution_id": "vesta", "application_id": "a-1", "direction_id": "d-1"}
    project = {**listed, "title": "Гостиная", "phase": "design", "started_on": "2018-05-25"}
    stage["expertise"].said = {"/v1/projects": {"items": [project], "next": "further+on="}}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1").get(OVERVIEW)).expect(200)["projects"]
    more = urlsplit(shown["more"])
    assert (more.path, parse_qs(more.query)["cursor"]) == ("/v1/projects", ["further+on="])
    assert parse_qs(more.query)["institution_id"] == ["vesta"]
    assert [item["resource"] for item in shown["items"]] == ["/v1/projects/pr-1"]
    assert len([request for request in stage["expertise"].asked if request.path == "/v1/projects"]) == 1


def asked(stage: Any) -> list[str]:
    return sorted(request.path_qs for service in stage.services.values() for request in service.asked)


def figure(number: int, value: dict[str, Any] | None, nature: str = "quantitative") -> dict[str, Any]:
    return {"key": f"k.{number}", "title": f"Показатель {number}", "nature": nature, "text": "всего: ", "value": value}


async def test_an_overview_of_a_year_counts_that_year_and_shows_the_figures_that_say_something(stage):
    told = {"institution_id": "vesta", "institution_name": "Веста", "theme": None, "submitted_on": None}
    reports = [{**told, "id": f"r-{year}", "year": year, "state": "draft", "agreement": None, "approval": None}
               for year in (2022, 2023, 2021)]  # fmt: skip
    values: list[dict[str, Any]] = [
        {"annual": 24, "total": 60},
        {"total": 7, "number": 1},
        {"number": 3.5},
        {"annual": "много"},
    ]
    silent = [figure(90, None), figure(91, {"kind": "no_data", "total": 0}), figure(92, {"total": 1}, "qualitative")]
    shown_ones = [*values, *[{"total": 0}] * 9]
    figures = [*silent, *(figure(number, value) for number, value in enumerate(shown_ones))]
    stage["reporting"].said = {"/v1/reports": {"items": reports}, "/v1/reports/r-2023": {"indicators": figures}}
    stage["registry"].said = {"/v1/agreements/counts": {"signed": 7, "addenda": 1, "terminated": 0, "total": 18}}
    stage["transfer"].said = {"/v1/bank-counts": {"activated_in_year": 2, "active_at_year_end": 4}}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1").get(OVERVIEW, year=2023)).expect(200)
    assert (shown["year"], shown["report"]["value"]["id"], shown["partial"]) == (2023, "r-2023", False)
    assert (shown["agreements"]["counts"]["total"], shown["bank"]["counts"]["active_at_year_end"]) == (18, 4)
    indicators = shown["report"]["indicators"]
    assert [one["number"] for one in indicators] == [24, 7, 3.5, None] + [0] * 8
    assert indicators[0] == {
        "key": "k.0", "title": "Показатель 0", "number": 24, "text": "всего",
        "evidence": "/v1/reports/r-2023/indicators/k.0/evidence",
    }  # fmt: skip
    today, newest = datetime.now(UTC).date(), "institution_id=vesta&limit=10&reverse=true"
    assert asked(stage) == sorted(
        [
            "/v1/institutions/vesta", f"/v1/memberships?institution_id=vesta&limit=10&on={today}",
            f"/v1/appointments?institution_id=vesta&limit=10&on={today}", f"/v1/statuses?{newest}",
            "/v1/agreements?institution_id=vesta&limit=10", "/v1/agreements/counts?institution_id=vesta&year=2023",
            f"/v1/projects?{newest}", f"/v1/applications?{newest}", f"/v1/bank-entries?{newest}",
            "/v1/bank-counts?institution_id=vesta&year=2023",
            "/v1/replications?limit=10&reverse=true&site_institution_id=vesta",
            "/v1/replications?limit=10&reverse=true&owner_institution_id=vesta",
            "/v1/events?institution_id=vesta&limit=10", f"/v1/reports?{newest}&year=2023", "/v1/reports/r-2023",
        ]
    )  # fmt: skip


async def test_an_overview_lacks_what_only_a_part_of_a_part_could_not_read(stage):
    stage["registry"].said = {"/v1/agreements/counts": (500, {})}
    stage["transfer"].said = {"/v1/bank-counts": (500, {})}
    told = {"institution_id": "vesta", "institution_name": "Веста", "theme": None, "submitted_on": None, "year": 2023}
    report = {**told, "id": "r-1", "state": "draft", "agreement": None, "approval": None}
    stage["reporting"].said = {"/v1/reports": {"items": [report]}, "/v1/reports/r-1": (500, {})}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1").get(OVERVIEW)).expect(200)
    found = statuses(shown)
    assert {name for name, status in found.items() if status != "ok"} == {"agreements", "bank", "report"}
    assert (shown["year"], shown["report"]["value"]["year"]) == (datetime.now(UTC).year, 2023)


async def test_a_timeline_asks_of_each_thing_what_became_of_it_and_stands_by_day_and_stage(stage):
    practice = {"id": "p-1", "institution_id": "vesta", "title": "Очаг", "kind": "practice"}
    days = {"described_on": "2019-01-01"}
    verdict = {"title": "Очаг", "purpose": "defence", "hearing": 1, "outcome": "supported", "remarks": [],
               "remarks_due_on": None, "decided_on": "2018-05-25"}  # fmt: skip
    stage["transfer"].said = {
        "/v1/practices": {"items": [{**practice, **days}], "next": "n2"},
        "/v1/clusters": (500, {}),
    }
    stage["expertise"].said = {"/v1/verdicts": {"items": [{**verdict, "id": "v-1", "subject_id": "a-1"}], "next": "n1"}}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1").get(TIMELINE)).expect(200)
    assert [(entry["stage"], entry["kind"]) for entry in shown["entries"]] == [
        ("defence", "verdict_issued"), ("approbation", "project_started"), ("approbation", "phase_begun"),
        ("bank", "verdict_issued"), ("package", "practice_described"),
    ]  # fmt: skip
    assert (shown["partial"], shown["parts"]["clusters"]["status"]) == (True, "unavailable")
    assert shown["parts"]["verdicts"]["more"] == [
        "/v1/verdicts?subject_id=a-1&limit=50&cursor=n1", "/v1/verdicts?subject_id=p-1&limit=50&cursor=n1",
    ]  # fmt: skip
    handed_on = ("package-editions", "bank-entries", "clusters", "events", "replications", "publications")
    of_practice = [f"/v1/{each}?practice_id=p-1&limit=50" for each in handed_on]
    assert asked(stage) == sorted(
        [
            "/v1/projects/pr-1", "/v1/directions/d-1", "/v1/applications/a-1/timeline",
            "/v1/reviews?application_id=a-1&limit=50", "/v1/sessions?subject_id=a-1&limit=50",
            "/v1/verdicts?subject_id=a-1&limit=50", "/v1/consultations?application_id=a-1&limit=50",
            "/v1/practices?project_id=pr-1&limit=3", "/v1/verdicts?subject_id=p-1&limit=50", *of_practice,
            "/v1/counting-reports?about=pr-1&about=a-1&about=p-1&limit=5",
        ]
    )  # fmt: skip


async def test_a_worklist_is_sorted_by_term_and_then_by_how_long_it_waits_and_ends_at_two_hundred(stage):
    milestones = [
        {"number": number, "title": f"Веха {number}", "due_on": "2020-01-01", "reached_on": None}
        for number in range(199)
    ]
    named = {"institution_id": "vesta", "application_id": "a-1", "direction_id": "d-1", "title": "Гостиная"}
    going = {**named, "phase": "design", "started_on": "2018-05-25", "phases": []}
    projects = [
        {**going, "id": "pr-1", "milestones": milestones},
        {**going, "id": "pr-0", "milestones": [{**milestones[0], "due_on": "2019-01-01"}]},
    ]
    draft = {"id": "a-1", "institution_id": "vesta", "title": "Очаг", "state": "draft", "state_since": "2019-12-01"}
    stage["expertise"].said = {
        "/v1/projects": {"items": projects, "next": "n"},
        "/v1/applications": {"items": [draft]},
        "/v1/reviews": (500, {}),
    }
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", memberships=STAFF)
        shown = (await person.get(WORKLIST)).expect(200)
        of_an_expert = (await door.client.acting_as("p-1", roles=("expert",)).get(WORKLIST)).expect(200)
    assert len(shown["items"]) == 200
    assert [shown["items"][number]["resource"] for number in (0, 1, 199)] == [
        "/v1/projects/pr-0", "/v1/projects/pr-1", "/v1/projects/pr-1",
    ]  # fmt: skip
    assert (shown["partial"], shown["parts"]["projects"]["more"]) == (
        False, ["/v1/projects?limit=50&institution_id=vesta&reverse=true&cursor=n"],
    )  # fmt: skip
    assert (of_an_expert["partial"], of_an_expert["parts"]["reviews"]["status"]) == (True, "unavailable")


async def test_a_worker_of_many_institutions_is_shown_three_and_told_of_the_others(stage):
    places = {f"place-{number}": ("specialist",) for number in range(5)}
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", memberships=places)
        shown = (await person.get(WORKLIST)).expect(200)
        one = (await person.get(WORKLIST, institution_id="place-4")).expect(200)
        nobodys = (await person.get(WORKLIST, institution_id="vesta")).expect(200)
    assert (shown["institutions"], shown["institutions_left"]) == (sorted(places)[:3], sorted(places)[3:])
    assert (one["institutions"], one["institutions_left"]) == (["place-4"], [])
    assert nobodys["institutions"] == []


async def test_one_screen_never_takes_a_service_for_itself(stage):
    places = {f"place-{number}": ("specialist",) for number in range(3)}
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", roles=("curator", "official"), memberships=places)
        (await person.get(WORKLIST)).expect(200)
    assert max(service.most_under_way for service in stage.services.values()) <= AT_ONCE


@pytest.mark.parametrize(
    "path", [f"{OVERVIEW}?year=1999", f"{OVERVIEW}?yaer=2023", f"{WORKLIST}?institution=vesta", f"{WORKLIST}?page=2"]
)
async def test_a_question_that_is_not_understood_is_refused_before_any_service_is_asked(stage, path):
    async with stage.opened() as door:
        assert (await door.client.acting_as("p-1").get(path)).status == 422
    assert [len(service.asked) for service in stage.services.values()] == [0, 0, 0, 0]


async def test_a_client_that_leaves_takes_its_questions_along(stage):
    stage["transfer"].said = {"/v1/events": None}
    async with stage.opened() as door:
        leaving = asyncio.create_task(door.client.acting_as("p-1").get(OVERVIEW))
        await eventually(lambda: stage["transfer"].under_way == 1)
        leaving.cancel()
        await eventually(lambda: stage["transfer"].under_way == 0, 2)


WEBHOOK = {
    "id": "wh-1", "version": 1, "integration_id": "in-1", "url": "https://portal.example.org/events", "types": ["*"],
    "state": "suspended", "reason": "failing", "changed_at": "2026-03-01T12:00:00Z",
}  # fmt: skip
REFUSED = {
    "id": "q-1", "version": 1, "state": "quarantined", "event_id": "c-1", "type": "partner.consultation.given.v1",
    "reason": {"code": "body-invalid", "field": "kind", "title_ru": "Тело", "detail_ru": "Поле kind", "title_en": "B"},
    "last_at": "2026-03-01T12:00:00Z", "times": 2,
}  # fmt: skip


async def test_a_partner_is_shown_with_its_queue_its_webhooks_and_what_was_refused(stage):
    of_the_past = WEBHOOK | {"id": "wh-0", "integration_id": "in-0"}
    stage["reporting"].said = {"/v1/webhooks": {"items": [of_the_past, WEBHOOK], "next": None}}
    stage["transfer"].said = {"/v1/quarantine": {"items": [REFUSED], "next": None}}
    async with stage.opened() as door:
        shown = (await door.client.acting_as("p-1", memberships=STAFF).get(PARTNER)).expect(200)
    assert (shown["integration"]["name"], shown["integration"]["resource"]) == ("omsk", "/v1/integrations/in-1")
    assert (shown["queue"]["value"]["messages"], shown["queue"]["value"]["limit_bytes"]) == (2, 1000)
    assert [(one["id"], one["state"], one["reason"]) for one in shown["webhooks"]["items"]] == [
        ("wh-1", "suspended", "failing")
    ]
    assert [(one["reason"]["code"], one["times"]) for one in shown["refused"]["items"]] == [("body-invalid", 2)]
    (asked,) = [request for request in stage["transfer"].asked if request.path == "/v1/quarantine"]
    assert asked.query["integration_id"] == "in-1"


async def test_a_partner_is_shown_also_while_the_broker_or_a_service_is_away(stage):
    stage["registry"].said = {"/v1/integrations/in-1/queue": (503, {"type": "urn:x:broker-silent"})}
    async with stage.opened(without=("transfer",)) as door:
        shown = (await door.client.acting_as("p-1").get(PARTNER)).expect(200)
    assert statuses(shown) == {"queue": "unavailable", "webhooks": "ok", "refused": "unavailable"}
    assert (shown["partial"], shown["integration"]["standing"]) == (True, "in_force")


async def test_a_partner_that_is_not_the_callers_is_answered_as_the_registry_answers(stage):
    stage["registry"].said = {"/v1/integrations/in-1": (404, {"type": "urn:technopark:problem:integration-unknown"})}
    async with stage.opened() as door:
        assert (await door.client.acting_as("stranger").get(PARTNER)).code == "integration-unknown"
    assert stage["transfer"].asked == []
