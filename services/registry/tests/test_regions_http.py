"""An official decides for the institutions of the regions in which they work, and for no other."""

from typing import Any

import pytest

from testkit import Answer, Client


@pytest.fixture
async def ministry(begun) -> str:
    return str(await begun.institution("Министерство", kind="ministry", region="RU-IRK"))


@pytest.fixture
def official(client: Client, ministry: str) -> Client:
    return client.acting_as("o-1", roles=("official",), memberships={ministry: ("specialist",)})


async def steps(who: Client, begun: Any, place: str) -> list[Answer]:
    """Try everything that an official decides about an institution."""
    curator, person = begun.curator, await begun.person()
    act = await begun.act(place)
    status = {"institution_id": place, "kind": "rip", "act_id": act, "valid_from": "2018-01-15"}
    granted = (await curator.post("/v1/statuses", status | {"kind": "core", "valid_until": "2018-12-31"})).expect(201)
    office = {"person_id": person, "institution_id": place, "office": "директор", "since": "2018-01-09"}
    held = (await curator.post("/v1/appointments", office | {"acting": True})).expect(201)
    order = {"institution_id": place, "kind": "order", "number": "1/п", "issued_on": "2018-03-01", "title": "О плане"}
    return [
        await who.post("/v1/acts", order),
        await who.post(f"/v1/acts/{act}/amendments", {"number": "2/п", "amended_on": "2019-01-01"}),
        await who.post("/v1/appointments", office),
        await who.post(f"/v1/appointments/{held['id']}/release", {"until": "2018-06-01"}),
        await who.post("/v1/statuses", status),
        await who.post(f"/v1/statuses/{granted['id']}/extension", {"act_id": act, "valid_until": "2019-12-31"}),
        await who.post(f"/v1/statuses/{granted['id']}/revocation", {"act_id": act, "revoked_on": "2018-06-01"}),
    ]


async def test_an_official_decides_for_an_institution_of_their_own_region(begun, official):
    place = await begun.institution(region="RU-IRK")
    assert [answer.status for answer in await steps(official, begun, place)] == [201, 201, 201, 200, 201, 200, 200]


async def test_an_official_decides_nothing_for_an_institution_of_another_region(begun, official):
    place = await begun.institution("Октябрьский дом-интернат", region="RU-VLG")
    answers = await steps(official, begun, place)
    assert {(answer.status, answer.code) for answer in answers} == {(403, "other-region")}
    assert answers[0].json["detail"].startswith("«Октябрьский дом-интернат» — учреждение региона RU-VLG.")


async def test_an_official_who_works_nowhere_decides_for_no_institution(begun, client: Client):
    nowhere = client.acting_as("o-2", roles=("official",))
    answers = await steps(nowhere, begun, await begun.institution())
    assert {(answer.status, answer.code) for answer in answers} == {(403, "other-region")}
