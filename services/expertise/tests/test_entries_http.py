from typing import Any

import pytest

from contracts.expertise import AwardGrantedV1, EntryDecidedV1, EntryFiledV1


def entry(**changes) -> dict[str, Any]:
    return {
        "institution_id": "vesta",
        "kind": "grant",
        "contest": {"name": "Спорт для всех 2024", "organiser": "Благотворительный фонд Владимира Потанина"},
        "project_title": "Уроки Мужества",
        "filed_on": "2023-11-20",
        "result_due": "2024-02-29",
        **changes,
    }


def smarteka(edition: str, **changes) -> dict[str, Any]:
    contest = {"name": "Смартека", "edition": edition, "organiser": "АСИ"}
    return entry(kind="contest", contest=contest, result_due=None, **changes)


@pytest.mark.seed("C09")
@pytest.mark.seed("A57")
async def test_an_entry_for_sport_for_all_is_pending_until_february_2024(council):
    filed = (await council.specialist.post("/v1/entries", entry())).expect(201)

    pending = (await council.head.get("/v1/entries", outcome="pending", result_due_by="2024-02-29")).expect(200)[
        "items"
    ]
    earlier = (await council.head.get("/v1/entries", result_due_by="2024-01-31")).expect(200)["items"]

    assert filed["id"] in [item["id"] for item in pending]
    assert filed["id"] not in [item["id"] for item in earlier]
    assert (filed["outcome"], filed["decided_on"]) == ("pending", None)
    [fact] = await council.announced(EntryFiledV1, entry_id=filed["id"])
    assert (fact["contest"], fact["result_due"]) == ("Спорт для всех 2024", "2024-02-29")
    assert fact["organiser"] == "Благотворительный фонд Владимира Потанина"
    assert await council.announced(EntryDecidedV1, entry_id=filed["id"]) == []


async def test_the_outcome_of_an_entry_is_recorded_once(council):
    filed = (await council.specialist.post("/v1/entries", entry())).expect(201)
    path, outcome = f"/v1/entries/{filed['id']}/outcome", {"outcome": "won", "decided_on": "2024-02-20"}
    assert (await council.outsider.post(path, outcome)).code == "not-permitted"
    assert (await council.head.post(path, outcome)).expect(200)["outcome"] == "won"
    again = await council.head.post(path, {"outcome": "not_won", "decided_on": "2024-02-21"})
    assert (again.status, again.code) == (409, "outcome-recorded")
    [fact] = await council.announced(EntryDecidedV1, entry_id=filed["id"])
    assert (fact["outcome"], fact["decided_on"], fact["kind"]) == ("won", "2024-02-20", "grant")


@pytest.mark.seed("C19")
async def test_the_third_and_fourth_selections_of_smarteka_are_editions_of_one_contest(council):
    third = (await council.specialist.post("/v1/entries", smarteka("Третий отбор"))).expect(201)
    fourth = (await council.specialist.post("/v1/entries", smarteka("Четвертый отбор"))).expect(201)
    won = {"outcome": "won", "decided_on": "2023-12-01"}
    (await council.head.post(f"/v1/entries/{third['id']}/outcome", won)).expect(200)

    found = (await council.head.get("/v1/entries", contest="Смартека")).expect(200)["items"]

    assert [(item["contest"]["edition"], item["outcome"]) for item in found] == [
        ("Третий отбор", "won"), ("Четвертый отбор", "pending"),
    ]  # fmt: skip
    [fact] = await council.announced(EntryFiledV1, entry_id=fourth["id"])
    assert fact["contest"] == "Смартека, Четвертый отбор"


@pytest.mark.seed("C20")
@pytest.mark.seed("T5")
async def test_three_people_with_four_results_are_three_people_and_four_awards(council):
    won = (await council.specialist.post("/v1/entries", smarteka("Второй отбор"))).expect(201)
    (
        await council.head.post(f"/v1/entries/{won['id']}/outcome", {"outcome": "won", "decided_on": "2023-12-01"})
    ).expect(200)
    results = [
        ("Смартека", "Почитай мне", ["first"], won["id"]),
        ("Учреждение устойчивого инновационного развития", None, ["first", "second"], None),
        ("Лучший официальный сайт", "Будь в курсе", ["second", "second"], None),
        ("Чемпионат по компьютерному многоборью", "Будь в курсе", ["third"], None),
    ]
    for name, project, winners, entry_id in results:
        body = {
            "institution_id": "vesta", "entry_id": entry_id, "project_title": project, "winner_ids": winners,
            "contest": {"name": name, "organiser": "Организатор"}, "result": "призовое место",
            "granted_on": "2023-12-05",
        }  # fmt: skip
        (await council.specialist.post("/v1/awards", body)).expect(201)

    counted = (await council.head.get("/v1/award-count", institution_id="vesta", year=2023)).expect(200)

    assert (counted["people"], counted["awards"]) == (3, 4)
    assert len(await council.announced(AwardGrantedV1, institution_id="vesta")) == 4
    for search, number in (
        ({"winner_id": "second"}, 2),
        ({"contest": "Смартека"}, 1),
        ({"institution_id": "vesta"}, 4),
    ):
        assert len((await council.head.get("/v1/awards", **search)).expect(200)["items"]) == number
    other_year = (await council.head.get("/v1/award-count", institution_id="vesta", year=2022)).expect(200)
    assert (other_year["people"], other_year["awards"]) == (0, 0)
    assert (await council.outsider.get("/v1/award-count", institution_id="vesta", year=2023)).code == "not-permitted"
    assert (await council.outsider.get("/v1/awards", institution_id="vesta")).expect(200)["items"] == []


async def test_an_award_for_an_entry_that_has_not_won_is_refused(council):
    filed = (await council.specialist.post("/v1/entries", entry())).expect(201)
    body = {
        "institution_id": "vesta", "entry_id": filed["id"], "winner_ids": ["first"], "result": "приз",
        "contest": {"name": "Спорт для всех", "organiser": "Фонд"}, "granted_on": "2024-02-20",
    }  # fmt: skip
    assert (await council.head.post("/v1/awards", body)).code == "entry-not-won"
    assert (await council.outsider.post("/v1/awards", body)).code == "not-permitted"
    assert (await council.head.post("/v1/awards", body | {"entry_id": ""})).code == "invalid"
    granted = (await council.head.post("/v1/awards", body | {"entry_id": None})).expect(201)
    assert (await council.outsider.get(f"/v1/awards/{granted['id']}")).code == "award-unknown"
    assert (await council.head.get(f"/v1/awards/{granted['id']}")).expect(200)["result"] == "приз"


async def test_entries_of_another_institution_stay_unseen(council):
    filed = (await council.specialist.post("/v1/entries", entry())).expect(201)
    assert (await council.outsider.get(f"/v1/entries/{filed['id']}")).code == "entry-unknown"
    listed = (await council.outsider.get("/v1/entries")).expect(200)["items"]
    assert filed["id"] not in [item["id"] for item in listed]
    assert (await council.outsider.post("/v1/entries", entry())).code == "not-permitted"
    unknown = council.client.acting_as("x", memberships={"unheard": ("head",)})
    assert (await unknown.post("/v1/entries", entry(institution_id="unheard"))).code == "institution-unknown"
    for name in ("institution_id", "kind", "outcome"):
        page = await council.official.get("/v1/entries", limit=100, **{name: filed[name]})
        assert filed["id"] in [item["id"] for item in page.expect(200)["items"]]
