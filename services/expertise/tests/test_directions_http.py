import pytest

from contracts.expertise import DirectionAgreedV1, DirectionProposedV1, DirectionReturnedV1


@pytest.mark.seed("A13")
async def test_a_direction_returned_corrected_and_agreed_shows_three_versions(council, direction_of):
    first = (await council.curator.post("/v1/directions", direction_of())).expect(201)
    path = f"/v1/directions/{first['id']}"
    remark = {"remark": "Уточните целевую группу", "returned_on": "2018-01-25"}
    (await council.official.post(f"{path}/return", remark)).expect(200)
    corrected = direction_of(description="Семьи СОП и ТЖС с детьми до 14 лет", proposed_on="2018-01-27")
    (await council.curator.post(f"{path}/resubmission", corrected)).expect(200)
    (await council.official.post(f"{path}/agreement", {"agreed_on": "2018-02-01"})).expect(200)

    shown = (await council.specialist.get(path)).expect(200)

    history = [(edition["revision"], edition["state"], edition["remark"]) for edition in shown["editions"]]
    assert history == [(1, "returned", "Уточните целевую группу"), (2, "proposed", None), (3, "agreed", None)]
    assert shown["editions"][0]["content"]["description"] != shown["description"] == corrected["description"]
    assert [edition["put_by"] for edition in shown["editions"]] == ["curator", "curator", "official"]
    proposed = await council.announced(DirectionProposedV1, direction_id=first["id"])
    assert [fact["revision"] for fact in proposed] == [1, 2]
    [returned] = await council.announced(DirectionReturnedV1, direction_id=first["id"])
    [agreed] = await council.announced(DirectionAgreedV1, direction_id=first["id"])
    assert (returned["revision"], agreed["revision"], agreed["subject"]) == (1, 3, first["id"])


@pytest.mark.seed("B08")
@pytest.mark.seed("B09")
@pytest.mark.seed("B10")
@pytest.mark.seed("B11")
async def test_three_directions_of_the_project_workshop_have_their_supervisors(council, agreed_direction):
    programme = "Проектная мастерская РИП"
    named = {
        "Работа с замещающими семьями": "Дичина Н. Ю.",
        "Работа с семьями СОП и ТЖС": "Низовцева О. В.",
        "Работа с семьями, имеющими детей с ОВЗ и инвалидностью": "Баширова Т. Б.",
    }
    for title, name in named.items():
        supervisor = {"person_id": f"{name}-b08", "name": name}
        await agreed_direction(title=title, programme=programme, supervisor=supervisor)

    listed = (await council.specialist.get("/v1/directions", state="agreed", limit=100)).expect(200)["items"]

    workshop = [direction for direction in listed if direction["programme"] == programme]
    assert {direction["title"]: direction["supervisor"]["name"] for direction in workshop} == named


async def test_directions_of_a_scientific_supervisor_are_listed_by_person(council, agreed_direction):
    supervisor = {"person_id": "loaded", "name": "Низовцева О. В.", "degree": "кандидат наук"}
    await agreed_direction(supervisor=supervisor)
    await agreed_direction(supervisor=supervisor)

    listed = (await council.specialist.get("/v1/directions", supervisor_id="loaded")).expect(200)["items"]

    assert [direction["supervisor"] for direction in listed] == [supervisor, supervisor]


async def test_only_the_curator_proposes_and_only_the_ministry_agrees(council, direction_of):
    refused = await council.official.post("/v1/directions", direction_of())
    assert (refused.status, refused.code) == (403, "not-permitted")
    proposed = (await council.curator.post("/v1/directions", direction_of())).expect(201)
    path = f"/v1/directions/{proposed['id']}"
    for step, body in (
        ("agreement", {"agreed_on": "2018-02-01"}),
        ("return", {"remark": "нет", "returned_on": "2018-02-01"}),
    ):
        assert (await council.curator.post(f"{path}/{step}", body)).code == "not-permitted"


async def test_a_closed_direction_says_its_state_in_both_languages(council, agreed_direction):
    direction = await agreed_direction()
    path = f"/v1/directions/{direction['id']}"
    (await council.official.post(f"{path}/closing", {"closed_on": "2020-12-31"})).expect(200)
    again = await council.official.post(f"{path}/closing", {"closed_on": "2020-12-31"})
    assert (again.status, again.code, again.json["detail"]) == (
        409, "direction-state", "Направление сейчас в состоянии «закрыто».",
    )  # fmt: skip
    english = await council.official.post(f"{path}/closing", {"closed_on": "2020-12-31"}, accept_language="en")
    assert english.json["detail"] == "The direction is closed now."


async def test_a_step_on_a_stale_version_is_refused(council, direction_of):
    created = await council.curator.post("/v1/directions", direction_of())
    path = f"/v1/directions/{created.expect(201)['id']}"
    agreement = {"agreed_on": "2018-02-01"}
    assert (await council.official.post(f"{path}/agreement", agreement, if_match='"v7"')).code == "stale-version"
    (await council.official.post(f"{path}/agreement", agreement, if_match=created.etag)).expect(200)


async def test_a_direction_cannot_be_agreed_on_a_day_to_come(council, direction_of):
    proposed = (await council.curator.post("/v1/directions", direction_of())).expect(201)
    answer = await council.official.post(f"/v1/directions/{proposed['id']}/agreement", {"agreed_on": "2999-01-01"})
    assert (answer.status, answer.code) == (409, "date-in-future")


async def test_an_unknown_direction_is_not_found(council):
    assert (await council.curator.get("/v1/directions/nothing")).code == "direction-unknown"


async def test_an_agreement_names_its_order_or_none_but_not_an_empty_one(council, direction_of):
    proposed = (await council.curator.post("/v1/directions", direction_of())).expect(201)
    agreement = {"agreed_on": "2018-02-01", "act_id": ""}
    answer = await council.official.post(f"/v1/directions/{proposed['id']}/agreement", agreement)
    assert (answer.status, answer.code) == (422, "invalid")
