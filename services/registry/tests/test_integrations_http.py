"""Integrations behind HTTP, where the registry was told of no broker: recorded, and honestly not carried out."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.registry import IntegrationAmendedV1, IntegrationGrantedV1, IntegrationRevokedV1
from registry.wiring import wire
from services.registry.tests.conftest import Begun
from services.registry.tests.partnering import HELD, TOLD, Partnership, terms
from testkit import Client, today


@pytest.fixture(scope="module")
async def administrator(client: Client) -> Client:
    return client.acting_as("administrator-1", roles=("administrator",))


@pytest.fixture
async def omsk(administrator: Client) -> Partnership:
    return await Partnership.begun(Begun(administrator), administrator)


@pytest.fixture
async def stored(module_mongo_url: str, make_settings) -> AsyncIterator[Any]:
    mongo = wire(make_settings(module_mongo_url)).open_mongo()
    yield mongo.plain
    await mongo.close()


async def test_a_granted_integration_says_what_it_allows_and_that_it_is_not_carried_out(omsk: Partnership):
    granted = await omsk.grant()
    assert (granted["receives"], granted["sends"]) == ([HELD], [TOLD])
    assert (granted["standing"], granted["version"], granted["revoked_on"]) == ("in_force", 1, None)
    assert granted["broker"] == {
        "carried_out": False,
        "since": granted["broker"]["since"],
        "lag": "not_configured",
        "address": None,
        "virtual_host": "partners",
        "user": f"partner.{omsk.name}",
        "queue": f"partner.{omsk.name}",
        "log": None,
        "exchange": "inbound",
    }
    shown = (await omsk.administrator.get(f"/v1/integrations/{granted['id']}")).expect(200)
    assert {**shown, "password": granted["password"], "url": None} == granted


async def test_the_password_is_shown_once_and_kept_nowhere(omsk: Partnership, stored: Any):
    first = await omsk.administrator.post("/v1/integrations", omsk.body(), idempotency_key="once-and-no-more")
    again = await omsk.administrator.post("/v1/integrations", omsk.body(), idempotency_key="once-and-no-more")
    anew = await omsk.administrator.post("/v1/integrations", omsk.body())
    password = first.expect(201)["password"]
    assert len(password) == 43
    assert first.headers["Cache-Control"] == "no-store"
    assert [answer.expect(201)["password"] for answer in (again, anew)] == [None, None]
    assert [answer.json["id"] for answer in (again, anew)] == [first.json["id"]] * 2
    assert anew.json["version"] == 1
    names = ("integrations", "integration_history", "idempotency", "outbox")
    everything = str([await stored[name].find({"_id": {"$gte": ""}}) for name in names])
    assert password not in everything
    (kept,) = await stored["integrations"].find({"_id": first.json["id"]})
    assert everything.count(kept["password_hash"]) == 1
    assert kept["password_hash"] not in first.body.decode()


async def test_every_change_is_told_and_the_history_says_who_and_when(omsk: Partnership, stored: Any):
    granted = await omsk.grant()
    path = f"/v1/integrations/{granted['id']}"
    colleague = omsk.administrator.acting_as("administrator-2", roles=("administrator",))
    amended = (await colleague.put(path, terms(omsk.contact, sends=[]), if_match='"v1"')).expect(200)
    assert (amended["version"], amended["sends"]) == (2, [])
    (await colleague.put(path, terms(omsk.contact, sends=[]), if_match='"v2"')).expect(200)
    renewed = (await omsk.administrator.post(f"{path}/password")).expect(200)
    assert renewed["password"] not in (None, granted["password"])
    revoked = (await colleague.post(f"{path}/revocation")).expect(200)
    assert (revoked["standing"], revoked["revoked_on"]) == ("revoked", today().isoformat())
    assert (await colleague.post(f"{path}/revocation")).expect(200)["version"] == revoked["version"] == 4
    entries = (await omsk.administrator.get(f"{path}/history")).expect(200)["items"]
    assert [(entry["version"], entry["what"], entry["by"][-1]) for entry in entries] == [
        (1, "granted", "1"), (2, "amended", "2"), (3, "password_replaced", "1"), (4, "revoked", "2"),
    ]  # fmt: skip
    assert [entry["sends"] for entry in entries] == [[TOLD], [], [], []]
    rows = await stored["outbox"].find({"aggregate_id": granted["id"]}, sort=[("aggregate_id", 1), ("sequence", 1)])
    assert [(row["type"], row["sequence"]) for row in rows] == [
        (IntegrationGrantedV1.type, 1), (IntegrationAmendedV1.type, 2), (IntegrationRevokedV1.type, 4),
    ]  # fmt: skip
    told = IntegrationAmendedV1.model_validate_json(rows[1]["body"])
    assert (told.name, told.receives, told.sends, told.contact_person_id) == (omsk.name, (HELD,), (), omsk.contact)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"receives": ["registry.person.appointed.v1"]}, "event-types-unknown"),
        ({"sends": ["transfer.event.held.v1"]}, "event-types-unknown"),
        ({"receives": [], "sends": []}, "integration-has-no-use"),
        ({"valid_until": timedelta(days=-1)}, "integration-term-out-of-reach"),
        ({"contact_person_id": "nobody"}, "person-unknown"),
        ({"institution_id": "nowhere"}, "institution-unknown"),
        ({"name": "Омск"}, "invalid"),
        ({"name": "om"}, "invalid"),
        ({"queue_bytes": 2**20 - 1}, "invalid"),
        ({"queue_bytes": 2**30 + 1}, "invalid"),
    ],
)
async def test_what_cannot_be_granted_is_refused_with_its_reason(omsk: Partnership, fields: Any, code: str):
    for language in ("ru", "en"):
        sent, headers = omsk.body(**fields), {"Accept-Language": language}
        answer = await omsk.administrator.send("POST", "/v1/integrations", sent, headers=headers)
        assert answer.code == code
        assert bool(re.search("[А-я]", answer.json["title"])) == (language == "ru")
    assert (await omsk.administrator.get("/v1/integrations", institution_id=omsk.institution)).json["items"] == []


async def test_the_contact_works_for_the_partner_today(omsk: Partnership, administrator: Client):
    stranger = await Begun(administrator).person()
    assert (await administrator.post("/v1/integrations", omsk.body(contact_person_id=stranger))).code == (
        "integration-contact-elsewhere"
    )
    granted = await omsk.grant()
    path = f"/v1/integrations/{granted['id']}"
    assert (await administrator.put(path, terms(stranger), if_match='"v1"')).code == "integration-contact-elsewhere"


async def test_an_institution_is_integrated_once_and_a_name_is_never_given_again(
    omsk: Partnership, administrator: Client
):
    granted = await omsk.grant()
    second = await administrator.post("/v1/integrations", omsk.body(name=f"{omsk.name}-2"))
    assert second.code == "institution-is-integrated"
    (await administrator.post(f"/v1/integrations/{granted['id']}/revocation")).expect(200)
    assert (await administrator.post("/v1/integrations", omsk.body())).code == "already-exists"
    (await administrator.post("/v1/integrations", omsk.body(name=f"{omsk.name}-2"))).expect(201)
    path = f"/v1/integrations/{granted['id']}"
    assert (await administrator.put(path, terms(omsk.contact), if_match="*")).code == "integration-revoked"
    assert (await administrator.post(f"{path}/password")).code == "integration-revoked"


async def test_an_amendment_names_the_version_it_changes(omsk: Partnership, administrator: Client):
    path = f"/v1/integrations/{(await omsk.grant())['id']}"
    assert (await administrator.put(path, terms(omsk.contact))).status == 428
    assert (await administrator.put(path, terms(omsk.contact), if_match='"v7"')).status == 412


async def test_a_partner_sees_its_own_integration_and_nobody_elses(omsk: Partnership, client: Client):
    granted = await omsk.grant()
    path = f"/v1/integrations/{granted['id']}"
    own = client.acting_as(omsk.contact, memberships={omsk.institution: ("specialist",)})
    other = client.acting_as("stranger", roles=("curator", "official"), memberships={"elsewhere": ("head",)})
    assert (await own.get(path)).expect(200)["name"] == omsk.name
    assert [one["id"] for one in (await own.get("/v1/integrations")).expect(200)["items"]] == [granted["id"]]
    assert (await other.get(path)).code == "integration-unknown"
    assert (await other.get("/v1/integrations")).expect(200)["items"] == []
    for who in (own, other):
        assert (await who.get(f"{path}/history")).code == "integration-unknown"
        assert (await who.post("/v1/integrations", omsk.body())).code == "not-permitted"
        assert (await who.put(path, terms(omsk.contact), if_match="*")).code == "not-permitted"
        assert (await who.post(f"{path}/password")).code == "not-permitted"
        assert (await who.post(f"{path}/revocation")).code == "not-permitted"


async def test_a_list_is_searched_by_institution_and_shown_again_only_when_it_changed(
    omsk: Partnership, administrator: Client
):
    granted = await omsk.grant()
    answer = await administrator.get("/v1/integrations", institution_id=omsk.institution)
    assert [one["id"] for one in answer.expect(200)["items"]] == [granted["id"]]
    path = f"/v1/integrations/{granted['id']}"
    tag = (await administrator.get(path)).etag
    assert (await administrator.get(path, headers={"If-None-Match": tag})).status == 304
    (await administrator.post(f"{path}/password")).expect(200)
    assert (await administrator.get(path, headers={"If-None-Match": tag})).status == 200
