from typing import Any

import pytest

from testkit import Client

ARTICLE = {
    "institution_id": "oktyabr",
    "channel": "journal",
    "title": "«Уроки мужества» – это путь к постижению добра, исторической правды",
    "outlet": "журнал «Работник социальной службы», № 3 2023 года",
    "level": "federal",
    "released_on": "2023-09-15",
}
POSTS = ARTICLE | {
    "channel": "social_network",
    "title": "Публикации на сайте и ВКонтакте",
    "outlet": None,
    "level": "institution",
    "count": 116,
}
TALKS = ARTICLE | {
    "channel": "talk",
    "title": "Выступления на круглых столах",
    "outlet": None,
    "level": "regional",
    "count": 4,
}


async def release(client: Client, record: dict[str, Any], **fields: object) -> Any:
    return (await client.post("/v1/publications", record | fields)).expect(201)


@pytest.mark.seed("C18")
@pytest.mark.seed("A48")
async def test_one_article_116_posts_and_4_talks_are_counted_by_channel(oktyabr):
    for record in (ARTICLE, POSTS, TALKS):
        await release(oktyabr, record)
    await release(oktyabr, ARTICLE, released_on="2022-12-31")
    counts = (await oktyabr.get("/v1/publication-counts", institution_id="oktyabr", year=2023)).expect(200)
    assert counts["by_channel"] == {"journal": 1, "social_network": 116, "talk": 4}
    assert counts["total"] == 121


@pytest.mark.seed("A26")
async def test_articles_are_counted_by_the_level_of_the_journal(curator):
    for level in ("regional", "regional", "federal"):
        await release(curator, ARTICLE, institution_id="srcn", level=level)
    counts = (await curator.get("/v1/publication-counts", institution_id="srcn", year=2023)).expect(200)
    assert counts["by_level"] == {"regional": 2, "federal": 1}


async def test_a_correction_replaces_the_record_and_announces_it_whole(oktyabr, inbox):
    posts = await release(oktyabr, POSTS, released_on="2021-12-31")
    body = {name: value for name, value in POSTS.items() if name != "institution_id"} | {
        "count": 117,
        "released_on": "2021-12-31",
    }
    path = f"/v1/publications/{posts['id']}"
    assert (await oktyabr.put(path, body)).status == 428
    corrected = (await oktyabr.put(path, body, if_match='"v1"')).expect(200)
    assert (corrected["version"], corrected["content"]["count"]) == (2, 117)
    assert (await oktyabr.put(path, body, if_match='"v1"')).status == 412
    counts = (await oktyabr.get("/v1/publication-counts", institution_id="oktyabr", year=2021)).expect(200)
    assert counts["total"] == 117
    [fact] = await inbox.announced("transfer.publication.corrected.v1")
    assert (fact["publication_id"], fact["count"], fact["level"], fact["released_on"]) == (
        posts["id"],
        117,
        "institution",
        "2021-12-31",
    )


async def test_another_institution_neither_releases_nor_corrects_a_publication(oktyabr, vesta):
    assert (await vesta.post("/v1/publications", ARTICLE)).code == "not-permitted"
    article = await release(oktyabr, ARTICLE)
    body = {name: value for name, value in ARTICLE.items() if name != "institution_id"}
    refused = await vesta.put(f"/v1/publications/{article['id']}", body, if_match='"v1"')
    assert (refused.status, refused.code) == (403, "not-permitted")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"outlet": None}, 409, "publication-outlet-missing"),
        ({"count": 2}, 409, "publication-one-article-one-record"),
        ({"count": 0}, 422, "invalid"),
        ({"released_on": "2099-01-01"}, 409, "date-in-future"),
        ({"practice_id": "nowhere"}, 404, "practice-unknown"),
        ({"institution_id": "vesta"}, 403, "not-permitted"),
        ({"link": "javascript:alert(1)"}, 422, "invalid"),
    ],
)
async def test_a_publication_that_breaks_a_rule_is_refused_with_its_code(oktyabr, fields, status, code):
    refused = await oktyabr.post("/v1/publications", ARTICLE | fields)
    assert (refused.status, refused.code) == (status, code)


async def test_publications_are_found_by_channel_level_and_practice(vesta):
    practice = {
        "institution_id": "vesta",
        "kind": "technology",
        "title": "Семейная гостиная",
        "target_groups": ["families"],
        "summary": "Встречи",
        "described_on": "2018-05-01",
    }
    card = (await vesta.post("/v1/practices", practice)).expect(201)
    released = await release(vesta, ARTICLE, institution_id="vesta", practice_id=card["id"])
    question = {"practice_id": card["id"], "channel": "journal", "level": "federal", "year": 2023}
    found = (await vesta.get("/v1/publications", **question)).expect(200)
    assert [item["id"] for item in found["items"]] == [released["id"]]
    shown = await vesta.get(f"/v1/publications/{released['id']}")
    assert shown.expect(200)["content"]["practice_id"] == card["id"]
    assert (await vesta.get("/v1/publications/nowhere")).code == "publication-unknown"


@pytest.mark.seed("C15")
async def test_one_set_of_materials_comes_from_the_consultative_session(oktyabr, vesta, inbox):
    session = {
        "institution_id": "oktyabr",
        "kind": "consultative_session",
        "scope": "system",
        "online": True,
        "title": "Эффективные практики социального проектирования в трудовой занятости инвалидов",
        "held_on": "2023-05-20",
    }
    event = (await oktyabr.post("/v1/events", session)).expect(201)
    body = {
        "institution_id": "oktyabr",
        "title": "Методические материалы по результатам площадки",
        "event_id": event["id"],
        "issued_on": "2023-06-01",
    }
    issued = (await oktyabr.post("/v1/materials", body)).expect(201)
    found = (await oktyabr.get("/v1/materials", institution_id="oktyabr", year=2023)).expect(200)
    assert [item["id"] for item in found["items"]] == [issued["id"]]
    assert (await vesta.get(f"/v1/materials/{issued['id']}")).expect(200)["event_id"] == event["id"]
    [fact] = await inbox.announced("transfer.material.issued.v1")
    assert (fact["event_id"], fact["issued_on"]) == (event["id"], "2023-06-01")
    assert (await vesta.post("/v1/materials", body)).code == "not-permitted"
    assert (await oktyabr.post("/v1/materials", body | {"event_id": "nowhere"})).code == "event-unknown"
    assert (await oktyabr.get("/v1/materials/nowhere")).code == "material-unknown"
