"""What a screen asks of whom, and what it makes of the answers together."""

from datetime import UTC, datetime
from typing import Any

OVERVIEW, TIMELINE, WORKLIST = "/v1/institutions/vesta/overview", "/v1/projects/pr-1/timeline", "/v1/me/worklist"
STAFF = {"vesta": ("specialist",)}


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
    lacking = {name for name, part in shown.items() if isinstance(part, dict) and part.get("status", "ok") != "ok"}
    assert lacking == {"agreements", "bank", "report"}
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
