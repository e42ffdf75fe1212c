import pytest


@pytest.mark.seed("A37")
async def test_an_entry_is_in_the_bank_only_after_a_positive_verdict(transfer, oktyabr, vesta, inbox):
    entry = await transfer.nominated()
    path = f"/v1/bank-entries/{entry['id']}"
    assert entry["state"] == "candidate"
    assert (await oktyabr.get(path)).code == "bank-entry-unknown"
    assert entry["id"] not in [item["id"] for item in (await oktyabr.get("/v1/bank-entries")).expect(200)["items"]]
    assert (await vesta.get(path)).expect(200)["state"] == "candidate"
    assert await transfer.judged(entry["practice_id"], "supported") == "applied"
    shown = (await oktyabr.get(path)).expect(200)
    assert (shown["state"], shown["activated_on"]) == ("active", "2018-06-01")
    assert entry["id"] in [item["id"] for item in (await oktyabr.get("/v1/bank-entries")).expect(200)["items"]]
    [fact] = await inbox.announced("transfer.bank_entry.activated.v1", entry["id"])
    assert (fact["practice_id"], fact["verdict_id"]) == (entry["practice_id"], shown["verdict_id"])


async def test_a_candidate_with_remarks_waits_until_it_is_heard_again(transfer, vesta):
    entry = await transfer.nominated()
    path = f"/v1/bank-entries/{entry['id']}"
    remarks = ["Уточните риски", "Назовите минимальный состав"]
    await transfer.judged(entry["practice_id"], "supported_with_remarks", remarks=remarks)
    shown = (await vesta.get(path)).expect(200)
    assert (shown["state"], shown["remarks"]) == ("candidate", remarks)
    await transfer.judged(entry["practice_id"], "supported", "2018-07-01")
    shown = (await vesta.get(path)).expect(200)
    assert (shown["state"], shown["remarks"], len(shown["hearings"])) == ("active", [], 2)


async def test_a_rejected_practice_is_nominated_again_by_its_institution(transfer, vesta, oktyabr, inbox):
    entry = await transfer.nominated()
    path = f"/v1/bank-entries/{entry['id']}"
    await transfer.judged(entry["practice_id"], "not_supported")
    assert (await vesta.get(path)).expect(200)["state"] == "rejected"
    body = {"nominated_on": "2018-09-01"}
    assert (await oktyabr.post(f"{path}/nomination", body)).code == "not-permitted"
    assert (await vesta.post(f"{path}/nomination", body)).expect(200)["state"] == "candidate"
    assert (await vesta.post(f"{path}/nomination", body)).code == "bank-entry-state"
    facts = await inbox.announced("transfer.bank_entry.nominated.v1", entry["id"])
    assert [fact["nominated_on"] for fact in facts] == ["2018-05-25", "2018-09-01"]


async def test_a_practice_whose_package_is_not_published_cannot_be_nominated(transfer, vesta, oktyabr):
    practice = await transfer.described()
    body = {"practice_id": practice["id"], "nominated_on": "2018-05-25"}
    assert (await vesta.post("/v1/bank-entries", body)).code == "package-not-published"
    await transfer.written(practice["id"])
    assert (await vesta.post("/v1/bank-entries", body)).code == "package-not-published"
    assert (await oktyabr.post("/v1/bank-entries", body)).code == "not-permitted"
    assert (await vesta.post("/v1/bank-entries", body | {"practice_id": "nowhere"})).code == "practice-unknown"


async def test_a_practice_has_one_entry_in_the_bank(transfer, vesta):
    entry = await transfer.nominated()
    body = {"practice_id": entry["practice_id"], "nominated_on": "2018-06-25"}
    assert (await vesta.post("/v1/bank-entries", body)).code == "already-exists"


async def test_only_the_curator_takes_an_entry_out_of_the_bank(transfer, client, vesta, curator, inbox):
    entry = await transfer.in_bank()
    path = f"/v1/bank-entries/{entry['id']}/archiving"
    body = {"reason": "Заменена новой", "archived_on": "2019-01-01"}
    for other in (vesta, client.acting_as("official-1", roles=("official",))):
        assert (await other.post(path, body)).code == "not-permitted"
    assert (await curator.post(path, body, if_match='"v1"')).code == "stale-version"
    archived = (await curator.post(path, body)).expect(200)
    assert (archived["state"], archived["archived_because"]) == ("archived", "Заменена новой")
    assert (await curator.post(path, body)).code == "bank-entry-state"
    told = await inbox.announced("transfer.bank_entry.archived.v1", entry["id"])
    assert [fact["archived_on"] for fact in told] == ["2019-01-01"]


@pytest.mark.seed("C16")
@pytest.mark.seed("A47")
async def test_two_projects_of_2023_make_four_in_the_bank(transfer, oktyabr):
    def project(title: str) -> dict[str, object]:
        return {"institution_id": "oktyabr", "kind": "project", "title": title, "target_groups": ["elderly"]}

    for title, year in {
        "Будь в курсе": 2021,
        "Ранний проект": 2022,
        "Уроки Мужества": 2023,
        "Почитай мне": 2023,
    }.items():
        entry = await transfer.nominated(**project(title))
        await transfer.judged(entry["practice_id"], "supported", f"{year}-12-31")
    counts = (await oktyabr.get("/v1/bank-counts", institution_id="oktyabr", year=2023)).expect(200)
    assert counts == {"activated_in_year": 2, "active_at_year_end": 4}
    counts = (await oktyabr.get("/v1/bank-counts", institution_id="oktyabr", year=2022)).expect(200)
    assert counts == {"activated_in_year": 1, "active_at_year_end": 2}
    digest = (await oktyabr.get("/v1/bank-entries", year=2023, kind="project")).expect(200)
    assert [item["title"] for item in digest["items"]] == ["Уроки Мужества", "Почитай мне"]


@pytest.mark.seed("A67")
async def test_the_bank_is_filtered_by_the_five_target_groups(transfer, oktyabr):
    groups = ("families", "elderly", "disabled", "ngo", "municipalities")
    for group in groups:
        await transfer.in_bank(institution_id="srcn", title=f"Технология {group}", target_groups=[group])
    for group in groups:
        question = {"target_group": group, "institution_id": "srcn", "state": "active", "kind": "technology"}
        found = (await oktyabr.get("/v1/bank-entries", **question)).expect(200)
        assert [item["title"] for item in found["items"]] == [f"Технология {group}"]


async def test_a_verdict_that_arrives_before_the_nomination_is_tried_again(transfer, inbox):
    practice = await transfer.described()
    assert await transfer.judged(practice["id"], "supported") == "waiting"
    row = await inbox.mongo.motor["parked"].find_one({"state": "waiting"})
    assert (row["reason"], row["attempts"]) == ("nomination-unknown", 1)


async def test_a_verdict_on_a_project_leaves_the_bank_alone(transfer):
    assert await transfer.judged("application-1", "supported", subject_kind="project") == "applied"
