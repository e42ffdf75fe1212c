from typing import Any

import pytest

from contracts.expertise import (
    ProjectStartedV1,
    ProtocolApprovedV1,
    SessionClosedV1,
    SessionOpenedV1,
    SessionScheduledV1,
    VerdictIssuedV1,
)


async def nominate(council, practice_item, prefix: str, number: int = 6) -> list[dict[str, Any]]:
    practices = [f"{prefix}-{index}" for index in range(1, number + 1)]
    for practice_id in practices:
        await council.know_nomination(practice_id)
    return [practice_item(practice_id) for practice_id in practices]


@pytest.mark.seed("A18")
async def test_six_projects_are_defended_with_six_of_nine_present_and_not_with_five(
    council, matters, hall, project_item
):
    call = await matters.open_call()
    projects = [await matters.ready(call_id=call["id"]) for _ in range(6)]
    session = await hall.scheduled([project_item(project) for project in projects])
    path = f"/v1/sessions/{session['id']}/opening"

    await hall.present(session, 5)
    refused = await council.secretary.post(path, {})
    await hall.present(session, 6)
    opened = (await council.secretary.post(path, {})).expect(200)

    assert (refused.status, refused.code) == (409, "quorum-missing")
    assert refused.json["detail"] == "Присутствует 5 из 9 членов совета, для кворума нужно 6."
    assert (opened["state"], len(opened["items"]), opened["needed"]) == ("open", 6, 6)
    [scheduled] = await council.announced(SessionScheduledV1, session_id=session["id"])
    [fact] = await council.announced(SessionOpenedV1, session_id=session["id"])
    assert (scheduled["items"], fact["members"], fact["present"]) == (6, 9, 6)


@pytest.mark.seed("F2")
async def test_a_recused_member_blocks_one_item_and_the_others_go_on(council, hall, practice_item):
    session = await hall.opened(await nominate(council, practice_item, "f2", 2))
    recusal = {"item": 1, "person_id": "member-2", "reason": "участвовал в практике"}
    path = f"/v1/sessions/{session['id']}/recusals"
    assert (await council.expert("member-3").post(path, recusal)).code == "not-permitted"
    (await council.expert("member-2").post(path, recusal)).expect(200)

    blocked = await hall.decide(session, 1, votes=(5, 0, 0))
    decided = (await hall.decide(session, 2)).expect(200)
    closed = await hall.closed(session)

    assert (blocked.status, blocked.code) == (409, "item-quorum-missing")
    assert blocked.json["detail"] == "По вопросу 1 вправе голосовать 5, для кворума нужно 6."
    assert decided["items"][1]["outcome"] == "supported"
    assert [item["state"] for item in closed["items"]] == ["postponed", "decided"]


async def test_members_with_an_interest_are_recused_when_the_session_opens(council, matters, hall, project_item):
    application = await matters.ready()
    await council.know_consultation("member-4", application["id"])
    await council.know_member("member-5", "vesta", valid_from="2018-04-19", valid_until="2018-04-19")

    session = await hall.opened([project_item(application)], present=9, held_on="2018-04-19")

    recused = {recusal["person_id"]: recusal["reason"] for recusal in session["items"][0]["recusals"]}
    assert recused == {"member-4": "консультировал проект", "member-5": "работает в учреждении-заявителе"}
    (await hall.decide(session, votes=(7, 0, 0))).expect(200)


@pytest.mark.seed("A25")
async def test_a_report_with_two_remarks_and_thirty_days_is_heard_again(council, matters, hall, project_item):
    application = await matters.ready()
    (await hall.decide(await hall.opened([project_item(application)]))).expect(200)
    report = project_item(application, purpose="report")
    remarks = ["Приложите анкеты семей", "Опишите риски"]

    first = await hall.opened([report], held_on="2018-11-20")
    (await hall.decide(first, remarks=remarks, remarks_due_on="2018-12-20")).expect(200)
    await hall.closed(first)
    again = await hall.opened([report], held_on="2018-12-21")
    (await hall.decide(again)).expect(200)

    verdicts = (await council.head.get("/v1/verdicts", subject_id=application["id"])).expect(200)["items"]
    found = [(verdict["purpose"], verdict["hearing"], verdict["outcome"]) for verdict in verdicts]
    assert found == [
        ("defence", 1, "supported"), ("report", 1, "supported_with_remarks"), ("report", 2, "supported"),
    ]  # fmt: skip
    assert verdicts[1]["remarks"] == remarks
    due = (await council.head.get("/v1/verdicts", remarks_due_by="2018-12-20")).expect(200)["items"]
    assert verdicts[1]["id"] in [verdict["id"] for verdict in due]
    early = (await council.head.get("/v1/verdicts", remarks_due_by="2018-12-19")).expect(200)["items"]
    assert verdicts[1]["id"] not in [verdict["id"] for verdict in early]
    assert len(await council.announced(VerdictIssuedV1, subject_id=application["id"])) == 1


async def test_a_project_with_remarks_is_revised_heard_again_and_started(
    council, matters, hall, project_item, content_of
):
    application = await matters.ready()
    first = await hall.opened([project_item(application)])
    remarks = {"remarks": ["Уточните показатели результата"], "remarks_due_on": "2018-05-20"}
    (await hall.decide(first, **remarks)).expect(200)
    assert await council.announced(ProjectStartedV1, application_id=application["id"]) == []
    path = f"/v1/applications/{application['id']}"
    (await council.specialist.put(path, content_of(title="С показателями"), if_match="*")).expect(200)
    same_day = {"council_id": first["council_id"], "title": "Повторно", "held_on": "2018-04-20"}
    refused = await council.secretary.post("/v1/sessions", same_day | {"items": [project_item(application)]})
    await hall.closed(first)
    again = await hall.opened([project_item(application)], held_on="2018-05-21")
    (await hall.decide(again, votes=(5, 0, 1))).expect(200)

    assert (refused.status, refused.code) == (409, "already-heard")
    verdicts = await council.announced(VerdictIssuedV1, subject_id=application["id"])
    assert [(fact["outcome"], fact["votes_for"], fact["decided_on"]) for fact in verdicts] == [
        ("supported_with_remarks", 6, "2018-04-20"), ("supported", 5, "2018-05-21"),
    ]  # fmt: skip
    assert all(fact["subject"] == fact["verdict_id"] for fact in verdicts)
    [started] = await council.announced(ProjectStartedV1, application_id=application["id"])
    assert (started["title"], started["started_on"]) == ("С показателями", "2018-05-21")
    steps = (await council.head.get(f"{path}/timeline")).expect(200)["steps"]
    assert [step["note"] for step in steps if step["what"] == "verdict_issued"] == [
        "supported_with_remarks", "supported",
    ]  # fmt: skip


async def test_the_protocol_is_approved_by_the_chair_and_locked(council, hall, practice_item):
    session = await hall.opened(await nominate(council, practice_item, "minutes", 2))
    ballots = [{"person_id": f"member-{number}", "choice": "for"} for number in range(1, 7)]
    path = f"/v1/sessions/{session['id']}"
    by_name = {"item": 1, "ballots": ballots}
    (await council.secretary.post(f"{path}/decisions", by_name)).expect(200)
    (await hall.decide(session, 2, votes=(1, 5, 0))).expect(200)
    approval = {"number": "3", "approved_on": "2018-04-25"}
    assert (await council.chair.post(f"{path}/approval", approval)).code == "session-state"
    await hall.closed(session)
    draft = (await council.head.get(f"{path}/protocol")).expect(200)
    assert (await council.secretary.post(f"{path}/approval", approval)).code == "not-permitted"

    (await council.chair.post(f"{path}/approval", approval)).expect(200)

    final = (await council.head.get(f"{path}/protocol")).expect(200)
    assert (draft["approved"], final["approved"], final["number"]) == (False, True, "3")
    assert final["text"] == draft["text"]
    assert [(item["number"], item["outcome"]) for item in final["decisions"]] == [
        (1, "supported"), (2, "not_supported"),
    ]  # fmt: skip
    assert len(final["content_hash"]) == 64
    assert (await council.chair.post(f"{path}/approval", approval)).code == "session-state"
    assert (await hall.decide(session, 1)).code == "session-state"
    [closed] = await council.announced(SessionClosedV1, session_id=session["id"])
    [approved] = await council.announced(ProtocolApprovedV1, session_id=session["id"])
    assert (closed["held_on"], approved["number"], approved["approved_on"]) == ("2018-04-20", "3", "2018-04-25")


async def test_only_the_secretary_runs_a_session(council, hall, practice_item):
    items = await nominate(council, practice_item, "rights", 1)
    session = await hall.scheduled(items)
    path = f"/v1/sessions/{session['id']}"
    attempts = [
        (
            "post",
            "/v1/sessions",
            {"council_id": session["council_id"], "title": "x", "held_on": "2018-04-20", "items": items},
        ),
        ("put", f"{path}/presence", {"present_ids": []}),
        ("post", f"{path}/opening", {}),
        ("post", f"{path}/closing", {}),
        ("post", f"{path}/decisions", {"item": 1, "tally": {"votes_for": 6, "votes_against": 0}}),
    ]
    for person in (council.curator, council.head, council.chair):
        for method, target, body in attempts:
            answer = await person.send(method.upper(), target, body, headers={"If-Match": "*"})
            assert (answer.status, answer.code) == (403, "not-permitted")


async def test_a_session_of_a_day_to_come_is_scheduled_but_not_opened(council, hall, practice_item):
    formed = await hall.formed(until="2999-12-31")
    items = await nominate(council, practice_item, "future", 1)
    session = await hall.scheduled(items, held_on="2999-01-01", council_id=formed["id"])
    await hall.present(session, 9)
    answer = await council.secretary.post(f"/v1/sessions/{session['id']}/opening", {})
    assert (answer.status, answer.code) == (409, "date-in-future")


async def test_votes_are_given_one_way_and_add_up(council, hall, practice_item):
    session = await hall.opened(await nominate(council, practice_item, "votes", 1))
    path = f"/v1/sessions/{session['id']}/decisions"
    assert (await council.secretary.post(path, {"item": 1})).status == 422
    assert (await hall.decide(session, votes=(5, 0, 0))).code == "votes-mismatch"
    stranger = {"item": 1, "ballots": [{"person_id": "member-9", "choice": "for"}]}
    assert (await council.secretary.post(path, stranger)).code == "ballots-invalid"
    assert (await hall.decide(session, remarks=["Уточнить"])).code == "remarks-without-term"
    assert (await hall.decide(session, 2)).code == "item-unknown"


async def test_sessions_are_found_by_each_filter_of_the_list(council, hall, practice_item):
    items = await nominate(council, practice_item, "found", 1)
    session = await hall.scheduled(items, held_on="2018-07-07")
    searches = (
        {"council_id": session["council_id"]}, {"state": "scheduled"}, {"subject_id": "found-1"},
        {"held_from": "2018-07-07", "held_to": "2018-07-07"}, {"member_id": "member-1", "state": "scheduled"},
    )  # fmt: skip
    for search in searches:
        page = (await council.head.get("/v1/sessions", limit=100, **search)).expect(200)["items"]
        assert session["id"] in [item["id"] for item in page]
    strangers = (await council.head.get("/v1/sessions", member_id="nobody")).expect(200)["items"]
    assert strangers == []
    later = (await council.head.get("/v1/sessions", held_from="2018-07-08")).expect(200)["items"]
    assert session["id"] not in [item["id"] for item in later]


async def test_verdicts_are_found_by_each_filter_of_the_list(council, hall, practice_item):
    session = await hall.opened(await nominate(council, practice_item, "verdict", 1))
    (await hall.decide(session)).expect(200)
    [verdict] = (await council.head.get("/v1/verdicts", session_id=session["id"])).expect(200)["items"]
    for name in ("subject_id", "institution_id", "outcome"):
        page = await council.head.get("/v1/verdicts", limit=100, **{name: verdict[name]})
        assert verdict["id"] in [item["id"] for item in page.expect(200)["items"]]
    assert (await council.head.get(f"/v1/verdicts/{verdict['id']}")).expect(200) == verdict
    assert (await council.head.get("/v1/verdicts/nothing")).code == "verdict-unknown"
