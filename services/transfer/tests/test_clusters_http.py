import asyncio

import pytest

from contracts.registry import StatusExtendedV1, StatusGrantedV1, StatusRevokedV1


@pytest.mark.seed("A05")
@pytest.mark.seed("F12")
async def test_the_fifth_site_over_the_limit_of_four_is_refused_with_the_reason(transfer, specialist_of, inbox):
    practice = await transfer.described(institution_id="srcn")
    srcn = specialist_of("srcn")
    body = {"practice_id": practice["id"], "mentor_institution_id": "srcn", "load_limit": 4, "formed_on": "2018-06-10"}
    cluster = (await srcn.post("/v1/clusters", body)).expect(201)
    path = f"/v1/clusters/{cluster['id']}/sites"
    for number in range(1, 5):
        site = {"institution_id": f"site-{number}", "attached_on": "2018-06-11"}
        (await srcn.post(path, site)).expect(200)
    refused = await srcn.post(path, {"institution_id": "site-5", "attached_on": "2018-06-11"})
    assert (refused.status, refused.code) == (409, "cluster-full")
    assert "при пределе 4" in refused.json["detail"]
    shown = (await specialist_of("site-4").get(f"/v1/clusters/{cluster['id']}")).expect(200)
    assert len(shown["sites"]) == 4
    formed = await inbox.announced("transfer.cluster.formed.v1")
    assert [(fact["cluster_id"], fact["load_limit"]) for fact in formed] == [(cluster["id"], 4)]
    attached = await inbox.announced("transfer.site.attached.v1")
    assert [fact["site_institution_id"] for fact in attached] == ["site-1", "site-2", "site-3", "site-4"]


async def test_only_a_platform_whose_status_is_valid_on_the_day_is_a_mentor(transfer, specialist_of, inbox):
    practice = await transfer.described()
    umc = specialist_of("umc")
    body = {"practice_id": practice["id"], "mentor_institution_id": "umc", "load_limit": 4, "formed_on": "2019-12-31"}
    assert (await umc.post("/v1/clusters", body)).code == "status-required"
    granted = StatusGrantedV1.model_validate(
        {
            "status_id": "umc-rip",
            "institution_id": "umc",
            "kind": "rip",
            "act_id": "act-1",
            "valid_from": "2019-01-01",
            "valid_until": "2019-12-31",
        }
    )
    assert await inbox.tell(granted, "umc-rip") == "applied"
    assert (await umc.post("/v1/clusters", body | {"formed_on": "2018-12-31"})).code == "status-required"
    assert (await umc.post("/v1/clusters", body | {"formed_on": "2020-01-01"})).code == "status-required"
    extended = {
        "status_id": "umc-rip",
        "institution_id": "umc",
        "kind": "rip",
        "act_id": "act-2",
        "valid_until": "2020-12-31",
    }
    assert await inbox.tell(StatusExtendedV1.model_validate(extended), "umc-rip", sequence=2) == "applied"
    (await umc.post("/v1/clusters", body | {"formed_on": "2020-01-01"})).expect(201)
    revoked = {
        "status_id": "umc-rip",
        "institution_id": "umc",
        "kind": "rip",
        "act_id": "act-3",
        "revoked_on": "2020-06-01",
    }
    assert await inbox.tell(StatusRevokedV1.model_validate(revoked), "umc-rip", sequence=3) == "applied"
    other = body | {"practice_id": (await transfer.described())["id"]}
    assert (await umc.post("/v1/clusters", other | {"formed_on": "2020-06-01"})).code == "status-required"
    (await umc.post("/v1/clusters", other | {"formed_on": "2020-05-31"})).expect(201)


async def test_only_an_institution_with_the_status_of_a_site_is_attached(transfer, vesta):
    cluster = await transfer.clustered((await transfer.described())["id"])
    path = f"/v1/clusters/{cluster['id']}/sites"
    assert (
        await vesta.post(path, {"institution_id": "oktyabr", "attached_on": "2018-06-11"})
    ).code == "status-required"
    assert (
        await vesta.post(path, {"institution_id": "nowhere", "attached_on": "2018-06-11"})
    ).code == "institution-not-known"


@pytest.mark.seed("A55")
async def test_a_mentoring_programme_of_four_steps_is_assigned_to_two_sites(transfer, vesta, specialist_of):
    cluster = await transfer.clustered((await transfer.described())["id"], "site-1", "site-2")
    path = f"/v1/clusters/{cluster['id']}"
    titles = ("Знакомство", "Стажировка", "Совместное ведение", "Самостоятельная работа")
    steps = [{"title": title, "checklist": ["договор подписан"]} for title in titles]
    assert (await vesta.put(f"{path}/programme", {"steps": steps})).status == 428
    (await vesta.put(f"{path}/programme", {"steps": steps}, if_match='"v3"')).expect(200)
    for site in ("site-1", "site-2"):
        shown = (await specialist_of(site).get(path)).expect(200)
        assert [step["title"] for step in shown["programme"]] == list(titles)
        visit = {"institution_id": site, "step": 1, "visited_on": "2018-07-01"}
        (await vesta.post(f"{path}/visits", visit)).expect(200)
    assert (await vesta.post(f"{path}/visits", visit | {"step": 5})).code == "programme-step-unknown"
    assert (await vesta.post(f"{path}/visits", visit | {"institution_id": "site-3"})).code == "site-outside-cluster"


@pytest.mark.seed("F12")
async def test_the_previous_mentor_is_proposed_first_unless_overloaded(transfer, specialist_of):
    await transfer.clustered((await transfer.described())["id"], "site-3", mentor="srcn")
    practice = await transfer.described()
    earlier = await transfer.clustered(practice["id"], "site-1", mentor="srcn", limit=2)
    await transfer.clustered(practice["id"], mentor="vesta", limit=4)
    question = {"practice_id": practice["id"], "site_institution_id": "site-3"}
    site = specialist_of("site-3")
    found = (await site.get("/v1/mentor-proposals", **question)).expect(200)["items"]
    assert [(item["name"], item["is_previous"]) for item in found] == [
        ("СРЦН г. Иркутска", True), ("КСЦОН «Веста»", False),
    ]  # fmt: skip
    body = {"institution_id": "site-2", "attached_on": "2018-06-12"}
    (await transfer.curator.post(f"/v1/clusters/{earlier['id']}/sites", body)).expect(200)
    found = (await site.get("/v1/mentor-proposals", **question)).expect(200)["items"]
    assert [(item["mentor_institution_id"], item["free_places"]) for item in found] == [("vesta", 4), ("srcn", 0)]
    fifth = await transfer.curator.post(f"/v1/clusters/{earlier['id']}/sites", body | {"institution_id": "site-3"})
    assert fifth.code == "cluster-full"


async def test_another_institution_neither_sees_nor_changes_a_cluster(transfer, oktyabr, vesta, specialist_of):
    practice = await transfer.described()
    cluster = await transfer.clustered(practice["id"], "site-1")
    path = f"/v1/clusters/{cluster['id']}"
    body = {"practice_id": practice["id"], "mentor_institution_id": "vesta", "load_limit": 4, "formed_on": "2018-06-10"}
    assert (await oktyabr.post("/v1/clusters", body)).code == "not-permitted"
    assert (await vesta.post("/v1/clusters", body)).code == "already-exists"
    attach = {"institution_id": "site-2", "attached_on": "2018-06-11"}
    for stranger in (oktyabr, specialist_of("site-1")):
        assert (await stranger.post(f"{path}/sites", attach)).code == "not-permitted"
    assert (await oktyabr.get(path)).code == "cluster-unknown"
    assert (await oktyabr.get("/v1/clusters", practice_id=practice["id"])).expect(200)["items"] == []
    for insider in (vesta, specialist_of("site-1"), transfer.curator):
        found = (await insider.get("/v1/clusters", practice_id=practice["id"])).expect(200)["items"]
        assert [item["id"] for item in found] == [cluster["id"]]
    found = (await vesta.get("/v1/clusters", site_institution_id="site-1", mentor_institution_id="vesta")).expect(200)
    assert cluster["id"] in [item["id"] for item in found["items"]]


async def test_two_sites_that_ask_at_once_for_the_last_place_do_not_both_get_it(transfer, vesta):
    cluster = await transfer.clustered((await transfer.described())["id"], "site-1", limit=2)
    path = f"/v1/clusters/{cluster['id']}"
    asking = [{"institution_id": site, "attached_on": "2018-06-12"} for site in ("site-2", "site-3")]
    answers = await asyncio.gather(*(vesta.post(f"{path}/sites", body) for body in asking))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len((await vesta.get(path)).expect(200)["sites"]) == 2
