"""Systems that act by themselves: clients with a secret, partners with an API key; and who may let them."""

from datetime import timedelta
from typing import Any

import pytest

from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.conftest import Begun
from services.registry.tests.relying import Application, Issuing, claims_of, send_form
from testkit import Answer, dated, today

EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:technopark:params:oauth:token-type:api-key",
}


@pytest.fixture(scope="module")
async def place(issuing: Issuing) -> str:
    return await Begun(issuing.administrator).institution()


async def opened(issuing: Issuing, place: str, **fields: Any) -> dict[str, Any]:
    body = {
        "name": "Обмен с АИС",
        "institution_id": place,
        "institution_roles": ["specialist"],
        "scopes": ["api.read", "api.write"],
        "expires_on": today().isoformat(),
    }
    key: dict[str, Any] = (await issuing.administrator.post("/v1/api-keys", body | fields)).expect(201)
    return key


async def exchanged(issuing: Issuing, key: str, address: str = "192.0.2.7", **fields: str) -> Answer:
    body = EXCHANGE | {"subject_token": key} | fields
    return await send_form(issuing.client, "/oauth/token", body, {"X-Forwarded-For": address})


async def test_a_key_is_exchanged_for_a_minute_in_its_institution(issuing: Issuing, place: str):
    key = await opened(issuing, place)
    answer = (await exchanged(issuing, key["key"])).expect(200)
    claims = claims_of(answer["access_token"])
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 60
    assert claims["sub"] == claims["client_id"] == f"api-key:{key['id']}"
    assert (claims["roles"], claims["scope"]) == ([], "api.read api.write")
    assert claims["memberships"] == [{"institution_id": place, "roles": ["specialist"]}]
    assert answer["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    me = (await issuing.client.with_token(answer["access_token"]).get("/v1/me")).expect(200)
    assert [held["institution_id"] for held in me["memberships"]] == [place]


async def test_a_key_gives_no_more_than_it_was_opened_with(issuing: Issuing, place: str):
    key = await opened(issuing, place, institution_roles=[], scopes=["api.read"])
    answer = (await exchanged(issuing, key["key"], scope="api.read api.write openid")).expect(200)
    assert answer["scope"] == "api.read"
    assert claims_of(answer["access_token"])["memberships"] == []
    assert (await exchanged(issuing, key["key"], scope="api.write")).expect(400)["error"] == "invalid_scope"


async def test_wrong_revoked_and_foreign_keys_are_told_in_the_same_words(issuing: Issuing, place: str):
    revoked, fenced = await opened(issuing, place), await opened(issuing, place, networks=["198.51.100.0/24"])
    (await issuing.administrator.post(f"/v1/api-keys/{revoked['id']}/revocation")).expect(200)
    unknown = revoked["key"].replace(revoked["id"], "0190a000-0000-7000-8000-000000000999")
    wrong = fenced["key"][:-4] + ("0000" if fenced["key"][-4:] != "0000" else "1111")
    answers = [await exchanged(issuing, key) for key in (revoked["key"], fenced["key"], unknown, wrong, "no key")]
    assert {answer.status for answer in answers} == {400}
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].json["error"] == "invalid_request"
    (await exchanged(issuing, fenced["key"], address="198.51.100.77")).expect(200)


async def test_only_api_keys_are_exchanged_here(issuing: Issuing):
    other = await exchanged(issuing, "x", subject_token_type="urn:ietf:params:oauth:token-type:access_token")
    assert other.expect(400)["error"] == "invalid_request"


async def test_the_day_of_the_last_use_is_known_and_leaves_the_version_alone(issuing: Issuing, place: str):
    key = await opened(issuing, place)
    path = f"/v1/api-keys/{key['id']}"
    assert (await issuing.administrator.get(path)).expect(200)["last_used_on"] is None
    for _ in range(2):
        (await exchanged(issuing, key["key"])).expect(200)
    seen = (await issuing.administrator.get(path)).expect(200)
    assert (seen["last_used_on"], seen["version"]) == (today().isoformat(), 1)


async def test_a_key_is_shown_once_and_not_to_the_one_who_asks_again(
    issuing: Issuing, issuing_settings: RegistrySettings, place: str
):
    body = {"name": "Повтор", "institution_id": place, "scopes": ["api.read"], "expires_on": today().isoformat()}
    first = await issuing.administrator.post("/v1/api-keys", body, idempotency_key="the-same-key")
    again = await issuing.administrator.post("/v1/api-keys", body, idempotency_key="the-same-key")
    key = first.expect(201)["key"]
    assert again.expect(201) == first.json | {"key": None}
    assert first.headers["Cache-Control"] == "no-store"
    assert "key" not in (await issuing.administrator.get(f"/v1/api-keys/{first.json['id']}")).expect(200)
    mongo = wire(issuing_settings).open_mongo()
    stored = str([await mongo.plain[name].find({}) for name in ("api_keys", "idempotency")])
    await mongo.close()
    assert key.rpartition("_")[2] not in stored


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expires_on": timedelta(days=-1)}, "expiry-out-of-reach"),
        ({"expires_on": timedelta(days=367)}, "expiry-out-of-reach"),
        ({"networks": ["192.0.2.1/24"]}, "network-refused"),
        ({"institution_id": "nowhere"}, "institution-unknown"),
    ],
)
async def test_a_key_without_end_place_or_network_is_not_opened(issuing: Issuing, place: str, fields, code):
    body = {"name": "Н", "institution_id": place, "scopes": ["api.read"], "expires_on": today().isoformat()}
    assert (await issuing.administrator.post("/v1/api-keys", dated(body | fields))).code == code


async def test_only_administrators_keep_keys_and_clients(issuing: Issuing, place: str):
    await issuing.person("curious", roles=["curator", "official"])
    portal = await issuing.application("curious-portal")
    curious = issuing.client.with_token((await portal.signed_in("curious"))["access_token"])
    key = await opened(issuing, place)
    body = {"name": "Н", "institution_id": place, "scopes": ["api.read"], "expires_on": today().isoformat()}
    assert (await curious.post("/v1/api-keys", body)).code == "not-permitted"
    assert (await curious.post(f"/v1/api-keys/{key['id']}/revocation")).code == "not-permitted"
    assert (await curious.get(f"/v1/api-keys/{key['id']}")).code == "api-key-unknown"
    assert (await curious.get("/v1/api-keys")).expect(200)["items"] == []
    client = {"id": "theirs", "name": "Н", "kind": "public", "redirect_uris": ["https://a.example/"]}
    assert (await curious.post("/v1/clients", client)).code == "not-permitted"
    assert (await curious.post("/v1/clients/curious-portal/closing")).code == "not-permitted"
    assert (await curious.get("/v1/clients/curious-portal")).code == "client-unknown"
    assert (await curious.get("/v1/clients")).expect(200)["items"] == []


async def test_keys_and_clients_are_listed_by_institution_without_their_secrets(issuing: Issuing, place: str):
    key = await opened(issuing, place)
    found = (await issuing.administrator.get("/v1/api-keys", institution_id=place)).expect(200)["items"]
    assert key["id"] in {each["id"] for each in found}
    await issuing.application(
        "placed", kind="confidential", service=True, institution_id=place, institution_roles=["specialist"]
    )
    listed = (await issuing.administrator.get("/v1/clients", institution_id=place)).expect(200)["items"]
    assert [each["id"] for each in listed] == ["placed"]
    assert "secret" not in str(found) + str(listed)


async def test_a_system_with_a_secret_acts_for_itself_where_it_was_let(issuing: Issuing, place: str):
    robot = await issuing.application(
        "robot", kind="confidential", service=True, redirect_uris=[], institution_id=place,
        institution_roles=["specialist"], scopes=["openid", "api.read", "api.write"],
    )  # fmt: skip
    answer = (await robot.token({"grant_type": "client_credentials"})).expect(200)
    claims = claims_of(answer["access_token"])
    assert (claims["sub"], claims["client_id"], claims["roles"]) == ("robot", "robot", [])
    assert claims["memberships"] == [{"institution_id": place, "roles": ["specialist"]}]
    assert answer["scope"] == "api.read api.write"
    assert answer.keys() == {"access_token", "token_type", "expires_in", "scope"}


async def test_a_new_secret_replaces_the_old_one_at_once(issuing: Issuing):
    robot = await issuing.application("renewed", kind="confidential", service=True, redirect_uris=[])
    made = (await issuing.administrator.post("/v1/clients/renewed/secret")).expect(200)
    (await robot.token({"grant_type": "client_credentials"})).expect(401)
    renewed = Application(issuing.client, "renewed", secret=made["client_secret"])
    (await renewed.token({"grant_type": "client_credentials"})).expect(200)
    await issuing.application("without-secret")
    answer = await issuing.administrator.post("/v1/clients/without-secret/secret")
    assert answer.code == "service-needs-secret"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"redirect_uris": ["http://portal.example/"]}, "redirect-uri-refused"),
        ({"redirect_uris": []}, "client-has-no-use"),
        ({"service": True}, "service-needs-secret"),
        ({"kind": "confidential", "service": True, "institution_roles": ["head"]}, "roles-without-institution"),
        ({"kind": "confidential", "service": True, "institution_id": "nowhere"}, "institution-unknown"),
    ],
)
async def test_a_client_that_would_be_unsafe_or_useless_is_not_registered(issuing: Issuing, fields, code):
    body = {"id": "unsafe", "name": "Н", "kind": "public", "redirect_uris": ["https://a.example/"]}
    assert (await issuing.administrator.post("/v1/clients", body | fields)).code == code
