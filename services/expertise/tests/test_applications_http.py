import pytest

from contracts.expertise import (
    ApplicationAdmittedV1,
    ApplicationReturnedV1,
    ApplicationSubmittedV1,
    OpinionSignedV1,
)
from contracts.registry import StatusRevokedV1


async def test_an_application_to_a_closed_direction_is_refused(council, matters):
    drafted = await matters.drafted()
    direction = f"/v1/directions/{drafted['direction_id']}"
    (await council.official.post(f"{direction}/closing", {"closed_on": "2018-02-20"})).expect(200)

    refused = await council.head.post(f"/v1/applications/{drafted['id']}/submission", {"submitted_on": "2018-03-01"})

    assert (refused.status, refused.code) == (409, "direction-not-agreed")
    assert await council.announced(ApplicationSubmittedV1, application_id=drafted["id"]) == []


@pytest.mark.seed("A15")
async def test_an_idea_of_a_team_is_returned_for_revision_and_then_accepted(council, matters, content_of):
    submitted = await matters.submitted()
    path = f"/v1/applications/{submitted['id']}"
    await matters.step(
        council.curator, submitted, "return", remark="Уточните показатели результата", returned_on="2018-03-05"
    )
    current = await council.specialist.get(path)
    body = content_of(title="Семейная гостиная, редакция 2")
    (await council.specialist.put(path, body, if_match=current.etag)).expect(200)
    await matters.step(council.head, submitted, "submission", submitted_on="2018-03-08")
    await matters.step(council.curator, submitted, "admission", admitted_on="2018-03-10")

    steps = (await council.head.get(f"{path}/timeline")).expect(200)["steps"]

    assert [(step["what"], step["by"], step["note"]) for step in steps] == [
        ("drafted", "specialist", None),
        ("submitted", "head", None),
        ("returned", "curator", "Уточните показатели результата"),
        ("revised", "specialist", None),
        ("submitted", "head", None),
        ("admitted", "curator", None),
    ]
    facts = await council.announced(ApplicationSubmittedV1, application_id=submitted["id"])
    assert [(fact["submission"], fact["submitted_on"]) for fact in facts] == [(1, "2018-03-01"), (2, "2018-03-08")]
    [returned] = await council.announced(ApplicationReturnedV1, application_id=submitted["id"])
    [admitted] = await council.announced(ApplicationAdmittedV1, application_id=submitted["id"])
    assert returned["institution_id"] == admitted["institution_id"] == "vesta"
    assert admitted["title"] == "Семейная гостиная, редакция 2"
    assert admitted["subject"] == submitted["id"]


async def test_a_team_without_a_supervisor_cannot_submit_over_http(council, matters):
    for team, code in (
        ({"member_ids": ["p1", "p2"]}, "team-unsupervised"),
        ({"member_ids": [], "supervisor_id": "tutor"}, "team-empty"),
        ({"member_ids": ["p1"], "supervisor_id": "stranger"}, "supervisor-outside-centre"),
    ):
        drafted = await matters.drafted(team=team)
        refused = await council.head.post(
            f"/v1/applications/{drafted['id']}/submission", {"submitted_on": "2018-03-01"}
        )
        assert (refused.status, refused.code) == (409, code)


async def test_the_call_takes_submissions_on_its_last_day_and_not_on_the_next(council, matters):
    for day, status in (("2018-03-31", 409), ("2018-03-30", 200)):
        drafted = await matters.drafted()
        answer = await council.head.post(f"/v1/applications/{drafted['id']}/submission", {"submitted_on": day})
        assert answer.status == status
    assert answer.json["state"] == "submitted"


async def test_an_institution_whose_status_was_revoked_cannot_begin_an_application(council, open_call, content_of):
    call = await open_call()
    await council.know_institution("closed", name="ЦПД", status="rip")
    revoked = {"status_id": "rip-of-closed", "institution_id": "closed", "kind": "rip", "revoked_on": "2018-03-01"}
    await council.hear(StatusRevokedV1, subject="rip-of-closed", sequence=2, **revoked)
    head = council.client.acting_as("closed-head", memberships={"closed": ("head",)})
    body = content_of(call_id=call["id"], institution_id="closed")

    (await head.post("/v1/applications", body | {"drafted_on": "2018-02-28"})).expect(201)
    refused = await head.post("/v1/applications", body | {"drafted_on": "2018-03-01"})

    assert (refused.status, refused.code) == (409, "not-eligible")
    assert refused.json["detail"] == "На 01.03.2018 учреждение не имеет нужного статуса: РИП."
    english = await head.post("/v1/applications", body | {"drafted_on": "2018-03-01"}, accept_language="en")
    assert english.json["detail"] == "On 2018-03-01 the institution lacks a required status: rip."


async def test_an_institution_the_registry_has_not_announced_is_not_known(council, open_call, content_of):
    call = await open_call()
    head = council.client.acting_as("nobody", memberships={"unheard": ("head",)})
    body = content_of(call_id=call["id"], institution_id="unheard", drafted_on="2018-02-06")
    answer = await head.post("/v1/applications", body)
    assert (answer.status, answer.code) == (404, "institution-unknown")


async def test_another_institution_neither_sees_nor_touches_the_application(council, matters, content_of):
    drafted = await matters.drafted()
    path = f"/v1/applications/{drafted['id']}"
    assert (await council.outsider.get(path)).code == "application-unknown"
    assert (await council.outsider.get(f"{path}/timeline")).code == "application-unknown"
    assert (await council.outsider.put(path, content_of(), if_match='"v1"')).code == "not-permitted"
    refused = await council.outsider.post(f"{path}/submission", {"submitted_on": "2018-03-01"})
    assert (refused.status, refused.code) == (403, "not-permitted")
    listed = (await council.outsider.get("/v1/applications", limit=100)).expect(200)["items"]
    assert drafted["id"] not in [item["id"] for item in listed]
    body = content_of(call_id=drafted["call_id"], institution_id="vesta", drafted_on="2018-02-06")
    assert (await council.outsider.post("/v1/applications", body)).code == "not-permitted"


async def test_an_expert_sees_no_application_without_an_assignment(council, matters):
    admitted = await matters.admitted()
    expert = council.expert("unassigned")
    assert (await expert.get(f"/v1/applications/{admitted['id']}")).code == "application-unknown"
    assert (await expert.get("/v1/applications")).expect(200)["items"] == []


async def test_the_tutor_the_team_and_the_scientific_supervisor_see_the_application(council, matters):
    drafted = await matters.drafted()
    for person in ("tutor", "team-3", "nizovtseva"):
        client = council.client.acting_as(person)
        (await client.get(f"/v1/applications/{drafted['id']}")).expect(200)


async def test_the_opinion_is_signed_by_the_supervisor_of_this_direction_only(council, matters):
    admitted = await matters.admitted()
    path = f"/v1/applications/{admitted['id']}/opinion"
    opinion = {"favourable": False, "text": "Нужны показатели", "signed_on": "2018-03-20"}
    stranger = council.client.acting_as("dichina", roles=("supervisor",))
    assert (await stranger.post(path, opinion)).code == "not-permitted"

    signed = (await council.supervisor.post(path, opinion)).expect(200)

    assert signed["opinion"] == {"supervisor_id": "nizovtseva", **opinion}
    [fact] = await council.announced(OpinionSignedV1, application_id=admitted["id"])
    assert (fact["favourable"], fact["supervisor_id"]) == (False, "nizovtseva")
    assert (await council.supervisor.post(path, opinion)).code == "opinion-signed"


async def test_a_replacement_needs_the_version_the_client_read(council, matters, content_of):
    drafted = await matters.drafted()
    path = f"/v1/applications/{drafted['id']}"
    assert (await council.specialist.put(path, content_of())).status == 428
    assert (await council.specialist.put(path, content_of(), if_match='"v9"')).status == 412


async def test_returns_beyond_the_limit_of_the_call_are_refused(council, matters):
    submitted = await matters.submitted(call={"returns_limit": 0})
    remark = {"remark": "Ещё раз", "returned_on": "2018-03-05"}
    refused = await council.curator.post(f"/v1/applications/{submitted['id']}/return", remark)
    assert (refused.status, refused.code) == (409, "returns-exhausted")


async def test_an_application_is_withdrawn_by_its_institution_only(council, matters):
    submitted = await matters.submitted()
    path = f"/v1/applications/{submitted['id']}/withdrawal"
    reason = {"reason": "Учреждение реорганизуется", "withdrawn_on": "2018-03-05"}
    assert (await council.curator.post(path, reason)).code == "not-permitted"
    assert (await council.head.post(path, reason)).expect(200)["state"] == "withdrawn"
    assert (await council.head.post(path, reason)).code == "application-state"


async def test_applications_are_found_by_each_filter_of_the_list(council, matters):
    drafted = await matters.drafted()
    for name in ("call_id", "direction_id", "institution_id", "state"):
        page = await council.curator.get("/v1/applications", limit=100, **{name: drafted[name]})
        assert drafted["id"] in [item["id"] for item in page.expect(200)["items"]]
    supervised = {"scientific_supervisor_id": drafted["scientific_supervisor_id"]}
    latest = (await council.curator.get("/v1/applications", limit=1, reverse=True, **supervised)).expect(200)["items"]
    assert [(item["id"], item["state_since"]) for item in latest] == [(drafted["id"], "2018-02-06")]
    assert (await council.curator.get("/v1/applications", expert_id="nobody")).expect(200)["items"] == []


async def test_the_same_submission_with_one_key_takes_effect_once(council, matters):
    drafted = await matters.drafted()
    path, body = f"/v1/applications/{drafted['id']}/submission", {"submitted_on": "2018-03-01"}
    first = await council.head.post(path, body, idempotency_key="submission-once")
    again = await council.head.post(path, body, idempotency_key="submission-once")
    assert first.expect(200) == again.expect(200)
    assert len(await council.announced(ApplicationSubmittedV1, application_id=drafted["id"])) == 1
