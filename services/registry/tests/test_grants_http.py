"""The token endpoint: codes, refreshes, and what ends them."""

import asyncio
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.relying import PASSWORD, Application, Issuing, claims_of, send_form
from testkit import Answer


@pytest.fixture(scope="module")
async def portal(issuing: Issuing) -> Application:
    await issuing.person("reader")
    return await issuing.application("portal")


def refused(answer: Answer, error: str = "invalid_grant", status: int = 400) -> None:
    told = answer.expect(status)
    assert told["error"] == error
    assert told["error_description"].isascii()
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_code_becomes_the_three_tokens_of_the_person(issuing: Issuing, portal: Application):
    person, _ = await issuing.person("three", "Веревокина Наталья Львовна", roles=["curator"])
    answer = await portal.redeem(await portal.code("three"))
    tokens = answer.expect(200)
    keys = KeySet.import_key_set((await issuing.client.get("/.well-known/jwks.json")).expect(200))
    access = jwt.decode(tokens["access_token"], keys, algorithms=["ES256"])
    who = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
    assert (access.header["typ"], who.header["typ"]) == ("at+jwt", "JWT")
    assert access.claims["sub"] == who.claims["sub"] == person
    assert (access.claims["aud"], who.claims["aud"]) == ("technopark", "portal")
    assert (access.claims["client_id"], access.claims["roles"]) == ("portal", ["curator"])
    assert tokens["scope"] == access.claims["scope"] == "openid profile offline_access api.read"
    assert (who.claims["nonce"], who.claims["name"]) == ("n-1", "Н. Л. Веревокина")
    assert who.claims["auth_time"] <= who.claims["iat"]
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    me = (await issuing.client.with_token(tokens["access_token"]).get("/v1/me")).expect(200)
    assert me["person"]["full_name"] == "Веревокина Наталья Львовна"


async def test_without_offline_access_and_openid_there_is_only_an_access_token(portal: Application):
    tokens = await portal.signed_in("reader", scope="api.read")
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "scope"}


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "another-code"},
        {"code_verifier": "b" * 64},
        {"redirect_uri": "https://portal.example/callback"},
    ],
)
async def test_a_code_with_something_else_than_it_was_asked_with_gives_no_token(portal: Application, changed):
    code = await portal.code("reader")
    refused(await portal.redeem(code, **changed))


async def test_a_code_is_no_longer_good_after_a_wrong_verifier(portal: Application):
    code = await portal.code("reader")
    refused(await portal.redeem(code, code_verifier="b" * 64))
    refused(await portal.redeem(code))


async def test_a_code_of_one_client_is_nothing_to_another(issuing: Issuing, portal: Application):
    other = await issuing.application("another")
    code = await portal.code("reader")
    refused(await other.redeem(code, code_verifier=portal.verifier))
    (await portal.redeem(code)).expect(200)


async def test_twenty_exchanges_of_one_code_at_once_give_exactly_one_set_of_tokens(portal: Application):
    code = await portal.code("reader")
    answers = await asyncio.gather(*(portal.redeem(code) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 19
    tokens = next(answer.json for answer in answers if answer.status == 200)
    # nineteen others had the code: whoever they are, the session is over
    refused(await portal.refresh(tokens["refresh_token"]))


async def test_twenty_refreshes_with_one_token_at_once_give_exactly_one_set_and_end_the_session(portal: Application):
    first = (await portal.signed_in("reader"))["refresh_token"]
    answers = await asyncio.gather(*(portal.refresh(first) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 19
    tokens = next(answer.json for answer in answers if answer.status == 200)
    refused(await portal.refresh(tokens["refresh_token"]))


async def test_a_refresh_rotates_the_token_and_tells_of_the_same_sign_in(portal: Application):
    first = await portal.signed_in("reader")
    second = (await portal.refresh(first["refresh_token"])).expect(200)
    third = (await portal.refresh(second["refresh_token"], scope="api.read")).expect(200)
    assert len({tokens["refresh_token"] for tokens in (first, second, third)}) == 3
    before, after = claims_of(first["id_token"]), claims_of(second["id_token"])
    assert [before[name] == after[name] for name in ("sub", "sid", "auth_time", "aud")] == [True] * 4
    assert "nonce" not in after
    assert (third["scope"], "id_token" in third) == ("api.read", False)


async def test_a_token_that_comes_twice_ends_the_whole_family(portal: Application):
    first = (await portal.signed_in("reader"))["refresh_token"]
    second = (await portal.refresh(first)).expect(200)["refresh_token"]
    third = (await portal.refresh(second)).expect(200)["refresh_token"]
    refused(await portal.refresh(first))
    refused(await portal.refresh(third))


async def test_another_session_of_the_same_person_goes_on(portal: Application):
    stolen, kept = await portal.signed_in("reader"), await portal.signed_in("reader")
    (await portal.refresh(stolen["refresh_token"])).expect(200)
    refused(await portal.refresh(stolen["refresh_token"]))
    (await portal.refresh(kept["refresh_token"])).expect(200)


async def test_a_stranger_with_a_refresh_token_gets_nothing_and_ends_nothing(issuing: Issuing, portal: Application):
    stranger = await issuing.application("stranger")
    token = (await portal.signed_in("reader"))["refresh_token"]
    refused(await stranger.refresh(token))
    (await portal.refresh(token)).expect(200)


async def test_roles_are_read_again_at_each_refresh(issuing: Issuing, portal: Application):
    _, account = await issuing.person("promoted")
    tokens = await portal.signed_in("promoted")
    assert claims_of(tokens["access_token"])["roles"] == []
    path = f"/v1/accounts/{account}/roles"
    (await issuing.administrator.put(path, {"roles": ["expert"]}, if_match="*")).expect(200)
    renewed = (await portal.refresh(tokens["refresh_token"])).expect(200)
    assert claims_of(renewed["access_token"])["roles"] == ["expert"]


async def test_a_blocked_account_refreshes_nothing_even_when_it_is_unblocked(issuing: Issuing, portal: Application):
    _, account = await issuing.person("suspended")
    tokens, code = await portal.signed_in("suspended"), await portal.code("suspended")
    (await issuing.administrator.post(f"/v1/accounts/{account}/blocking")).expect(200)
    refused(await portal.redeem(code))
    refused(await portal.refresh(tokens["refresh_token"]))
    (await issuing.administrator.post(f"/v1/accounts/{account}/unblocking")).expect(200)
    refused(await portal.refresh(tokens["refresh_token"]))
    await portal.signed_in("suspended")


async def test_a_person_changes_their_password_and_every_device_signs_in_again(issuing: Issuing, portal: Application):
    await issuing.person("careful")
    tokens = await portal.signed_in("careful")
    me, renewed = issuing.client.with_token(tokens["access_token"]), "осенний-листопад-2024"
    wrong = await me.put("/v1/me/password", {"current": "не тот пароль", "password": renewed})
    assert (wrong.status, wrong.code) == (403, "current-password-wrong")
    simple = await me.put("/v1/me/password", {"current": PASSWORD, "password": "careful-careful"})
    assert simple.code == "password-too-simple"
    (await portal.refresh(tokens["refresh_token"])).expect(200)
    changed = (await me.put("/v1/me/password", {"current": PASSWORD, "password": renewed})).expect(200)
    assert "password" not in str(changed)
    refused(await portal.refresh(tokens["refresh_token"]))
    (await issuing.client.post("/v1/sign-in", {"login": "careful", "password": PASSWORD})).expect(401)
    (await issuing.client.post("/v1/sign-in", {"login": "careful", "password": renewed})).expect(200)


async def test_guesses_at_ones_own_old_password_count_like_those_of_a_sign_in(issuing: Issuing, portal: Application):
    await issuing.person("unlocked-screen")
    me = issuing.client.with_token((await portal.signed_in("unlocked-screen"))["access_token"])
    for _ in range(5):
        body = {"current": "не тот пароль", "password": "осенний-листопад-2024"}
        assert (await me.put("/v1/me/password", body)).status == 403
    assert (await me.put("/v1/me/password", body | {"current": PASSWORD})).code == "too-many-attempts"


async def test_who_has_no_account_here_changes_no_password(issuing: Issuing):
    service = await issuing.application(
        "robot", kind="confidential", service=True, redirect_uris=[], scopes=["api.write"]
    )
    token = (await service.token({"grant_type": "client_credentials"})).expect(200)["access_token"]
    body = {"current": "x", "password": "осенний-листопад-2024"}
    assert (await issuing.client.with_token(token).put("/v1/me/password", body)).code == "no-account"


async def test_a_client_of_a_closed_kind_refreshes_nothing(issuing: Issuing, portal: Application):
    leaving = await issuing.application("leaving")
    tokens = await leaving.signed_in("reader")
    (await issuing.administrator.post("/v1/clients/leaving/closing")).expect(200)
    refused(await leaving.refresh(tokens["refresh_token"]), "invalid_client", 401)


async def test_a_scope_taken_from_the_client_is_gone_with_the_next_refresh(issuing: Issuing, portal: Application):
    narrowed = await issuing.application("narrowed")
    tokens = await narrowed.signed_in("reader")
    body: dict[str, Any] = {"name": "Портал", "redirect_uris": [narrowed.redirect_uri], "scopes": ["openid"]}
    (await issuing.administrator.put("/v1/clients/narrowed", body, if_match='"v1"')).expect(200)
    assert (await narrowed.refresh(tokens["refresh_token"])).expect(200)["scope"] == "openid"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "reader", "password": PASSWORD}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
async def test_what_the_token_endpoint_does_not_take_is_told_in_the_words_of_oauth(portal: Application, fields, error):
    refused(await portal.token(fields), error)


async def test_the_token_endpoint_takes_forms_only(portal: Application):
    refused(await portal.client.post("/oauth/token", {"grant_type": "client_credentials"}), "invalid_request")


async def test_a_confidential_client_needs_its_secret_in_one_of_two_places(issuing: Issuing, portal: Application):
    server = await issuing.application("server", kind="confidential")
    code = await server.code("reader")
    bare = Application(issuing.client, "server", verifier=server.verifier)
    unproven = await bare.redeem(code)
    refused(unproven, "invalid_client", 401)
    assert unproven.headers["WWW-Authenticate"].startswith("Basic")
    refused(await bare.redeem(code, client_secret="wrong"), "invalid_client", 401)
    assert server.secret
    (await bare.redeem(code, client_secret=server.secret)).expect(200)
    await server.signed_in("reader")
    refused(await portal.token({"grant_type": "refresh_token", "client_secret": "x"}), "invalid_client", 401)


async def test_the_person_behind_a_token_is_told_to_whoever_holds_it(issuing: Issuing, portal: Application):
    person, _ = await issuing.person("told", "Дичина Наталья Юрьевна")
    tokens = await portal.signed_in("told")
    for method in ("GET", "POST"):
        known = await issuing.client.with_token(tokens["access_token"]).send(method, "/oauth/userinfo")
        assert known.expect(200) == {"sub": person, "name": "Н. Ю. Дичина"}
    narrow = await portal.signed_in("told", scope="openid")
    assert (await issuing.client.with_token(narrow["access_token"]).get("/oauth/userinfo")).expect(200) == {
        "sub": person
    }
    none = await portal.signed_in("told", scope="api.read")
    missing = await issuing.client.with_token(none["access_token"]).get("/oauth/userinfo")
    assert (missing.status, missing.code) == (403, "scope-missing")
    assert (await issuing.client.with_token(tokens["id_token"]).get("/oauth/userinfo")).status == 401


async def test_nothing_that_opens_a_door_is_stored_as_it_is(
    issuing_settings: RegistrySettings, portal: Application, issuing: Issuing
):
    handle, code = await portal.handle(), await portal.code("reader")
    tokens = await portal.signed_in("reader")
    server = await issuing.application("kept", kind="confidential")
    mongo = wire(issuing_settings).open_mongo()
    names = await mongo.motor.list_collection_names()
    stored = str([await mongo.plain[name].find({}) for name in names if not name.startswith("system.")])
    await mongo.close()
    assert tokens["access_token"].split(".")[0] not in stored
    for secret in (handle, code, tokens["refresh_token"], server.secret, PASSWORD):
        assert secret
        assert secret not in stored


async def test_the_configuration_names_what_is_there(issuing: Issuing):
    told = (await issuing.client.get("/.well-known/openid-configuration")).expect(200)
    assert told["issuer"] == issuing.client.base
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["id_token_signing_alg_values_supported"] == ["ES256"]
    for name, address in told.items():
        if name.endswith(("_endpoint", "_uri")):
            path = address.removeprefix(issuing.client.base)
            statuses = {(await issuing.client.get(path)).status, (await send_form(issuing.client, path, {})).status}
            assert 404 not in statuses, name
