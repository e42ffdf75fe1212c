import pytest


@pytest.mark.seed("A28")
@pytest.mark.seed("A29")
@pytest.mark.seed("A30")
@pytest.mark.seed("F1")
async def test_a_package_is_published_only_when_manual_and_guidelines_are_complete(transfer, vesta):
    practice = await transfer.described()
    package = (await vesta.post("/v1/packages", {"practice_id": practice["id"]})).expect(201)
    path = f"/v1/packages/{package['id']}"
    whole = {"theory": "Подходы", "description": "Описание"}
    (await vesta.put(f"{path}/manual", whole | {"theory": "  "}, if_match='"v1"')).expect(200)
    authors = [{"person_id": "p-1", "institution_id": "vesta"}, {"person_id": "p-2", "institution_id": "umc"}]
    body = {"authors": authors, "rights": "Общие"}
    shown = (await vesta.put(f"{path}/authors", body, if_match='"v2"')).expect(200)
    assert shown["missing"] == [
        "manual.theory", "guidelines.steps", "guidelines.minimal_staff", "guidelines.documents",
        "guidelines.resources", "guidelines.risks",
    ]  # fmt: skip
    refused = await vesta.post(f"{path}/publication", {"published_on": "2018-05-20"})
    assert (refused.status, refused.code) == (409, "package-incomplete")
    assert "теоретические подходы" in refused.json["detail"]
    (await vesta.put(f"{path}/manual", whole, if_match='"v3"')).expect(200)
    without_staff = {
        "steps": [{"title": "Шаг", "action": "Сделать"}],
        "documents": ["договор"],
        "resources": ["зал"],
        "risks": ["срыв"],
    }
    shown = (await vesta.put(f"{path}/guidelines", without_staff, if_match='"v4"')).expect(200)
    assert shown["missing"] == ["guidelines.minimal_staff"]
    assert (await vesta.post(f"{path}/publication", {"published_on": "2018-05-20"})).code == "package-incomplete"
    guidelines = without_staff | {"minimal_staff": ["психолог"]}
    (await vesta.put(f"{path}/guidelines", guidelines, if_match='"v5"')).expect(200)
    published = (await vesta.post(f"{path}/publication", {"published_on": "2018-05-20"})).expect(200)
    assert (published["edition"], published["missing"]) == (1, [])
    assert published["guidelines"]["minimal_staff"] == ["психолог"]
    assert published["guidelines"]["documents"] == ["договор"]


@pytest.mark.seed("A45")
async def test_authors_of_both_organisations_are_recorded_with_their_rights(transfer, oktyabr):
    practice = await transfer.described()
    package = await transfer.written(practice["id"])
    path = f"/v1/packages/{package['id']}"
    alone = {"authors": package["authors"][:1], "rights": package["rights"]}
    (await transfer.curator.put(f"{path}/authors", alone, if_match='"v4"')).expect(200)
    assert (
        await transfer.curator.post(f"{path}/publication", {"published_on": "2018-05-20"})
    ).code == "package-incomplete"
    both = {"authors": package["authors"], "rights": "Права УМЦ и учреждения общие"}
    (await transfer.curator.put(f"{path}/authors", both, if_match='"v5"')).expect(200)
    (await transfer.curator.post(f"{path}/publication", {"published_on": "2018-05-20"})).expect(200)
    found = (await oktyabr.get("/v1/package-editions", practice_id=practice["id"])).expect(200)["items"]
    [edition] = found
    assert {author["institution_id"] for author in edition["authors"]} == {"vesta", "umc"}
    assert edition["rights"] == "Права УМЦ и учреждения общие"


async def test_a_later_edition_supersedes_the_one_before_and_leaves_its_text(transfer, oktyabr, inbox):
    practice = await transfer.described(title="Почитай мне")
    package = await transfer.written(practice["id"])
    path = f"/v1/packages/{package['id']}"
    (await transfer.curator.post(f"{path}/publication", {"published_on": "2018-05-20"})).expect(200)
    refused = await transfer.curator.post(f"{path}/publication", {"published_on": "2018-06-20"})
    assert refused.code == "package-unchanged"
    rewritten = {"theory": "Новые подходы", "description": "Описание"}
    (await transfer.curator.put(f"{path}/manual", rewritten, if_match='"v5"')).expect(200)
    assert (
        await transfer.curator.post(f"{path}/publication", {"published_on": "2018-05-01"})
    ).code == "dates-out-of-order"
    (await transfer.curator.post(f"{path}/publication", {"published_on": "2018-06-20"})).expect(200)
    editions = (await oktyabr.get("/v1/package-editions", practice_id=practice["id"])).expect(200)["items"]
    assert [(item["number"], item["state"]) for item in editions] == [(1, "superseded"), (2, "published")]
    first = (await oktyabr.get(f"/v1/package-editions/{editions[0]['id']}")).expect(200)
    assert first["manual"]["theory"] != "Новые подходы"
    facts = await inbox.announced("transfer.package.published.v1", package["id"])
    assert [(fact["edition"], fact["title"]) for fact in facts] == [(1, "Почитай мне"), (2, "Почитай мне")]


async def test_the_packages_of_one_institution_are_found_by_it(transfer, curator):
    practice = await transfer.described()
    package = await transfer.written(practice["id"])
    asked = {"institution_id": practice["institution_id"], "limit": 100}
    found = (await curator.get("/v1/packages", **asked)).expect(200)["items"]
    assert package["id"] in {item["id"] for item in found}
    assert {item["institution_id"] for item in found} == {practice["institution_id"]}
    assert (await curator.get("/v1/packages", institution_id="none")).expect(200)["items"] == []


async def test_the_working_text_is_for_its_authors_and_the_curator_only(transfer, vesta, oktyabr, specialist_of):
    practice = await transfer.described()
    package = await transfer.written(practice["id"])
    path = f"/v1/packages/{package['id']}"
    for insider in (vesta, specialist_of("umc"), transfer.curator):
        (await insider.get(path)).expect(200)
        assert len((await insider.get("/v1/packages", practice_id=practice["id"])).expect(200)["items"]) == 1
    assert (await oktyabr.get(path)).code == "package-unknown"
    assert (await oktyabr.get("/v1/packages", practice_id=practice["id"])).expect(200)["items"] == []
    assert (await oktyabr.put(f"{path}/manual", {}, if_match='"v4"')).code == "not-permitted"
    assert (await oktyabr.post("/v1/packages", {"practice_id": practice["id"]})).code == "not-permitted"
    assert (
        await specialist_of("umc").post(f"{path}/publication", {"published_on": "2018-06-01"})
    ).code == "not-permitted"
    assert (await vesta.post("/v1/packages", {"practice_id": practice["id"]})).code == "already-exists"


async def test_a_text_is_written_only_against_the_version_that_was_read(transfer, vesta):
    package = await transfer.written((await transfer.described())["id"])
    path = f"/v1/packages/{package['id']}/manual"
    assert (await vesta.put(path, {"theory": "а"})).code == "if-match-required"
    assert (await vesta.put(path, {"theory": "а"}, if_match='"v1"')).code == "stale-version"
    assert (await vesta.get("/v1/package-editions/nowhere")).code == "edition-unknown"
