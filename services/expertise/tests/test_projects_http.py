from typing import Any

import pytest

from contracts.expertise import ProjectStartedV1

RIPS = {
    "СРЦН г. Иркутска", "ЦПД Правобережного округа", "ЦПД г. Усолья-Сибирское", "ЦПД Ленинского района",
    "КСЦОН «Веста» г. Ангарск", "ИДДИ 2 г. Иркутск",
}  # fmt: skip


@pytest.fixture
def started(council, matters, hall, project_item):
    async def start(**changes) -> dict[str, Any]:
        application = await matters.ready(**changes)
        session = await hall.opened([project_item(application)])
        (await hall.decide(session)).expect(200)
        [fact] = await council.announced(ProjectStartedV1, application_id=application["id"])
        project: dict[str, Any] = (await council.head.get(f"/v1/projects/{fact['project_id']}")).expect(200)
        return project

    return start


async def test_a_supported_application_becomes_a_project_with_its_passport(council, started):
    project = await started(team={"member_ids": ["team-1"], "lead_id": "team-1", "supervisor_id": "tutor"})

    assert (project["title"], project["phase"]) == ("Семейная гостиная «Разговор с будущим»", "design")
    assert (project["started_on"], project["lead_id"]) == ("2018-04-20", "team-1")
    assert project["passport"]["aim"] == "Создать систему встреч для семей с детьми"
    for name in ("institution_id", "direction_id", "phase"):
        page = await council.outsider.get("/v1/projects", limit=100, **{name: project[name]})
        assert project["id"] in [item["id"] for item in page.expect(200)["items"]]
    assert (await council.head.get("/v1/projects/nothing")).code == "project-unknown"


async def test_phases_leads_and_milestones_belong_to_the_institution(council, started):
    project = await started()
    path = f"/v1/projects/{project['id']}"
    steps = {
        "phase": {"phase": "implementation", "since": "2018-06-01"},
        "lead": {"person_id": "new-lead", "since": "2019-01-10", "reason": "Переход"},
        "milestones": {"title": "Проведено 10 встреч", "due_on": "2018-12-01"},
        "achievement": {"number": 1, "reached_on": "2018-11-28", "evidence": "Журнал"},
    }
    for step, body in steps.items():
        assert (await council.outsider.post(f"{path}/{step}", body)).code == "not-permitted"
        (await council.head.post(f"{path}/{step}", body)).expect(200)
    late = {"title": "Описана практика", "due_on": "2019-12-01"}
    (await council.head.post(f"{path}/milestones", late)).expect(200)

    found = (await council.outsider.get(f"{path}/milestones")).expect(200)["items"]
    shown = (await council.outsider.get(path)).expect(200)

    assert [item["colour"] for item in found] == ["done", "red"]
    assert (shown["phase"], shown["lead_id"]) == ("implementation", "new-lead")
    refused = await council.head.post(f"{path}/phase", {"phase": "design", "since": "2018-07-01"})
    assert (refused.status, refused.code) == (409, "phase-out-of-order")


@pytest.mark.seed("A17")
@pytest.mark.seed("B20")
@pytest.mark.seed("T12")
async def test_six_platforms_lead_six_projects_and_those_without_one_are_listed(council, matters, hall, project_item):
    term = {"valid_from": "2030-01-01", "valid_until": "2030-12-31"}
    for number, name in enumerate(sorted(RIPS)):
        await council.know_institution(f"rip-{number}", name=name, status="rip", **term)
    day = "2030-06-01"
    before = (await council.official.get("/v1/incubator-gaps", on=day)).expect(200)
    call = await matters.open_call(eligibility={"status_kinds": []})
    projects = []
    for number in range(6):
        head = council.client.acting_as(f"head-{number}", memberships={f"rip-{number}": ("head",)})
        projects.append(await matters.of_institution(head, f"rip-{number}", call))
    one_left = (await council.official.get("/v1/incubator-gaps", on=day)).expect(200)
    session = await hall.opened([project_item(project) for project in projects])
    for number in range(1, 7):
        (await hall.decide(session, number)).expect(200)
    after = (await council.official.get("/v1/incubator-gaps", on=day)).expect(200)

    ours = {f"rip-{number}" for number in range(6)}
    assert {item["name"] for item in before["without_project"] if item["institution_id"] in ours} == RIPS
    assert {item["name"] for item in before["without_direction"] if item["institution_id"] in ours} == RIPS
    assert {item["name"] for item in one_left["without_project"] if item["institution_id"] in ours} == RIPS
    assert not [item for item in one_left["without_direction"] if item["institution_id"] in ours]
    assert not [item for item in after["without_project"] if item["institution_id"] in ours]
    listed = [
        (await council.head.get("/v1/projects", institution_id=item)).expect(200)["items"] for item in sorted(ours)
    ]
    assert [len(items) for items in listed] == [1] * 6
    assert (await council.head.get("/v1/incubator-gaps", on=day)).code == "not-permitted"
