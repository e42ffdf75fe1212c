"""Every published example is understood, kept once, and the same in any order."""

import random

from contracts.catalogue import CATALOGUE


async def test_every_published_fact_is_kept_as_evidence_with_a_russian_line(running, announce):
    for model in CATALOGUE.values():
        assert await running.hears(announce(model.model_validate(model.example()))) == "applied"
    kept = {document["type"]: document for document in await running.documents("evidence")}
    assert kept.keys() == CATALOGUE.keys()
    for document in kept.values():
        assert document["title"][0].isupper()
        assert "{" not in document["title"]
        assert document["happened_on"][:4] == str(document["year"])


async def test_duplicates_and_shuffled_facts_leave_the_same_documents(running, announce):
    facts = [announce(model.model_validate(model.example())) for model in CATALOGUE.values()]
    await running.hears_all(facts)
    collections = ("evidence", "institutions", "offices", "statuses")
    before = {name: await running.documents(name) for name in collections}
    for name in (*collections, "inbox"):
        await running.mongo.plain[name].delete({"_id": {"$gte": ""}})
    twice = facts * 2
    random.Random(7).shuffle(twice)  # noqa: S311 a repeatable order, not a secret
    await running.hears_all(twice)
    assert {name: await running.documents(name) for name in collections} == before


async def test_a_fact_forgotten_by_the_inbox_may_come_again_without_harm(running, announce):
    model = CATALOGUE["transfer.consultation.given.v1"]
    once = announce(model.model_validate(model.example()))
    await running.hears(once)
    await running.mongo.plain["inbox"].delete({"_id": {"$gte": ""}})
    assert await running.hears(once) == "applied"
    assert len(await running.documents("evidence")) == 1


async def test_evidence_tells_which_partners_system_it_came_from(running, announce):
    model = CATALOGUE["transfer.consultation.given.v1"]
    for topic, origin in (("От партнёра", "integration-1"), ("Внесено здесь", None)):
        assert await running.hears(announce(model.model_validate(model.example() | {"topic": topic, "origin": origin})))
    curator = running.client.acting_as("curator-1", roles=("curator",))
    items = (await curator.get("/v1/evidence", type=model.type)).expect(200)["items"]
    told = {item["data"]["topic"]: item["origin"] for item in items}
    assert (told["От партнёра"], told["Внесено здесь"]) == ("integration-1", None)
