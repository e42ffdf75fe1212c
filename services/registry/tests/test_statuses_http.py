import asyncio
from typing import Any

import pytest

from registry.statuses.store import STATUSES
from testkit import Client

RIPS = (
    "СРЦН г. Иркутска",
    "ЦПД Правобережного округа",
    "ЦПД г. Усолья-Сибирское",
    "ЦПД Ленинского района",
    "КСЦОН «Веста» г. Ангарск",
    "ИДДИ 2 г. Иркутск",
)
THEME = "Социальное проектирование в организациях социального обслуживания"


async def granted(who: Client, place: str, act: str, **fields: Any) -> Any:
    body = {"institution_id": place, "kind": "rip", "act_id": act, "valid_from": "2018-01-15"}
    return (await who.post("/v1/statuses", body | fields)).expect(201)


@pytest.fixture
async def official(begun, client: Client) -> Client:
    ministries = [await begun.institution("Министерство", region=region) for region in ("RU-IRK", "RU-VLG")]
    return client.acting_as("official-1", roles=("official",), memberships=dict.fromkeys(ministries, ("specialist",)))


@pytest.mark.seed("A04")
async def test_a_site_of_2018_becomes_a_rip_in_2019_and_is_still_shown_as_the_site_it_was(begun, official: Client):
    place = await begun.institution()
    act = await begun.act(place)
    await granted(official, place, act, kind="site", valid_from="2018-01-15", valid_until="2018-12-31")
    await granted(official, place, act, kind="rip", valid_from="2019-01-01")
    for day, kinds in (("2018-06-01", ["site"]), ("2018-12-31", ["site"]), ("2019-01-01", ["rip"]), ("2017-01-01", [])):
        held = (await official.get("/v1/statuses", institution_id=place, on=day)).expect(200)["items"]
        assert [status["kind"] for status in held] == kinds
    for ends, kinds in (
        ("ends_from=2018-12-31&ends_to=2018-12-31", ["site"]),
        ("ends_from=2019-01-01", ["rip"]),
        ("ends_to=2018-12-30", []),
        ("ends_from=2018-12-31&on=2018-06-01", ["site"]),
    ):
        ending = (await official.get(f"/v1/statuses?{ends}", institution_id=place)).expect(200)["items"]
        assert [status["kind"] for status in ending] == kinds
    assert (await official.get("/v1/statuses", ends_from="2018-12-31", ends_to="2018-12-31")).status == 200


@pytest.mark.seed("B04")
@pytest.mark.seed("B03")
@pytest.mark.seed("T11")
async def test_six_organisations_of_any_legal_form_are_rips_by_a_decision_with_number_and_date(begun, official: Client):
    ministry = await begun.institution("Министерство", kind="ministry")
    decision = await begun.act(ministry, "53-221/18-мр", issued_on="2018-09-03", title="О признании РИП")
    forms = (("social_service", "state"), ("ngo", "private"), ("company", "private"), ("education", "municipal"))
    for number, name in enumerate(RIPS):
        kind, ownership = forms[number % len(forms)]
        place = await begun.institution(name, kind=kind, ownership=ownership)
        await granted(official, place, decision, valid_from="2018-09-03", valid_until="2020-12-31")
    held = (await official.get("/v1/statuses", kind="rip", on="2018-12-31")).expect(200)["items"]
    assert [status["institution_name"] for status in held] == list(RIPS)
    basis = (await official.get(f"/v1/acts/{held[0]['act_id']}")).expect(200)
    assert (basis["number"], basis["issued_on"]) == ("53-221/18-мр", "2018-09-03")


@pytest.mark.seed("C01")
async def test_a_home_is_the_resource_centre_of_its_theme_for_2023_and_extended_for_2024(begun, official: Client):
    place = await begun.institution("АУ СО ВО «Октябрьский дом-интернат для престарелых и инвалидов»", region="RU-VLG")
    act, further = await begun.act(place), await begun.act(place, issued_on="2024-01-12")
    body = {"institution_id": place, "kind": "resource_centre", "act_id": act}
    term = {"valid_from": "2023-01-01", "valid_until": "2023-12-31"}
    assert (await official.post("/v1/statuses", body | term)).code == "theme-missing"
    status = await granted(official, place, act, kind="resource_centre", theme=THEME, **term)
    for day, themes in (("2023-01-01", [THEME]), ("2023-12-31", [THEME]), ("2024-01-01", [])):
        held = (await official.get("/v1/statuses", institution_id=place, on=day)).expect(200)["items"]
        assert [found["theme"] for found in held] == themes
    extension = f"/v1/statuses/{status['id']}/extension"
    shortened = await official.post(extension, {"act_id": further, "valid_until": "2023-12-31"})
    assert shortened.code == "extension-too-short"
    extended = await official.post(extension, {"act_id": further, "valid_until": "2024-12-31"}, if_match='"v1"')
    assert extended.expect(200)["extensions"] == [{"act_id": further, "valid_until": "2024-12-31"}]
    held = (await official.get("/v1/statuses", institution_id=place, on="2024-06-01")).expect(200)["items"]
    assert [(found["theme"], found["act_id"]) for found in held] == [(THEME, act)]


async def test_a_revoked_status_is_not_held_from_that_day_on(begun, official: Client):
    place = await begun.institution()
    act = await begun.act(place)
    status = await granted(official, place, act, valid_until="2020-12-31")
    path = f"/v1/statuses/{status['id']}"
    outside = await official.post(f"{path}/revocation", {"act_id": act, "revoked_on": "2021-01-01"})
    assert outside.code == "revocation-outside-term"
    (await official.post(f"{path}/revocation", {"act_id": act, "revoked_on": "2019-05-01"})).expect(200)
    shown = (await official.get(path)).expect(200)
    assert (shown["revocation"]["revoked_on"], shown["last_day"]) == ("2019-05-01", "2019-04-30")
    held = await official.get("/v1/statuses", institution_id=place, on="2019-05-01")
    assert held.expect(200)["items"] == []
    extension = await official.post(f"{path}/extension", {"act_id": act, "valid_until": "2022-01-01"})
    assert extension.code == "status-revoked"


async def test_of_equal_statuses_granted_at_once_one_is_left(begun, official: Client):
    place = await begun.institution()
    body = {"institution_id": place, "kind": "rip", "act_id": await begun.act(place), "valid_from": "2018-01-15"}
    answers = await asyncio.gather(*(official.post("/v1/statuses", body) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"status-held"}


async def test_a_status_needs_a_known_institution_and_a_known_act(begun, official: Client):
    place = await begun.institution()
    body = {"institution_id": place, "kind": "rip", "act_id": await begun.act(place), "valid_from": "2018-01-15"}
    assert (await official.post("/v1/statuses", body | {"institution_id": "none"})).code == "institution-unknown"
    assert (await official.post("/v1/statuses", body | {"act_id": "none"})).code == "act-unknown"
    assert (await official.get("/v1/statuses/none")).code == "status-unknown"
    assert (await official.post("/v1/statuses/none/extension", {"act_id": "x", "valid_until": "2024-01-01"})).expect(
        404
    )
    english = await official.get("/v1/statuses/none", headers={"Accept-Language": "en"})
    assert english.json["title"] == "Status not found"


async def test_an_institution_does_not_grant_itself_a_status(begun, client: Client, official: Client):
    place = await begun.institution()
    act = await begun.act(place)
    head = client.acting_as("h-1", memberships={place: ("head",)})
    body = {"institution_id": place, "kind": "rip", "act_id": act, "valid_from": "2018-01-15"}
    assert (await head.post("/v1/statuses", body)).code == "not-permitted"
    status = await granted(official, place, act)
    path = f"/v1/statuses/{status['id']}"
    for noun, said in (("extension", {"valid_until": "2030-01-01"}), ("revocation", {"revoked_on": "2019-01-01"})):
        assert (await head.post(f"{path}/{noun}", {"act_id": act} | said)).code == "not-permitted"
    assert (await head.get(path)).expect(200)["kind"] == "rip"


async def test_a_status_without_an_end_is_not_extended_and_a_stale_decision_is_refused(begun, official: Client):
    place = await begun.institution()
    act = await begun.act(place)
    status = await granted(official, place, act)
    path, body = f"/v1/statuses/{status['id']}/extension", {"act_id": act, "valid_until": "2030-01-01"}
    assert (await official.post(path, body)).code == "status-has-no-end"
    assert (await official.post(path, body, if_match='"v7"')).code == "stale-version"


def test_every_search_of_statuses_has_an_index():
    assert {index.keys[0][0] for index in STATUSES.indexes} == {"institution_id", "kind", "valid_from", "last_day"}
