from typing import Any

import pytest

from testkit import Client


async def council_order(begun: Any, place: str) -> Any:
    act = await begun.act(place, "821/п", issued_on="2019-12-25", title="О Методическом совете", text="Создать совет")
    for number, day in (("233/п", "2020-08-25"), ("122/1-п", "2022-05-04")):
        amendment = {"number": number, "amended_on": day, "text": f"В редакции {number}"}
        (await begun.curator.post(f"/v1/acts/{act}/amendments", amendment)).expect(201)
    return act


@pytest.mark.seed("C06")
@pytest.mark.seed("B15")
async def test_an_order_reads_as_it_did_on_the_first_day_of_2021(begun):
    place = await begun.institution("АУ СО ВО «Октябрьский дом-интернат»", region="RU-VLG")
    act = await council_order(begun, place)
    await begun.act(
        place, "745/п", issued_on="2018-12-29", title="Об утверждении Положения о методической деятельности"
    )
    then = (await begun.curator.get(f"/v1/acts/{act}/edition", on="2021-01-01")).expect(200)
    assert [amendment["number"] for amendment in then["amendments"]] == ["233/п"]
    assert then["text"] == "В редакции 233/п"
    assert then["citation"].endswith("№ 821/п «О Методическом совете» (в ред. от 25.08.2020 № 233/п)")
    now = (await begun.curator.get(f"/v1/acts/{act}")).expect(200)
    assert [amendment["number"] for amendment in now["amendments"]] == ["233/п", "122/1-п"]
    listed = (await begun.curator.get("/v1/acts", institution_id=place)).expect(200)["items"]
    assert [found["number"] for found in listed] == ["821/п", "745/п"]
    in_force = (await begun.curator.get("/v1/acts", institution_id=place, in_force_on="2019-12-24")).expect(200)
    assert [found["number"] for found in in_force["items"]] == ["745/п"]


async def test_an_act_has_no_edition_before_its_day(begun):
    act = await begun.act(await begun.institution(), issued_on="2019-12-25")
    assert (await begun.curator.get(f"/v1/acts/{act}/edition", on="2019-12-24")).code == "act-not-yet-issued"
    assert (await begun.curator.get(f"/v1/acts/{act}/edition")).expect(422)["errors"][0]["field"] == "on"
    assert (await begun.curator.get("/v1/acts/none/edition", on="2019-12-24")).code == "act-unknown"


async def test_an_act_is_entered_once_by_number_and_day(begun):
    place = await begun.institution()
    body = {"institution_id": place, "kind": "order", "number": "1", "issued_on": "2018-03-01", "title": "О приёме"}
    (await begun.curator.post("/v1/acts", body)).expect(201)
    assert (await begun.curator.post("/v1/acts", body)).code == "already-exists"
    (await begun.curator.post("/v1/acts", body | {"issued_on": "2019-03-01"})).expect(201)
    assert (await begun.curator.post("/v1/acts", body | {"institution_id": "none"})).code == "institution-unknown"
    assert (await begun.curator.post("/v1/acts", body | {"issued_on": "2099-01-01"})).code == "date-in-future"


async def test_the_head_enters_acts_of_the_own_institution_only(begun, client: Client):
    own, other = await begun.institution(), await begun.institution()
    head = client.acting_as("h-1", memberships={own: ("head",)})
    body = {"institution_id": own, "kind": "decree", "number": "7", "issued_on": "2020-02-02", "title": "О мастерской"}
    (await head.post("/v1/acts", body)).expect(201)
    assert (await head.post("/v1/acts", body | {"institution_id": other})).code == "not-permitted"
    foreign = await begun.act(other)
    amendment = {"number": "8", "amended_on": "2020-03-03"}
    assert (await head.post(f"/v1/acts/{foreign}/amendments", amendment)).code == "not-permitted"
    specialist = client.acting_as("s-1", memberships={own: ("specialist",)})
    assert (await specialist.post("/v1/acts", body | {"number": "9"})).code == "not-permitted"


async def test_an_amendment_is_refused_twice_before_the_act_and_on_a_stale_version(begun):
    act = await begun.act(await begun.institution(), issued_on="2019-12-25")
    path, body = f"/v1/acts/{act}/amendments", {"number": "233/п", "amended_on": "2020-08-25"}
    (await begun.curator.post(path, body, if_match='"v1"')).expect(201)
    assert (await begun.curator.post(path, body)).code == "amendment-recorded"
    assert (await begun.curator.post(path, body | {"number": "2"}, if_match='"v1"')).code == "stale-version"
    early = await begun.curator.post(path, body | {"amended_on": "2019-12-24"})
    assert early.code == "amendment-before-act"
    assert early.json["detail"] == "Акт издан 25.12.2019, изменение не может быть датировано 24.12.2019."


async def test_acts_are_found_by_number_and_by_words_of_the_title(begun):
    place = await begun.institution()
    await begun.act(place, "90-сп", title="О ресурсных центрах")
    for found in ({"number": "90-сп"}, {"text": "ресурсный центр"}):
        acts = (await begun.curator.get("/v1/acts", **found)).expect(200)["items"]
        assert [act["number"] for act in acts] == ["90-сп"]
    assert (await begun.curator.get("/v1/acts", limit=1)).expect(200)["next"]
