from typing import Any

import pytest

from contracts.expertise import ExpertAssignedV1, ReviewCompletedV1


def assignment(application: dict[str, Any], expert_id: str) -> dict[str, Any]:
    return {"application_id": application["id"], "expert_id": expert_id, "assigned_on": "2018-03-21"}


@pytest.mark.seed("A43")
async def test_a_specialist_who_consulted_the_project_is_barred_from_scoring_it(council, matters):
    application = await matters.admitted()
    await council.know_consultation("adviser", application["id"])

    refused = await council.curator.post("/v1/reviews", assignment(application, "adviser"))

    assert (refused.status, refused.code) == (409, "expert-conflicted")
    assert refused.json["detail"] == "Эксперт adviser не может оценивать проект: консультировал проект."
    assert await council.announced(ExpertAssignedV1, application_id=application["id"]) == []


@pytest.mark.seed("A43")
async def test_advice_that_comes_to_light_after_the_assignment_bars_the_completion(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "late-adviser")
    await council.know_consultation("late-adviser", application["id"])
    expert, path = council.expert("late-adviser"), f"/v1/reviews/{review['id']}"
    marks = [{"criterion": "novelty", "value": 90}, {"criterion": "effect", "value": 90}]
    (await expert.put(path, {"marks": marks}, if_match='"v1"')).expect(200)
    assert (await expert.post(f"{path}/completion", {"completed_on": "2018-03-28"})).code == "expert-conflicted"


@pytest.mark.seed("F3")
async def test_a_list_of_candidates_is_checked_before_anyone_is_invited(council, matters):
    application = await matters.admitted()
    await council.know_consultation("checked-adviser", application["id"])
    await council.know_member("colleague", "vesta")
    await council.know_member("left", "vesta", valid_until="2018-03-20")
    people = ["free", "colleague", "left", "team-1", "tutor", "nizovtseva", "checked-adviser"]
    query = "&".join(f"person_id={person}" for person in people)

    path = f"/v1/applications/{application['id']}/conflicts?{query}&on=2018-03-21"
    found = (await council.curator.get(path)).expect(200)["items"]

    assert {item["person_id"]: [conflict["kind"] for conflict in item["conflicts"]] for item in found} == {
        "free": [],
        "colleague": ["same_institution"],
        "left": [],
        "team-1": ["team_member"],
        "tutor": ["team_supervisor"],
        "nizovtseva": ["direction_supervisor"],
        "checked-adviser": ["consultant"],
    }
    assert [item["free"] for item in found][:3] == [True, False, True]
    assert (await council.head.get(path)).code == "not-permitted"


@pytest.mark.seed("F3")
async def test_a_conflicted_curator_sees_neither_reviewers_nor_counts(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "expert-1")
    await council.know_consultation("partial", application["id"])
    partial = council.client.acting_as("partial", roles=("curator",))
    listing = {"application_id": application["id"]}

    assert (await partial.get("/v1/reviews", **listing)).expect(200)["items"] == []
    assert (await partial.get(f"/v1/reviews/{review['id']}")).code == "review-unknown"
    refused = await partial.get(f"/v1/applications/{application['id']}/evaluation")
    assert (refused.status, refused.code) == (403, "interest-bars-reading")
    steps = (await partial.get(f"/v1/applications/{application['id']}/timeline")).expect(200)["steps"]
    assert "expert_assigned" not in [step["what"] for step in steps]
    assert len((await council.curator.get("/v1/reviews", **listing)).expect(200)["items"]) == 1


@pytest.mark.seed("F4")
async def test_marks_of_38_and_71_with_a_threshold_of_20_call_a_third_expert(council, matters):
    application = await matters.admitted()
    path = f"/v1/applications/{application['id']}/evaluation"
    await matters.reviewed(application, "expert-1", novelty=38, effect=38)
    await matters.reviewed(application, "expert-2", novelty=71, effect=71)

    divergent = (await council.curator.get(path)).expect(200)["evaluation"]
    await matters.reviewed(application, "expert-3", novelty=60, effect=60)
    settled = (await council.curator.get(path)).expect(200)["evaluation"]

    assert (divergent["divergence"], divergent["third_expert_needed"], divergent["ready"]) == (33, True, False)
    assert (settled["third_expert_needed"], settled["ready"], settled["totals"]) == (False, True, [38, 60, 71])
    facts = await council.announced(ReviewCompletedV1, application_id=application["id"])
    assert [fact["expert_id"] for fact in facts] == ["expert-1", "expert-2", "expert-3"]
    assert all("total" not in fact and "marks" not in fact for fact in facts)


async def test_others_marks_are_hidden_until_the_own_review_is_complete(council, matters):
    application = await matters.admitted()
    first = await matters.reviewed(application, "expert-1", novelty=80, effect=70)
    second = await matters.assigned(application, "expert-2")
    expert, listing = council.expert("expert-2"), {"application_id": application["id"]}

    before = (await expert.get("/v1/reviews", **listing)).expect(200)["items"]
    assert [item["id"] for item in before] == [second["id"]]
    assert (await expert.get(f"/v1/reviews/{first['id']}")).code == "review-unknown"

    marks = [{"criterion": "novelty", "value": 75}, {"criterion": "effect", "value": 75}]
    path = f"/v1/reviews/{second['id']}"
    (await expert.put(path, {"marks": marks}, if_match='"v1"')).expect(200)
    (await expert.post(f"{path}/completion", {"completed_on": "2018-03-28"})).expect(200)
    after = (await expert.get("/v1/reviews", **listing)).expect(200)["items"]
    assert [(item["id"], item["total"]) for item in after] == [(first["id"], 76), (second["id"], 75)]


async def test_an_expert_asks_for_the_reviews_that_still_wait(council, matters):
    application = await matters.admitted()
    await matters.reviewed(application, "expert-who-waits", novelty=80, effect=70)
    waiting = await matters.assigned(await matters.admitted(), "expert-who-waits")
    found = (await council.expert("expert-who-waits").get("/v1/reviews", state="assigned")).expect(200)
    assert [item["id"] for item in found["items"]] == [waiting["id"]]
    everybody = (await council.curator.get("/v1/reviews", state="assigned", limit=100)).expect(200)["items"]
    assert waiting["id"] in {item["id"] for item in everybody}
    assert {item["state"] for item in everybody} == {"assigned"}


async def test_marks_in_progress_are_shown_to_their_author_only(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "expert-1")
    path, marks = f"/v1/reviews/{review['id']}", [{"criterion": "novelty", "value": 10}]
    (await council.expert("expert-1").put(path, {"marks": marks, "comment": "Пока"}, if_match='"v1"')).expect(200)

    shown = (await council.curator.get(path)).expect(200)
    own = (await council.expert("expert-1").get(path)).expect(200)

    assert (shown["marks"], shown["comment"], own["comment"], len(own["marks"])) == ([], None, "Пока", 1)
    assert (await council.head.get(path)).code == "review-unknown"
    (await council.expert("expert-1").post(f"{path}/completion", {"completed_on": "2018-03-28"})).expect(409)


async def test_an_assigned_expert_sees_the_application_and_loses_sight_of_it_by_recusal(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "expert-7")
    expert, path = council.expert("expert-7"), f"/v1/applications/{application['id']}"
    (await expert.get(path)).expect(200)
    assert [item["id"] for item in (await expert.get("/v1/applications")).expect(200)["items"]] == [application["id"]]

    recusal = {"reason": "Родственница участницы", "recused_on": "2018-03-22"}
    assert (await expert.post(f"/v1/reviews/{review['id']}/recusal", recusal)).expect(200)["state"] == "recused"

    assert (await expert.get(path)).code == "application-unknown"
    again = await council.curator.post("/v1/reviews", assignment(application, "expert-7"))
    assert again.code == "already-assigned"


async def test_the_applicant_does_not_learn_who_reviews(council, matters):
    application = await matters.admitted()
    await matters.assigned(application, "expert-1")
    path = f"/v1/applications/{application['id']}"

    own = (await council.head.get(f"{path}/timeline")).expect(200)["steps"]
    whole = (await council.curator.get(f"{path}/timeline")).expect(200)["steps"]

    assert "expert-1" not in (await council.head.get(path)).body.decode()
    assert [step["what"] for step in own] == ["drafted", "submitted", "admitted"]
    assert (whole[-1]["what"], whole[-1]["note"], whole[-1]["by"]) == ("expert_assigned", "expert-1", "curator")
    assert (await council.head.get("/v1/reviews")).expect(200)["items"] == []


async def test_only_the_assigned_expert_marks_and_completes(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "expert-1")
    stranger, path = council.expert("expert-2"), f"/v1/reviews/{review['id']}"
    assert (await stranger.put(path, {"marks": []}, if_match='"v1"')).code == "not-permitted"
    assert (await stranger.post(f"{path}/completion", {"completed_on": "2018-03-28"})).code == "not-permitted"
    assert (await council.official.post("/v1/reviews", assignment(application, "e"))).code == "not-permitted"


async def test_an_expert_is_assigned_to_an_admitted_application_only(council, matters):
    submitted = await matters.submitted()
    refused = await council.curator.post("/v1/reviews", assignment(submitted, "expert-1"))
    assert (refused.status, refused.code) == (409, "application-state")


@pytest.mark.seed("F4")
async def test_the_ranking_shows_raw_and_adjusted_marks_side_by_side(council, matters):
    call = await matters.open_call()
    ranked: list[str] = []
    for total in (10, 20, 30, 40, 50):
        application = await matters.admitted(call_id=call["id"])
        await matters.reviewed(application, "strict-expert", novelty=total, effect=total)
        ranked.insert(0, application["id"])
    await matters.reviewed(application, "new-expert", novelty=90, effect=90)

    items = (await council.curator.get(f"/v1/calls/{call['id']}/ranking")).expect(200)["items"]

    assert [item["application_id"] for item in items] == ranked
    assert [item["raw"] for item in items] == [70, 40, 30, 20, 10]
    assert [item["rank"] for item in items] == [1, 2, 3, 4, 5]
    assert items[0]["adjusted"] is None
    assert all(item["adjusted"] is not None for item in items[1:])
    assert (await council.head.get(f"/v1/calls/{call['id']}/ranking")).code == "not-permitted"


async def test_reviews_are_found_by_each_filter_of_the_list(council, matters):
    application = await matters.admitted()
    review = await matters.assigned(application, "expert-1")
    for name in ("application_id", "expert_id", "call_id"):
        page = await council.curator.get("/v1/reviews", limit=100, **{name: review[name]})
        assert review["id"] in [item["id"] for item in page.expect(200)["items"]]
