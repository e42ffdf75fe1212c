import pytest

CONSULTATION = {
    "institution_id": "oktyabr",
    "kind": "innovation_experience",
    "channel": "zoom",
    "topic": "Применение инновационного опыта",
    "given_on": "2023-11-20",
}


@pytest.mark.seed("C23")
@pytest.mark.seed("A31")
async def test_twenty_four_consultations_of_2023_are_split_by_channel(oktyabr, inbox):
    for channel, number in {"in_person": 9, "zoom": 7, "whatsapp": 5, "phone": 3}.items():
        for _ in range(number):
            (await oktyabr.post("/v1/consultations", CONSULTATION | {"channel": channel})).expect(201)
    (await oktyabr.post("/v1/consultations", CONSULTATION | {"given_on": "2022-12-31"})).expect(201)
    counts = (await oktyabr.get("/v1/consultation-counts", institution_id="oktyabr", year=2023)).expect(200)
    assert counts["total"] == 24
    assert counts["by_channel"] == {"in_person": 9, "zoom": 7, "whatsapp": 5, "phone": 3}
    facts = await inbox.announced("transfer.consultation.given.v1")
    assert len(facts) == 25
    assert {fact["consultant_id"] for fact in facts} == {"oktyabr-1"}


@pytest.mark.seed("A42")
async def test_consultations_on_project_design_are_reported_per_innovation_platform(curator):
    advice = CONSULTATION | {"institution_id": "umc", "kind": "project_design", "given_on": "2018-03-01"}
    for recipient in ("vesta", "vesta", "srcn"):
        (await curator.post("/v1/consultations", advice | {"recipient_institution_id": recipient})).expect(201)
    (await curator.post("/v1/consultations", advice | {"kind": "implementation"})).expect(201)
    question = {"institution_id": "umc", "kind": "project_design", "year": 2018}
    counts = (await curator.get("/v1/consultation-counts", **question)).expect(200)
    assert counts["by_recipient"] == [
        {"institution_id": "srcn", "name": "СРЦН г. Иркутска", "count": 1},
        {"institution_id": "vesta", "name": "КСЦОН «Веста»", "count": 2},
    ]
    everything = (await curator.get("/v1/consultation-counts", institution_id="umc", year=2018)).expect(200)
    assert everything["by_kind"] == {"implementation": 1, "project_design": 3}


async def test_a_consultation_on_an_application_names_consultant_and_application(curator, inbox):
    body = CONSULTATION | {"institution_id": "umc", "consultant_id": "person-7", "application_id": "application-1"}
    given = (await curator.post("/v1/consultations", body)).expect(201)
    found = (await curator.get("/v1/consultations", application_id="application-1")).expect(200)
    assert [item["id"] for item in found["items"]] == [given["id"]]
    fact = (await inbox.announced("transfer.consultation.given.v1"))[-1]
    assert (fact["consultant_id"], fact["application_id"]) == ("person-7", "application-1")


async def test_nobody_bars_another_expert_by_advice_that_the_expert_has_not_entered(oktyabr):
    about = CONSULTATION | {"application_id": "application-of-a-rival"}
    refused = await oktyabr.post("/v1/consultations", about | {"consultant_id": "expert-1"})
    assert (refused.status, refused.code) == (403, "advice-of-another")
    assert (await oktyabr.get("/v1/consultations", application_id="application-of-a-rival")).expect(200)["items"] == []
    (await oktyabr.post("/v1/consultations", about)).expect(201)


async def test_a_consultation_is_seen_by_giver_recipient_consultant_and_curator_only(client, specialist_of, curator):
    body = CONSULTATION | {"institution_id": "srcn", "recipient_institution_id": "site-1", "consultant_id": "person-8"}
    given = (await specialist_of("srcn").post("/v1/consultations", body)).expect(201)
    path = f"/v1/consultations/{given['id']}"
    for insider in (specialist_of("srcn"), specialist_of("site-1"), client.acting_as("person-8"), curator):
        (await insider.get(path)).expect(200)
        assert given["id"] in [item["id"] for item in (await insider.get("/v1/consultations")).expect(200)["items"]]
    outsider = specialist_of("site-2")
    assert (await outsider.get(path)).code == "consultation-unknown"
    assert (await outsider.get("/v1/consultations", institution_id="srcn")).expect(200)["items"] == []
    assert (await outsider.get("/v1/consultation-counts", institution_id="srcn")).expect(200)["total"] == 0


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"institution_id": "vesta"}, 403, "not-permitted"),
        ({"recipient_institution_id": "nowhere"}, 409, "institution-not-known"),
        ({"given_on": "2099-01-01"}, 409, "date-in-future"),
        ({"channel": "pigeon"}, 422, "invalid"),
        ({"minutes": 0}, 422, "invalid"),
    ],
)
async def test_a_consultation_that_breaks_a_rule_is_refused_with_its_code(oktyabr, fields, status, code):
    refused = await oktyabr.post("/v1/consultations", CONSULTATION | fields)
    assert (refused.status, refused.code) == (status, code)


async def test_the_same_request_with_the_same_key_gives_one_consultation(oktyabr):
    body = CONSULTATION | {"given_on": "2021-02-03"}
    answers = [await oktyabr.post("/v1/consultations", body, idempotency_key="consultation-1") for _ in range(2)]
    assert answers[0].expect(201)["id"] == answers[1].expect(201)["id"]
    found = (await oktyabr.get("/v1/consultations", institution_id="oktyabr", year=2021)).expect(200)
    assert len(found["items"]) == 1


async def test_somebody_without_a_token_is_asked_to_sign_in(client):
    assert (await client.get("/v1/consultations")).status == 401
