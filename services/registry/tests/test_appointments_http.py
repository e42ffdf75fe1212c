from typing import Any

import pytest

from testkit import Client


async def appointed(who: Client, person: str, place: str, **fields: Any) -> Any:
    body = {"person_id": person, "institution_id": place, "office": "директор", "since": "2018-01-09"}
    return (await who.post("/v1/appointments", body | fields)).expect(201)


@pytest.mark.seed("C05")
async def test_the_head_of_the_department_is_the_head_of_its_expert_council(begun, client: Client):
    department = await begun.institution("Департамент социальной защиты населения", kind="ministry", region="RU-VLG")
    ryndin = await begun.person("Рындин Н. Л.")
    official = client.acting_as("o-1", roles=("official",), memberships={department: ("specialist",)})
    await appointed(official, ryndin, department, office="начальник Департамента")
    council = "Экспертный совет по инновационной деятельности"
    await appointed(official, ryndin, department, office="руководитель", body=council)
    held = (await official.get("/v1/appointments", person_id=ryndin, on="2024-01-15")).expect(200)["items"]
    assert [(found["person_name"], found["office"], found["body"]) for found in held] == [
        ("Н. Л. Рындин", "начальник Департамента", None),
        ("Н. Л. Рындин", "руководитель", council),
    ]
    heads = (await official.get("/v1/appointments", institution_id=department, body=council.upper())).expect(200)
    assert [found["person_name"] for found in heads["items"]] == ["Н. Л. Рындин"]


@pytest.mark.seed("C07")
async def test_the_methodical_council_is_composed_as_it_was_on_the_day(begun):
    place = await begun.institution("Октябрьский дом-интернат")
    order = await begun.act(place, "821/п", issued_on="2019-12-25", title="О Методическом совете")
    seat = {"body": "Методический совет", "act_id": order}
    chair, old, new = [await begun.person(name) for name in ("Орлова Вера", "Старов Олег", "Новова Инна")]
    await appointed(begun.curator, chair, place, office="председатель", since="2019-12-25", **seat)
    left = await appointed(begun.curator, old, place, office="член совета", since="2019-12-25", **seat)
    (await begun.curator.post(f"/v1/appointments/{left['id']}/release", {"until": "2022-05-03"})).expect(200)
    await appointed(begun.curator, new, place, office="член совета", since="2022-05-04", **seat)
    for day, names in (
        ("2022-05-03", ["В. Орлова", "О. Старов"]),
        ("2022-05-04", ["В. Орлова", "И. Новова"]),
        ("2019-12-24", []),
    ):
        found = await begun.curator.get("/v1/appointments", institution_id=place, body="Методический совет", on=day)
        assert [member["person_name"] for member in found.expect(200)["items"]] == names


async def test_an_acting_director_is_shown_as_acting_to_everyone_signed_in(begun, client: Client):
    place = await begun.institution()
    acting = await appointed(begun.curator, await begun.person(), place, acting=True, since="2023-11-20")
    seen = (await client.acting_as("e-1").get(f"/v1/appointments/{acting['id']}")).expect(200)
    assert (seen["person_name"], seen["office"], seen["acting"]) == ("Н. Л. Веревокина", "директор", True)


async def test_the_head_appoints_in_the_own_institution_only(begun, client: Client):
    own, other, person = await begun.institution(), await begun.institution(), await begun.person()
    head = client.acting_as("h-1", memberships={own: ("head",)})
    await appointed(head, person, own, office="заведующий отделением")
    body = {"person_id": person, "institution_id": other, "office": "директор", "since": "2018-01-09"}
    assert (await head.post("/v1/appointments", body)).code == "not-permitted"
    foreign = await appointed(begun.curator, person, other)
    release = f"/v1/appointments/{foreign['id']}/release"
    assert (await head.post(release, {"until": "2020-01-01"})).code == "not-permitted"


async def test_an_appointment_names_only_what_the_registry_knows(begun):
    place, person = await begun.institution(), await begun.person()
    body = {"person_id": person, "institution_id": place, "office": "директор", "since": "2018-01-09"}
    for field, code in (
        ("person_id", "person-unknown"),
        ("institution_id", "institution-unknown"),
        ("act_id", "act-unknown"),
    ):
        assert (await begun.curator.post("/v1/appointments", body | {field: "none"})).code == code
    assert (await begun.curator.get("/v1/appointments/none")).code == "appointment-unknown"
    assert (await begun.curator.post("/v1/appointments", body | {"since": "2099-01-01"})).code == "date-in-future"


async def test_an_office_taken_twice_and_left_outside_its_term_are_refused(begun):
    place, person = await begun.institution(), await begun.person()
    first = await appointed(begun.curator, person, place, until="2018-12-31")
    body = {"person_id": person, "institution_id": place, "office": "Директор", "since": "2018-12-31"}
    assert (await begun.curator.post("/v1/appointments", body)).code == "already-appointed"
    release = await begun.curator.post(f"/v1/appointments/{first['id']}/release", {"until": "2019-01-01"})
    assert release.code == "release-outside-appointment"
