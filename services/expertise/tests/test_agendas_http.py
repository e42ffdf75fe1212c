import asyncio

import pytest

from contracts.expertise import (
    SessionScheduledV1,
    VerdictIssuedV1,
)


@pytest.mark.seed("B12")
async def test_a_project_without_the_supervisors_opinion_is_not_put_on_an_agenda(council, matters, hall, project_item):
    application = await matters.admitted()
    for expert_id in ("expert-1", "expert-2"):
        await matters.reviewed(application, expert_id, novelty=80, effect=80)
    formed = await hall.formed()
    body = {"council_id": formed["id"], "title": "Защита", "held_on": "2018-04-20"}
    body["items"] = [project_item(application)]

    refused = await council.secretary.post("/v1/sessions", body)
    opinion = {"favourable": False, "text": "Слабо, но к защите", "signed_on": "2018-03-29"}
    await matters.step(council.supervisor, application, "opinion", **opinion)
    accepted = await council.secretary.post("/v1/sessions", body)

    assert (refused.status, refused.code) == (409, "opinion-missing")
    accepted.expect(201)


async def test_divergent_reviews_keep_a_project_off_the_agenda_until_the_third_one(
    council, matters, hall, project_item
):
    application = await matters.with_opinion()
    formed = await hall.formed()
    body = {"council_id": formed["id"], "title": "Защита", "held_on": "2018-04-20"}
    body["items"] = [project_item(application)]
    await matters.reviewed(application, "expert-1", novelty=38, effect=38)
    assert (await council.secretary.post("/v1/sessions", body)).code == "reviews-missing"
    await matters.reviewed(application, "expert-2", novelty=71, effect=71)
    assert (await council.secretary.post("/v1/sessions", body)).code == "reviews-missing"
    await matters.reviewed(application, "expert-3", novelty=60, effect=60)
    (await council.secretary.post("/v1/sessions", body)).expect(201)


async def test_a_rejected_practice_is_heard_again_once_it_is_nominated_anew(council, hall, practice_item):
    await council.know_nomination("courage")
    session = await hall.opened([practice_item("courage")])
    (await hall.decide(session, votes=(0, 6, 0))).expect(200)
    await hall.closed(session)
    body = {"council_id": session["council_id"], "title": "Ещё раз", "held_on": "2018-06-01"}
    body["items"] = [practice_item("courage")]

    refused = await council.secretary.post("/v1/sessions", body)
    await council.know_nomination("courage", nominated_on="2018-05-01", sequence=3)
    early = await council.secretary.post("/v1/sessions", body | {"held_on": "2018-04-30"})
    accepted = await council.secretary.post("/v1/sessions", body)

    assert (refused.status, refused.code) == (409, "already-heard")
    assert (early.status, early.code) == (409, "dates-out-of-order")
    assert accepted.expect(201)["items"][0]["hearing"] == 1
    [fact] = await council.announced(VerdictIssuedV1, subject_id="courage")
    assert (fact["subject_kind"], fact["outcome"], fact["institution_id"]) == ("practice", "not_supported", "srcn")
    assert fact["title"] == "Уроки Мужества"


async def test_a_practice_nobody_has_nominated_is_not_heard(council, hall, practice_item):
    formed = await hall.formed()
    body = {"council_id": formed["id"], "title": "Защита", "held_on": "2018-04-20"}
    answer = await council.secretary.post("/v1/sessions", body | {"items": [practice_item("unheard")]})
    assert (answer.status, answer.code) == (409, "not-nominated")


async def test_a_subject_is_not_on_two_agendas_at_once(council, hall, practice_item):
    await council.know_nomination("twice")
    first = await hall.scheduled([practice_item("twice")])
    body = {"council_id": first["council_id"], "title": "Вторая", "held_on": "2018-05-20"}
    body["items"] = [practice_item("twice")]
    assert (await council.secretary.post("/v1/sessions", body)).code == "already-on-agenda"
    changed = {name: body[name] for name in ("title", "held_on", "items")}
    moved = await council.secretary.put(f"/v1/sessions/{first['id']}", changed, if_match='"v1"')
    assert moved.expect(200)["held_on"] == "2018-05-20"
    facts = await council.announced(SessionScheduledV1, session_id=first["id"])
    assert [fact["held_on"] for fact in facts] == ["2018-04-20", "2018-05-20"]


@pytest.mark.parametrize("kind", ["project", "practice"])
async def test_of_two_sessions_scheduled_at_once_one_takes_the_subject(
    council, matters, hall, project_item, practice_item, kind
):
    if kind == "project":
        item = project_item(await matters.ready())
    else:
        await council.know_nomination("wanted")
        item = practice_item("wanted")
    formed = await hall.formed()
    body = {"council_id": formed["id"], "title": "Защита", "held_on": "2018-04-20", "items": [item]}

    answers = await asyncio.gather(*(council.secretary.post("/v1/sessions", body) for _ in range(4)))

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"already-on-agenda"}
