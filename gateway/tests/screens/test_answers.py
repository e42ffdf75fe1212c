"""Composite reads as a client meets them: whole, with parts that are lacking, and not at all."""

import asyncio
import json
import time
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


_KEPT = dict.fromkeys((OVERVIEW, TIMELINE, WORKLIST), "private, no-cache")


@pytest.mark.parametrize(("path", "kept"), [*_KEPT.items(), (PARTNER, "no-store")])
async def test_a_screen_without_data_is_whole_and_not_sent_twice(stage, path, kept):
    async with stage.opened() as door:
        person = door.client.acting_as("p-1", memberships=STAFF)
        first = await person.get(path)
        assert first.expect(200)["partial"] is False
        assert (first.etag[:2], first.headers["Cache-Control"]) == ("W/", kept)
        again = await person.get(path, headers={"If-None-Match": first.etag})
        assert (again.status, again.body, again.etag) == (304, b"", first.etag)
        assert again.headers["Cache-Control"] == kept


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
        assert time.perf_counter() - begun < 2.5
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


async def test_an_essential_service_that_ran_out_of_time_is_told_as_that_and_not_as_away(stage):
    stage["registry"].said = {"/v1/institutions/vesta": (504, "{}")}
    async with stage.opened() as door:
        answer = await door.client.acting_as("p-1").get(OVERVIEW)
    assert (answer.status, answer.code) == (504, "deadline-exceeded")


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
        answer = await door.client.acting_as("p-1", memberships=STAFF).get(PARTNER)
    shown = answer.expect(200)
    assert (answer.headers.getall("Cache-Control"), answer.etag[:2]) == (["no-store"], "W/")
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
