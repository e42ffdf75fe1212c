import itertools

import pytest

FORMS = {
    "professional_education": 1,
    "qualification": 4,
    "programmes": 2,
    "retraining": 2,
    "seminars_webinars": 12,
    "conferences_forums": 7,
    "consultative_sessions": 8,
}
EXTERNAL = (
    "VI Всероссийский онлайн форум «Россия – территория заботы»",
    "Семинар «Гид по долговременному уходу»",
    "Круглый стол «Наставничество как ракурс профессионального роста молодых специалистов»",
    "Конференция «Социальная работа во время испытаний»",
    "Онлайн круглый стол «Реализация индивидуальной программы реабилитации и абилитации инвалида»",
    "Круглый стол «Организация физкультурно-оздоровительной работы с получателями социальных услуг»",
    "Круглый стол «Тенденции и перспективы развития социальных партнерств»",
    "Четвертый отбор лучших практик активного долголетия на платформе АСИ «Смартека»",
)
RECORD = {"institution_id": "oktyabr", "form": "qualification", "persons": 4, "took_place_on": "2023-06-01"}


@pytest.mark.seed("C12")
@pytest.mark.seed("T8")
async def test_thirty_six_participations_of_2023_are_of_twenty_three_people(oktyabr, inbox):
    people = itertools.cycle(f"person-{number}" for number in range(23))
    for form, persons in FORMS.items():
        named = [next(people) for _ in range(persons)]
        body = RECORD | {"form": form, "persons": persons, "person_ids": named}
        (await oktyabr.post("/v1/participations", body)).expect(201)
    counts = (await oktyabr.get("/v1/participation-counts", institution_id="oktyabr", year=2023)).expect(200)
    assert counts["by_form"] == FORMS
    assert (counts["participations"], counts["distinct_persons"]) == (36, 23)
    facts = await inbox.announced("transfer.participation.recorded.v1")
    assert {fact["form"]: fact["persons"] for fact in facts} == FORMS
    assert all("person_ids" not in fact for fact in facts)


async def test_the_number_of_people_is_unknown_when_not_everybody_is_named(vesta):
    body = RECORD | {"institution_id": "vesta", "persons": 2}
    (await vesta.post("/v1/participations", body | {"person_ids": ["a", "b"]})).expect(201)
    question = {"institution_id": "vesta", "year": 2023}
    assert (await vesta.get("/v1/participation-counts", **question)).expect(200)["distinct_persons"] == 2
    (await vesta.post("/v1/participations", body | {"form": "programmes", "person_ids": ["a"]})).expect(201)
    counts = (await vesta.get("/v1/participation-counts", **question)).expect(200)
    assert (counts["participations"], counts["distinct_persons"]) == (4, None)


async def test_eight_external_events_are_listed_by_name_with_their_people(specialist_of):
    srcn = specialist_of("srcn")
    for title, persons in zip(EXTERNAL, (3, 3, 3, 3, 2, 2, 2, 2), strict=True):
        body = RECORD | {"institution_id": "srcn", "form": "external_event", "title": title, "persons": persons}
        (await srcn.post("/v1/participations", body)).expect(201)
    found = (await srcn.get("/v1/participations", form="external_event", year=2023)).expect(200)
    assert {item["title"] for item in found["items"]} == set(EXTERNAL)
    counts = (await srcn.get("/v1/participation-counts", institution_id="srcn", year=2023)).expect(200)
    assert counts["by_form"] == {"external_event": 20}


async def test_participations_are_seen_by_their_institution_and_the_curator_only(vesta, oktyabr, curator):
    recorded = (await vesta.post("/v1/participations", RECORD | {"institution_id": "vesta"})).expect(201)
    path = f"/v1/participations/{recorded['id']}"
    assert (await oktyabr.get(path)).code == "participation-unknown"
    assert (await oktyabr.get("/v1/participations", institution_id="vesta")).expect(200)["items"] == []
    assert (await oktyabr.get("/v1/participation-counts", institution_id="vesta")).expect(200)["participations"] == 0
    for insider in (vesta, curator):
        (await insider.get(path)).expect(200)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"institution_id": "vesta"}, 403, "not-permitted"),
        ({"form": "external_event"}, 409, "participation-event-unnamed"),
        ({"persons": 1, "person_ids": ["a", "b"]}, 409, "participation-more-named-than-counted"),
        ({"persons": 0}, 422, "invalid"),
        ({"took_place_on": "2099-01-01"}, 409, "date-in-future"),
    ],
)
async def test_a_participation_that_breaks_a_rule_is_refused_with_its_code(oktyabr, fields, status, code):
    refused = await oktyabr.post("/v1/participations", RECORD | fields)
    assert (refused.status, refused.code) == (status, code)
