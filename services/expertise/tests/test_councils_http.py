import pytest


@pytest.mark.seed("C05")
async def test_the_head_of_the_expert_council_of_the_department_is_ryndin(council, hall):
    head = {
        "person_id": "ryndin",
        "name": "Рындин Н. Л.",
        "office": "начальник Департамента социальной защиты населения Вологодской области",
    }
    formed = await hall.formed(
        title="Экспертный совет по инновационной деятельности Департамента",
        chair_id="ryndin",
        members=[head, {"person_id": "second", "name": "Второй член"}],
        since="2023-01-01",
        until="2024-12-31",
    )

    shown = (await council.specialist.get(f"/v1/councils/{formed['id']}")).expect(200)

    assert [member for member in shown["members"] if member["person_id"] == shown["chair_id"]] == [head]
    found = (await council.specialist.get("/v1/councils", member_id="ryndin")).expect(200)["items"]
    assert [item["id"] for item in found] == [formed["id"]]


async def test_a_council_is_formed_by_the_ministry_or_the_centre_only(council, council_of):
    for person in (council.head, council.secretary, council.chair):
        assert (await person.post("/v1/councils", council_of())).code == "not-permitted"


async def test_bad_compositions_are_refused_with_their_codes(council, council_of):
    twice = council_of()["members"] * 2
    refusals = {
        "chair-outside": {"chair_id": "stranger"},
        "member-repeated": {"members": twice},
        "share-invalid": {"quorum": {"numerator": 4, "denominator": 3}},
        "dates-out-of-order": {"until": "2017-01-01"},
    }
    for code, changes in refusals.items():
        answer = await council.official.post("/v1/councils", council_of(**changes))
        assert (answer.status, answer.code) == (409, code)
    assert (await council.head.get("/v1/councils/nothing")).code == "council-unknown"


async def test_a_reformed_council_replaces_the_version_that_was_read(council, hall, council_of):
    formed = await hall.formed()
    path, changed = f"/v1/councils/{formed['id']}", council_of(title="Новый состав")
    assert (await council.official.put(path, changed)).status == 428
    assert (await council.official.put(path, changed, if_match='"v1"')).expect(200)["title"] == "Новый состав"
    assert (await council.official.put(path, changed, if_match='"v1"')).code == "stale-version"
