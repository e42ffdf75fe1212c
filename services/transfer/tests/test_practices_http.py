import pytest

from contracts.expertise import ProjectStartedV1

CARD = {
    "institution_id": "vesta",
    "kind": "technology",
    "title": "Семейная гостиная «Разговор с будущим»",
    "target_groups": ["families"],
    "summary": "Цикл встреч родителей, детей и специалистов.",
    "described_on": "2018-05-01",
}


@pytest.mark.seed("A62")
async def test_a_derived_card_shows_its_parent_and_its_differences(vesta, oktyabr, inbox):
    parent = (await vesta.post("/v1/practices", CARD)).expect(201)
    own = CARD | {"institution_id": "oktyabr", "title": "Гостиная для пожилых", "derived_from": parent["id"]}
    assert (await oktyabr.post("/v1/practices", own)).code == "differences-missing"
    differences = ["Встречи с внуками", "Без домашних визитов"]
    derived = (await oktyabr.post("/v1/practices", own | {"differences": differences})).expect(201)
    shown = (await vesta.get(f"/v1/practices/{derived['id']}")).expect(200)
    assert (shown["derived_from"], shown["differences"]) == (parent["id"], differences)
    found = (await vesta.get("/v1/practices", derived_from=parent["id"])).expect(200)
    assert [item["id"] for item in found["items"]] == [derived["id"]]
    fact = (await inbox.announced("transfer.practice.described.v1"))[-1]
    assert (fact["practice_id"], fact["derived_from"], fact["subject"]) == (derived["id"], parent["id"], derived["id"])


async def test_a_practice_grows_only_from_a_project_of_its_own_institution(vesta, inbox):
    project = ProjectStartedV1.model_validate(
        ProjectStartedV1.example() | {"project_id": "pr-1", "institution_id": "vesta"}
    )
    assert (await vesta.post("/v1/practices", CARD | {"project_id": "pr-1"})).code == "project-not-known"
    assert await inbox.tell(project, "pr-1") == "applied"
    grown = (await vesta.post("/v1/practices", CARD | {"project_id": "pr-1"})).expect(201)
    assert grown["project_id"] == "pr-1"
    of_project = (await vesta.get("/v1/practices", project_id="pr-1")).expect(200)["items"]
    assert [item["id"] for item in of_project] == [grown["id"]]
    foreign = project.model_copy(update={"project_id": "pr-2", "institution_id": "srcn"})
    assert await inbox.tell(foreign, "pr-2") == "applied"
    assert (await vesta.post("/v1/practices", CARD | {"project_id": "pr-2"})).code == "project-not-known"


async def test_a_card_is_revised_by_its_institution_against_the_version_it_read(vesta, oktyabr, inbox):
    card = (await vesta.post("/v1/practices", CARD)).expect(201)
    path = f"/v1/practices/{card['id']}"
    wording = {"title": "Гостиная", "target_groups": ["families", "disabled"], "summary": "Короче"}
    assert (await vesta.put(path, wording)).status == 428
    assert (await oktyabr.put(path, wording, if_match='"v1"')).code == "not-permitted"
    revised = (await vesta.put(path, wording, if_match='"v1"')).expect(200)
    assert (revised["title"], revised["version"], revised["described_on"]) == ("Гостиная", 2, "2018-05-01")
    assert (await vesta.put(path, wording, if_match='"v1"')).code == "stale-version"
    told = await inbox.announced("transfer.practice.described.v1", card["id"])
    assert [fact["title"] for fact in told] == [CARD["title"], "Гостиная"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"institution_id": "oktyabr"}, 403, "not-permitted"),
        ({"derived_from": "nowhere", "differences": ["x"]}, 404, "practice-unknown"),
        ({"differences": ["x"]}, 409, "parent-missing"),
        ({"described_on": "2099-01-01"}, 409, "date-in-future"),
        ({"target_groups": ["cats"]}, 422, "invalid"),
    ],
)
async def test_a_card_that_breaks_a_rule_is_refused_with_its_code(vesta, fields, status, code):
    refused = await vesta.post("/v1/practices", CARD | fields)
    assert (refused.status, refused.code) == (status, code)


@pytest.mark.seed("A41")
async def test_three_model_programmes_one_per_target_group_are_found(curator):
    for group in ("families", "disabled", "elderly"):
        body = CARD | {"institution_id": "umc", "kind": "programme", "title": f"Модельная программа {group}"}
        (await curator.post("/v1/practices", body | {"target_groups": [group]})).expect(201)
    for group in ("families", "disabled", "elderly"):
        found = (await curator.get("/v1/practices", kind="programme", target_group=group)).expect(200)
        assert [item["title"] for item in found["items"]] == [f"Модельная программа {group}"]


async def test_cards_are_found_by_a_word_in_any_form(curator):
    body = CARD | {"institution_id": "srcn", "title": "Уроки мужества", "summary": "Встречи с ветеранами"}
    card = (await curator.post("/v1/practices", body)).expect(201)
    found = (await curator.get("/v1/practices", text="урок")).expect(200)
    assert [item["id"] for item in found["items"]] == [card["id"]]
    assert (await curator.get("/v1/practices/nowhere")).code == "practice-unknown"
