from typing import Any

import pytest

from registry.agreements.store import AGREEMENTS
from testkit import Client


async def signed(who: Client, place: str, number: str, day: str, **fields: Any) -> Any:
    body = {
        "institution_id": place,
        "number": number,
        "partner": "Вологодский государственный университет",
        "subject": "Сотрудничество в социальном проектировании",
        "signed_on": day,
    }
    return (await who.post("/v1/agreements", body | fields)).expect(201)


@pytest.mark.seed("C22")
@pytest.mark.seed("T3")
async def test_a_specialist_enters_agreements_and_the_year_counts_seven_of_eighteen(begun, client: Client):
    place = await begun.institution("Октябрьский дом-интернат")
    specialist = client.acting_as("s-1", memberships={place: ("specialist",)})
    for number in range(11):
        await signed(specialist, place, f"{number + 1}", "2022-05-04")
    for number in range(7):
        last = await signed(specialist, place, f"{number + 1}/2023", "2023-03-15")
    addendum = {"number": "1", "subject": "Продление срока", "signed_on": "2023-11-20"}
    added = (await specialist.post(f"/v1/agreements/{last['id']}/addenda", addendum)).expect(201)
    assert [found["number"] for found in added["addenda"]] == ["1"]
    counts = (await specialist.get("/v1/agreements/counts", institution_id=place, year=2023)).expect(200)
    assert counts == {"signed": 7, "addenda": 1, "terminated": 0, "total": 18}
    of_year = {"institution_id": place, "signed_from": "2023-01-01", "signed_to": "2023-12-31"}
    assert len((await specialist.get("/v1/agreements", **of_year)).expect(200)["items"]) == 7

    (await specialist.post(f"/v1/agreements/{last['id']}/termination", {"terminated_on": "2023-12-01"})).expect(200)
    counts = (await specialist.get("/v1/agreements/counts", institution_id=place, year=2023)).expect(200)
    assert (counts["terminated"], counts["total"]) == (1, 17)


async def test_another_institution_neither_signs_nor_sees_nor_counts(begun, client: Client):
    own, other = await begun.institution(), await begun.institution()
    agreement = await signed(begun.curator, own, "1", "2023-03-15")
    stranger = client.acting_as("s-2", memberships={other: ("specialist",)})
    path = f"/v1/agreements/{agreement['id']}"
    assert (await stranger.get(path)).code == "agreement-unknown"
    assert (await stranger.get("/v1/agreements", institution_id=own)).expect(200)["items"] == []
    assert (await stranger.get("/v1/agreements/counts", institution_id=own, year=2023)).code == "not-permitted"
    addendum = {"number": "1", "subject": "Продление", "signed_on": "2023-11-20"}
    assert (await stranger.post(f"{path}/addenda", addendum)).code == "not-permitted"
    assert (await stranger.post(f"{path}/termination", {"terminated_on": "2023-12-01"})).code == "not-permitted"
    foreign = {
        "institution_id": own,
        "number": "2",
        "partner": "ВоГУ",
        "subject": "Практика",
        "signed_on": "2023-03-15",
    }
    assert (await stranger.post("/v1/agreements", foreign)).code == "not-permitted"
    official = client.acting_as("o-1", roles=("official",))
    assert (await official.get(path)).expect(200)["number"] == "1"
    assert (await official.post("/v1/agreements", foreign)).code == "not-permitted"


async def test_a_list_holds_the_agreements_of_every_institution_the_caller_works_for(begun, client: Client):
    first, second, third = [await begun.institution() for _ in range(3)]
    for place in (first, second, third):
        await signed(begun.curator, place, "1", "2023-03-15")
    both = client.acting_as("s-3", memberships={first: ("specialist",), second: ("head",)})
    found = (await both.get("/v1/agreements")).expect(200)["items"]
    assert {agreement["institution_id"] for agreement in found} == {first, second}


async def test_every_refusal_about_agreements_says_its_code(begun):
    place = await begun.institution()
    agreement = await signed(begun.curator, place, "1", "2023-03-15")
    path = f"/v1/agreements/{agreement['id']}"
    body = {"institution_id": place, "number": "1", "partner": "ВоГУ", "subject": "Практика", "signed_on": "2023-03-15"}
    addendum = {"number": "1", "subject": "Продление", "signed_on": "2023-11-20"}
    post = begun.curator.post
    assert (await post("/v1/agreements", body)).code == "already-exists"
    assert (await post("/v1/agreements", body | {"institution_id": "none"})).code == "institution-unknown"
    assert (await post("/v1/agreements", body | {"signed_on": "2099-01-01"})).code == "date-in-future"
    assert (await post("/v1/agreements", body | {"valid_until": "2023-03-14"})).code == "period-reversed"
    assert (await post(f"{path}/addenda", addendum | {"signed_on": "2023-03-14"})).code == "before-signature"
    (await post(f"{path}/addenda", addendum, if_match='"v1"')).expect(201)
    assert (await post(f"{path}/addenda", addendum)).code == "addendum-number-taken"
    assert (await post(f"{path}/addenda", addendum | {"number": "2"}, if_match='"v1"')).code == "stale-version"
    (await post(f"{path}/termination", {"terminated_on": "2023-12-01"})).expect(200)
    ended = await post(f"{path}/termination", {"terminated_on": "2023-12-02"})
    assert ended.code == "agreement-ended"
    assert ended.json["detail"] == "Соглашение расторгнуто 01.12.2023."


async def test_agreements_are_found_by_words_of_partner_and_subject(begun, client: Client):
    place = await begun.institution()
    await signed(begun.curator, place, "1", "2023-03-15", partner="Институт машиностроения, энергетики и транспорта")
    member = client.acting_as("s-4", memberships={place: ("specialist",)})
    found = (await member.get("/v1/agreements", text="институтом транспорта")).expect(200)["items"]
    assert [agreement["institution_id"] for agreement in found] == [place]


def test_every_search_of_agreements_has_an_index():
    assert {index.keys[0][0] for index in AGREEMENTS.indexes} == {"institution_id", "signed_on", "partner"}
