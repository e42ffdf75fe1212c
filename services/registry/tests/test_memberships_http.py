import asyncio
from typing import Any

from registry.memberships.store import MEMBERSHIPS
from testkit import Client


async def granted(who: Client, person: str, institution: str, **fields: object) -> Any:
    body = {"person_id": person, "institution_id": institution, "roles": ["specialist"], "valid_from": "2023-01-09"}
    return (await who.post("/v1/memberships", body | fields)).expect(201)


async def test_a_head_grants_and_ends_memberships_of_the_own_institution(begun, client: Client):
    person, own, other = await begun.person(), await begun.institution(), await begun.institution()
    head = client.acting_as("head-1", memberships={own: ("head",)})
    membership = await granted(head, person, own)
    body = {"person_id": person, "institution_id": other, "roles": ["specialist"], "valid_from": "2023-01-09"}
    assert (await head.post("/v1/memberships", body)).code == "not-permitted"
    raised = body | {"institution_id": own, "roles": ["head"]}
    assert (await head.post("/v1/memberships", raised)).code == "not-permitted"
    path = f"/v1/memberships/{membership['id']}/ending"
    assert (await head.post(path, {"ended_on": "2022-12-31"})).code == "end-outside-membership"
    assert (await head.post(path, {"ended_on": "2023-11-20"})).expect(200)["valid_until"] == "2023-11-20"


async def test_memberships_are_seen_by_the_institution_the_person_and_those_who_oversee(begun, client: Client):
    person, place = await begun.person("Дичина Наталья Юрьевна"), await begun.institution("СРЦН г. Иркутска")
    membership = await granted(begun.curator, person, place)
    path = f"/v1/memberships/{membership['id']}"
    for reader in (client.acting_as(person), client.acting_as("s-1", memberships={place: ("specialist",)})):
        seen = (await reader.get(path)).expect(200)
        assert (seen["person_name"], seen["institution_name"]) == ("Н. Ю. Дичина", "СРЦН г. Иркутска")
        assert membership["id"] in [found["id"] for found in (await reader.get("/v1/memberships")).json["items"]]
    stranger = client.acting_as("s-2", memberships={"elsewhere": ("head",)})
    assert (await stranger.get(path)).code == "membership-unknown"
    assert (await stranger.get("/v1/memberships", institution_id=place)).expect(200)["items"] == []


async def test_the_staff_of_a_day_are_those_whose_term_covers_it(begun):
    place = await begun.institution()
    first, second = await begun.person("Первый Пётр"), await begun.person("Вторая Вера")
    await granted(begun.curator, first, place, valid_until="2023-06-30")
    await granted(begun.curator, second, place, valid_from="2023-06-30")
    for day, staff in (("2023-06-29", [first]), ("2023-06-30", [first, second]), ("2023-07-01", [second])):
        found = (await begun.curator.get("/v1/memberships", institution_id=place, on=day)).expect(200)["items"]
        assert [membership["person_id"] for membership in found] == staff


async def test_of_memberships_granted_at_once_for_the_same_days_one_is_left(begun):
    person, place = await begun.person(), await begun.institution()
    body = {"person_id": person, "institution_id": place, "roles": ["specialist"], "valid_from": "2023-01-09"}
    answers = await asyncio.gather(*(begun.curator.post("/v1/memberships", body) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"already-member"}


async def test_memberships_of_unknown_people_and_institutions_are_refused(begun):
    person, place = await begun.person(), await begun.institution()
    body = {"person_id": person, "institution_id": place, "roles": ["specialist"], "valid_from": "2023-01-09"}
    assert (await begun.curator.post("/v1/memberships", body | {"person_id": "no"})).code == "person-unknown"
    assert (await begun.curator.post("/v1/memberships", body | {"institution_id": "no"})).code == "institution-unknown"
    assert (await begun.curator.post("/v1/memberships", body | {"roles": ["king"]})).status == 422


async def test_a_grant_repeated_with_its_key_has_one_effect(begun):
    body = {
        "person_id": await begun.person(), "institution_id": await begun.institution(), "roles": ["specialist", "head"],
        "valid_from": "2023-01-09",
    }  # fmt: skip
    first = await begun.curator.post("/v1/memberships", body, idempotency_key="grant-once-0001")
    again = await begun.curator.post("/v1/memberships", body, idempotency_key="grant-once-0001")
    assert first.expect(201) == again.expect(201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json["roles"] == ["head", "specialist"]


def test_every_search_of_memberships_has_an_index():
    assert {index.keys[0][0] for index in MEMBERSHIPS.indexes} == {"person_id", "institution_id"}
