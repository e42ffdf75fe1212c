from typing import Any

import pytest

from testkit import Client

REPORT = {
    "results": "Цикл прошли 12 семей",
    "adaptations": [
        {"step": 1, "change": "Встреча в клубе", "explanation": "У площадки нет комнаты"},
        {"step": 3, "change": "Итог по телефону", "explanation": "Семья живёт далеко"},
    ],
    "reported_on": "2018-12-01",
}


async def agreed(transfer: Any, practice_id: str, site: str, client: Client) -> Any:
    body = {
        "practice_id": practice_id,
        "site_institution_id": site,
        "mentor_institution_id": "vesta",
        "agreed_on": "2018-06-15",
    }
    return (await client.post("/v1/replications", body)).expect(201)


async def running(transfer: Any, practice_id: str, site: str, client: Client, event_id: str) -> str:
    """Return the path of a running replication."""
    path = f"/v1/replications/{(await agreed(transfer, practice_id, site, client))['id']}"
    training = {"event_id": event_id, "documents": ["manual", "guidelines"]}
    (await client.post(f"{path}/training", training)).expect(200)
    (await client.post(f"{path}/start", {"started_on": "2018-07-01"})).expect(200)
    return path


@pytest.mark.seed("F1")
@pytest.mark.seed("A24")
@pytest.mark.seed("A56")
async def test_a_practice_goes_through_all_states_at_one_site_and_runs_at_another(transfer, specialist_of, inbox):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1", "site-2")
    seminar = await transfer.seminar(practice_id, "site-1", "site-2")
    first, second = specialist_of("site-1"), specialist_of("site-2")
    reporting = await running(transfer, practice_id, "site-1", first, seminar["id"])
    await running(transfer, practice_id, "site-2", second, seminar["id"])
    assert (await first.post(f"{reporting}/report", REPORT)).expect(200)["state"] == "reported"
    found = (await transfer.curator.get("/v1/replications", practice_id=practice_id)).expect(200)["items"]
    assert {item["site_institution_id"]: item["state"] for item in found} == {"site-1": "reported", "site-2": "running"}
    assert {item["event_id"] for item in found} == {seminar["id"]}
    owned = await transfer.curator.get("/v1/replications", owner_institution_id=found[0]["owner_institution_id"])
    assert {item["id"] for item in found} <= {item["id"] for item in owned.expect(200)["items"]}
    card = (await transfer.curator.get(f"/v1/practices/{practice_id}")).expect(200)
    assert {item["practice_title"] for item in found} == {card["title"]}
    assert [item["handed_over"] for item in found] == [["manual", "guidelines"]] * 2
    own = {
        "kind": "practice", "title": "Гостиная в сельском клубе", "target_groups": ["families"],
        "summary": "Гостиная без своей комнаты", "described_on": "2019-01-10",
    }  # fmt: skip
    described = (await first.post(f"{reporting}/self-description", own)).expect(200)
    assert described["state"] == "self_described"
    card = (await second.get(f"/v1/practices/{described['derived_practice_id']}")).expect(200)
    assert (card["derived_from"], card["institution_id"]) == (practice_id, "site-1")
    assert card["differences"] == ["Шаг 1 «Знакомство»: Встреча в клубе", "Шаг 3 «Итог»: Итог по телефону"]
    steps = ("agreed", "trained", "started", "reported", "self_described")
    told = {step: await inbox.announced(f"transfer.replication.{step}.v1") for step in steps}
    assert {step: len(facts) for step, facts in told.items()} == {
        "agreed": 2, "trained": 2, "started": 2, "reported": 1, "self_described": 1,
    }  # fmt: skip
    assert told["reported"][0]["adaptations"] == 2
    assert told["self_described"][0]["derived_practice_id"] == card["id"]


@pytest.mark.seed("A32")
async def test_a_site_is_trained_only_by_attendance_at_a_seminar_of_this_package(transfer, specialist_of):
    practice_id = (await transfer.in_bank())["practice_id"]
    other_id = (await transfer.described())["id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    path = f"/v1/replications/{(await agreed(transfer, practice_id, 'site-1', site))['id']}"
    for event, code in (
        (await transfer.seminar(practice_id, "site-2"), "site-did-not-attend"),
        (await transfer.seminar(other_id, "site-1"), "training-of-another-practice"),
        (await transfer.seminar(practice_id, "site-1", kind="master_class"), "training-of-another-practice"),
    ):
        refused = await site.post(f"{path}/training", {"event_id": event["id"]})
        assert (refused.status, refused.code) == (409, code)
    assert (await site.post(f"{path}/training", {"event_id": "nowhere"})).code == "event-unknown"
    assert (await site.post(f"{path}/start", {"started_on": "2018-07-01"})).code == "replication-state"
    seminar = await transfer.seminar(practice_id, "site-1")
    trained = (await site.post(f"{path}/training", {"event_id": seminar["id"]})).expect(200)
    assert (trained["state"], trained["event_id"], trained["trained_on"]) == ("trained", seminar["id"], "2018-06-20")


@pytest.mark.seed("A38")
async def test_a_transfer_is_closed_only_with_both_documents_handed_over(transfer, specialist_of, vesta):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    path = f"/v1/replications/{(await agreed(transfer, practice_id, 'site-1', site))['id']}"
    seminar = await transfer.seminar(practice_id, "site-1")
    (await site.post(f"{path}/training", {"event_id": seminar["id"], "documents": ["manual"]})).expect(200)
    (await site.post(f"{path}/start", {"started_on": "2018-07-01"})).expect(200)
    refused = await site.post(f"{path}/report", REPORT)
    assert (refused.code, refused.json["detail"]) == (
        "transfer-incomplete", "Площадке не переданы: методические рекомендации.",
    )  # fmt: skip
    assert (await site.post(f"{path}/documents", {"documents": ["guidelines"]})).code == "not-permitted"
    (await vesta.post(f"{path}/documents", {"documents": ["guidelines"]})).expect(200)
    assert (await site.post(f"{path}/report", REPORT)).expect(200)["state"] == "reported"


@pytest.mark.seed("A59")
async def test_two_adaptations_are_both_explained_in_the_report(transfer, specialist_of):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    path = await running(transfer, practice_id, "site-1", site, (await transfer.seminar(practice_id, "site-1"))["id"])
    silent = REPORT | {"adaptations": [REPORT["adaptations"][0], {"step": 3, "change": "Иначе", "explanation": " "}]}
    assert (await site.post(f"{path}/report", silent)).code == "adaptation-unexplained"
    beyond = REPORT | {"adaptations": [{"step": 4, "change": "Иначе", "explanation": "Так вышло"}]}
    assert (await site.post(f"{path}/report", beyond)).code == "adapted-step-unknown"
    reported = (await site.post(f"{path}/report", REPORT)).expect(200)
    assert [item["explanation"] for item in reported["report"]["adaptations"]] == [
        "У площадки нет комнаты", "Семья живёт далеко",
    ]  # fmt: skip


async def test_only_active_entries_are_replicated_at_sites_of_the_named_mentor(transfer, specialist_of):
    candidate = await transfer.nominated()
    active = await transfer.in_bank()
    site = specialist_of("site-1")
    body = {
        "practice_id": candidate["practice_id"],
        "site_institution_id": "site-1",
        "mentor_institution_id": "vesta",
        "agreed_on": "2018-06-15",
    }
    await transfer.clustered(candidate["practice_id"], "site-1")
    assert (await site.post("/v1/replications", body)).code == "practice-not-in-bank"
    body |= {"practice_id": active["practice_id"]}
    assert (await site.post("/v1/replications", body)).code == "site-outside-cluster"
    await transfer.clustered(active["practice_id"], "site-1", mentor="srcn")
    assert (await site.post("/v1/replications", body)).code == "site-outside-cluster"
    (await site.post("/v1/replications", body | {"mentor_institution_id": "srcn"})).expect(201)
    assert (await site.post("/v1/replications", body | {"mentor_institution_id": "srcn"})).code == "already-exists"


async def test_a_stopped_replication_keeps_its_reason_and_may_begin_anew(transfer, specialist_of, inbox):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    path = f"/v1/replications/{(await agreed(transfer, practice_id, 'site-1', site))['id']}"
    reason = {"reason": "Учреждение реорганизовано", "stopped_on": "2018-08-01"}
    stopped = (await site.post(f"{path}/stop", reason)).expect(200)
    assert (stopped["state"], stopped["stopped_because"]) == ("stopped", "Учреждение реорганизовано")
    assert (await site.post(f"{path}/stop", reason)).code == "replication-state"
    [fact] = await inbox.announced("transfer.replication.stopped.v1")
    assert fact["reason"] == "Учреждение реорганизовано"
    await agreed(transfer, practice_id, "site-1", site)


@pytest.mark.seed("A23")
async def test_an_attendance_at_a_workshop_becomes_interest_in_replication(transfer, specialist_of):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1", "site-2")
    workshop = await transfer.seminar(practice_id, "site-1", kind="workshop")
    body = {
        "practice_id": practice_id,
        "mentor_institution_id": "vesta",
        "interest_event_id": workshop["id"],
        "agreed_on": "2018-06-25",
    }
    refused = await specialist_of("site-2").post("/v1/replications", body | {"site_institution_id": "site-2"})
    assert refused.code == "site-did-not-attend"
    begun = (await specialist_of("site-1").post("/v1/replications", body | {"site_institution_id": "site-1"})).expect(
        201
    )
    assert begun["interest_event_id"] == workshop["id"]


async def test_a_site_links_a_card_that_it_has_entered_before(transfer, specialist_of):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    path = await running(transfer, practice_id, "site-1", site, (await transfer.seminar(practice_id, "site-1"))["id"])
    (await site.post(f"{path}/report", REPORT)).expect(200)
    foreign = await transfer.described()
    assert (await site.post(f"{path}/own-practice", {"practice_id": foreign["id"]})).code == "practice-not-derived-here"
    own = await transfer.described(
        institution_id="site-1", derived_from=practice_id, differences=["В клубе"], described_on="2019-01-10"
    )
    linked = (await site.post(f"{path}/own-practice", {"practice_id": own["id"]})).expect(200)
    assert (linked["state"], linked["derived_practice_id"]) == ("self_described", own["id"])


@pytest.mark.seed("A36")
async def test_sites_of_a_technology_are_counted_by_state_and_municipality(transfer, specialist_of, oktyabr):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1", "site-2", "site-3")
    for site in ("site-1", "site-2", "site-3"):
        replication = await agreed(transfer, practice_id, site, specialist_of(site))
    stop = {"reason": "Нет специалиста", "stopped_on": "2018-08-01"}
    (await specialist_of("site-3").post(f"/v1/replications/{replication['id']}/stop", stop)).expect(200)
    counts = (await oktyabr.get("/v1/replication-counts", practice_id=practice_id)).expect(200)
    assert counts == {
        "sites": 2, "by_state": {"agreed": 2, "stopped": 1},
        "by_municipality": {"Ангарский округ": 1, "Иркутск": 1},
    }  # fmt: skip


async def test_another_institution_neither_sees_nor_moves_a_replication(transfer, specialist_of, oktyabr, vesta):
    practice_id = (await transfer.in_bank())["practice_id"]
    await transfer.clustered(practice_id, "site-1")
    site = specialist_of("site-1")
    replication = await agreed(transfer, practice_id, "site-1", site)
    path = f"/v1/replications/{replication['id']}"
    assert (await oktyabr.get(path)).code == "replication-unknown"
    assert (await oktyabr.get("/v1/replications", practice_id=practice_id)).expect(200)["items"] == []
    for noun, body in {
        "training": {"event_id": "any"},
        "documents": {"documents": ["manual"]},
        "start": {"started_on": "2018-07-01"},
        "report": REPORT,
        "stop": {"reason": "Чужое", "stopped_on": "2018-07-01"},
        "own-practice": {"practice_id": "any"},
    }.items():
        assert (await oktyabr.post(f"{path}/{noun}", body)).code == "not-permitted"
    assert (await vesta.post(f"{path}/start", {"started_on": "2018-07-01"})).code == "not-permitted"
    for insider in (site, vesta, transfer.curator):
        found = (await insider.get("/v1/replications", practice_id=practice_id, state="agreed")).expect(200)["items"]
        assert [item["id"] for item in found] == [replication["id"]]
