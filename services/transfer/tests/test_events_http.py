from typing import Any

import pytest

from testkit import Client

ROUND_TABLE = {
    "institution_id": "oktyabr",
    "kind": "round_table",
    "scope": "system",
    "title": "Опыт организации социальной работы на территории Вологодской области",
    "venue": "Институт машиностроения, энергетики и транспорта Вологодского государственного университета",
    "held_on": "2023-10-20",
}


async def record(client: Client, **fields: object) -> Any:
    return (await client.post("/v1/events", ROUND_TABLE | fields)).expect(201)


@pytest.mark.seed("C13")
async def test_the_events_of_a_resource_centre_are_recorded_with_topic_and_place(oktyabr):
    table = await record(oktyabr, summary="Проведён в рамках Года наставника и педагога")
    session = await record(
        oktyabr,
        kind="consultative_session",
        title="Социальное проектирование в деятельности организаций социального обслуживания",
        venue=None,
        online=True,
    )
    for _ in range(2):
        await record(oktyabr, kind="internship", venue=None, premises_institution_id="oktyabr")
    assert table["venue"] == ROUND_TABLE["venue"]
    assert "Года наставника и педагога" in table["summary"]
    assert session["online"]
    counts = (await oktyabr.get("/v1/event-counts", institution_id="oktyabr", year=2023)).expect(200)
    by_kind = {item["kind"]: item["count"] for item in counts["counts"]}
    assert by_kind == {"round_table": 1, "consultative_session": 1, "internship": 2}


@pytest.mark.seed("C10")
async def test_twelve_working_meetings_of_a_year_are_counted(specialist_of):
    srcn = specialist_of("srcn")
    for month in range(1, 13):
        await record(srcn, institution_id="srcn", kind="meeting", scope="institution", held_on=f"2023-{month:02}-10")
    await record(srcn, institution_id="srcn", kind="meeting", scope="institution", held_on="2022-12-31")
    counts = (await srcn.get("/v1/event-counts", institution_id="srcn", year=2023)).expect(200)
    assert counts["counts"] == [{"kind": "meeting", "scope": "institution", "count": 12}]


@pytest.mark.seed("C14")
async def test_two_practical_classes_on_writing_a_project_are_counted_by_their_kind(specialist_of):
    site = specialist_of("site-5")
    for title in ("Постановка целей, задач, результативность", "Оформление заявки на грант"):
        await record(site, institution_id="site-5", kind="practical_class", title=title)
    counts = (await site.get("/v1/event-counts", institution_id="site-5", year=2023)).expect(200)
    assert counts["counts"] == [{"kind": "practical_class", "scope": "system", "count": 2}]


@pytest.mark.seed("A20")
async def test_training_and_design_seminars_are_counted_apart(vesta):
    for kind in ("training_seminar", "training_seminar", "design_seminar"):
        await record(vesta, institution_id="vesta", kind=kind, held_on="2018-03-01")
    counts = (await vesta.get("/v1/event-counts", institution_id="vesta", year=2018)).expect(200)
    by_kind = {item["kind"]: item["count"] for item in counts["counts"]}
    assert by_kind == {"training_seminar": 2, "design_seminar": 1}


@pytest.mark.seed("A22")
async def test_an_in_house_master_class_is_not_counted_as_transfer(vesta):
    await record(vesta, institution_id="vesta", kind="master_class", scope="institution", held_on="2019-03-01")
    await record(vesta, institution_id="vesta", kind="master_class", scope="system", held_on="2019-04-01")
    counts = (await vesta.get("/v1/event-counts", institution_id="vesta", year=2019)).expect(200)
    assert (counts["in_house"], counts["for_system"]) == (1, 1)


async def test_in_house_events_are_hidden_from_other_institutions(vesta, oktyabr, curator):
    in_house = await record(vesta, institution_id="vesta", scope="institution", held_on="2020-03-01")
    path = f"/v1/events/{in_house['id']}"
    assert (await oktyabr.get(path)).code == "event-unknown"
    assert (await oktyabr.get("/v1/events", institution_id="vesta", year=2020)).expect(200)["items"] == []
    assert (await oktyabr.get("/v1/event-counts", institution_id="vesta", year=2020)).expect(200)["counts"] == []
    for insider in (vesta, curator):
        (await insider.get(path)).expect(200)
        assert len((await insider.get("/v1/events", institution_id="vesta", year=2020)).expect(200)["items"]) == 1


@pytest.mark.seed("A23")
async def test_an_innovation_workshop_lists_the_institutions_that_came(vesta, inbox):
    workshop = await record(vesta, institution_id="vesta", kind="workshop", summary="Обобщено")
    for institution_id, persons in (("site-1", 3), ("site-2", 1)):
        body = {"institution_id": institution_id, "persons": persons}
        (await vesta.post(f"/v1/events/{workshop['id']}/attendance", body)).expect(200)
    shown = (await vesta.get(f"/v1/events/{workshop['id']}")).expect(200)
    assert shown["attendance"] == [
        {"institution_id": "site-1", "persons": 3, "origin": None},
        {"institution_id": "site-2", "persons": 1, "origin": None},
    ]
    found = (await vesta.get("/v1/events", attended_by="site-2")).expect(200)
    assert [item["id"] for item in found["items"]] == [workshop["id"]]
    told = await inbox.announced("transfer.attendance.recorded.v1", workshop["id"])
    assert [(fact["institution_id"], fact["persons"]) for fact in told] == [("site-1", 3), ("site-2", 1)]


@pytest.mark.seed("A54")
async def test_a_workshop_without_a_summary_stays_incomplete_until_it_is_summed_up(vesta):
    workshop = await record(vesta, institution_id="vesta", kind="workshop")
    assert workshop["state"] == "incomplete"
    found = (await vesta.get("/v1/events", state="incomplete", institution_id="vesta")).expect(200)
    assert [item["id"] for item in found["items"]] == [workshop["id"]]
    answer = await vesta.post(f"/v1/events/{workshop['id']}/summary", {"summary": "Показаны три приёма"})
    assert answer.expect(200)["state"] == "held"


@pytest.mark.seed("A61")
async def test_a_site_hosts_a_master_class_for_the_specialists_of_the_system(specialist_of):
    site = specialist_of("site-4")
    await record(site, institution_id="site-4", kind="master_class", held_on="2018-11-01")
    counts = (await site.get("/v1/event-counts", institution_id="site-4", year=2018)).expect(200)
    assert counts["counts"] == [{"kind": "master_class", "scope": "system", "count": 1}]


async def test_a_planned_event_is_held_later_or_cancelled(vesta, inbox):
    planned = await record(vesta, institution_id="vesta", planned_on="2023-05-01", held_on=None)
    assert planned["state"] == "planned"
    held = (await vesta.post(f"/v1/events/{planned['id']}/holding", {"held_on": "2023-05-03"})).expect(200)
    assert (held["state"], held["planned_on"], held["held_on"]) == ("held", "2023-05-01", "2023-05-03")
    facts = await inbox.announced("transfer.event.held.v1", planned["id"])
    assert [fact["held_on"] for fact in facts] == ["2023-05-03"]
    dropped = await record(vesta, institution_id="vesta", planned_on="2023-05-01", held_on=None)
    answer = await vesta.post(f"/v1/events/{dropped['id']}/cancellation", {"reason": "Перенесено"})
    assert answer.expect(200)["cancelled_because"] == "Перенесено"
    refused = await vesta.post(f"/v1/events/{dropped['id']}/holding", {"held_on": "2023-05-03"})
    assert (refused.status, refused.code) == (409, "event-state")


@pytest.mark.seed("A44")
@pytest.mark.seed("A46")
@pytest.mark.seed("A58")
async def test_sites_without_a_seminar_and_without_attendance_are_listed_for_the_year(curator, vesta):
    seminar = {"institution_id": "umc", "kind": "training_seminar", "venue": None}
    await record(curator, **seminar, premises_institution_id="site-1", held_on="2021-04-01", planned_on="2021-03-01")
    await record(curator, **seminar, premises_institution_id="site-2", held_on=None, planned_on="2021-09-01")
    hand_over = await record(curator, institution_id="umc", kind="round_table", held_on="2021-05-01")
    for site in ("site-2", "site-3"):
        body = {"institution_id": site, "persons": 2}
        (await curator.post(f"/v1/events/{hand_over['id']}/attendance", body)).expect(200)
    found = (await curator.get("/v1/seminar-coverage", year=2021)).expect(200)
    rows = {row["institution_id"]: (row["planned"], row["held"], row["attended"]) for row in found["institutions"]}
    assert (rows["site-1"], rows["site-2"], rows["site-3"]) == ((1, 1, 0), (1, 0, 1), (0, 0, 1))
    assert found["without_seminar"] == ["site-2", "site-3", "site-4", "site-5"]
    assert found["without_attendance"] == ["site-1", "site-4", "site-5"]
    rip = (await curator.get("/v1/seminar-coverage", year=2021, status="rip")).expect(200)
    assert [row["name"] for row in rip["institutions"]] == ["СРЦН г. Иркутска", "КСЦОН «Веста»"]
    assert (await vesta.get("/v1/seminar-coverage", year=2021)).code == "not-permitted"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"institution_id": "vesta"}, 403, "not-permitted"),
        ({"held_on": "2099-01-01"}, 409, "date-in-future"),
        ({"held_on": None}, 409, "event-undated"),
        ({"venue": None}, 409, "event-place-missing"),
        ({"kind": "hand_over_seminar"}, 409, "event-practice-required"),
        ({"practice_id": "nowhere"}, 404, "practice-unknown"),
        ({"premises_institution_id": "nowhere"}, 409, "institution-not-known"),
        ({"kind": "party"}, 422, "invalid"),
    ],
)
async def test_an_event_that_breaks_a_rule_is_refused_with_its_code(oktyabr, fields, status, code):
    refused = await oktyabr.post("/v1/events", ROUND_TABLE | fields)
    assert (refused.status, refused.code) == (status, code)


async def test_a_specialist_of_another_institution_changes_nothing_in_an_event(vesta, oktyabr):
    event = await record(vesta, institution_id="vesta")
    for noun, body in {"summary": {"summary": "Чужое"}, "attendance": {"institution_id": "umc", "persons": 1}}.items():
        assert (await oktyabr.post(f"/v1/events/{event['id']}/{noun}", body)).code == "not-permitted"


async def test_a_refusal_speaks_russian_and_english(oktyabr):
    body = ROUND_TABLE | {"venue": None}
    russian = await oktyabr.post("/v1/events", body)
    english = await oktyabr.post("/v1/events", body, accept_language="en")
    assert (russian.json["title"], english.json["title"]) == ("Не указано место", "The place is missing")


async def test_a_stale_version_of_an_event_is_refused(vesta):
    event = await record(vesta, institution_id="vesta")
    body = {"institution_id": "site-1", "persons": 1}
    (await vesta.post(f"/v1/events/{event['id']}/attendance", body, if_match='"v1"')).expect(200)
    assert (await vesta.post(f"/v1/events/{event['id']}/attendance", body, if_match='"v1"')).status == 412


async def test_the_list_of_events_goes_on_from_page_to_page_latest_first(curator):
    first = (await curator.get("/v1/events", limit=2, year=2023)).expect(200)
    second = (await curator.get("/v1/events", limit=2, year=2023, cursor=first["next"])).expect(200)
    days = [item["held_on"] for item in first["items"] + second["items"]]
    assert len(days) == 4
    assert days == sorted(days, reverse=True)
