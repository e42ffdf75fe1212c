"""Signing in with the built-in issuer: the token that comes out is the one that every service trusts."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from structlog.testing import capture_logs

from registry.attempts.domain import WINDOW
from registry.attempts.store import count_attempt
from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.relying import ADMIN, PASSWORD, Issuing
from testkit import Client


@pytest.fixture(scope="module")
def client(issuing: Issuing) -> Client:
    return issuing.client


@pytest.fixture
def settings(issuing_settings: RegistrySettings) -> RegistrySettings:
    return issuing_settings


async def signed_in(client: Client, login: str, password: str = PASSWORD) -> Client:
    answer = await client.post("/v1/sign-in", {"login": login, "password": password})
    return client.with_token(answer.expect(200)["access_token"])


@pytest.fixture
def administrator(issuing: Issuing) -> Client:
    return issuing.administrator


async def opened(administrator: Client, login: str, full_name: str, **fields: Any) -> tuple[str, str]:
    person = (await administrator.post("/v1/people", {"full_name": full_name})).expect(201)["id"]
    body = {"login": login, "password": PASSWORD, "person_id": person} | fields
    account = (await administrator.post("/v1/accounts", body)).expect(201)["id"]
    return person, account


def content_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, claims


async def test_the_first_administrator_signs_in_to_a_new_platform(administrator: Client):
    me = (await administrator.get("/v1/me")).expect(200)
    assert me["roles"] == ["administrator"]
    assert me["person"]["full_name"] == "Администратор Платформы"


async def test_a_token_says_who_holds_it_and_where_they_work_today(administrator: Client, client: Client):
    person, _ = await opened(administrator, "specialist", "Плетан Татьяна Ивановна", roles=["expert"])
    vesta = {
        "name": "ОГБУСО «КСЦОН „Веста“»", "short_name": "КСЦОН «Веста»", "kind": "social_service", "ownership": "state",
        "inn": "3811000007", "ogrn": "1183800000009", "oktmo": "25703000", "region": "RU-IRK",
        "municipality": "Ангарский городской округ", "member_since": "2018-01-15",
    }  # fmt: skip
    place = (await administrator.post("/v1/institutions", vesta)).expect(201)["id"]
    membership = {"person_id": person, "institution_id": place, "roles": ["specialist"]}
    ended = membership | {"valid_from": "2018-01-01", "valid_until": "2018-12-31", "roles": ["head"]}
    for body in (ended, membership | {"valid_from": "2023-01-09"}):
        (await administrator.post("/v1/memberships", body)).expect(201)

    answer = (await client.post("/v1/sign-in", {"login": "Specialist", "password": PASSWORD})).expect(200)
    header, claims = content_of(answer["access_token"])
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 900)
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    assert claims["exp"] - claims["iat"] == 900
    assert (claims["iss"], claims["aud"], claims["sub"]) == (client.base, "technopark", person)
    assert (claims["name"], claims["roles"]) == ("Т. И. Плетан", ["expert"])
    assert claims["memberships"] == [{"institution_id": place, "roles": ["specialist"]}]
    assert claims["jti"]

    me = (await client.with_token(answer["access_token"]).get("/v1/me")).expect(200)
    assert me["memberships"] == [
        {"institution_id": place, "institution_name": "КСЦОН «Веста»", "roles": ["specialist"]}
    ]
    assert me["person"]["full_name"] == "Плетан Татьяна Ивановна"


async def test_published_keys_check_the_signature_and_hold_no_secret(client: Client):
    token = (await client.post("/v1/sign-in", ADMIN)).expect(200)["access_token"]
    published = (await client.get("/.well-known/jwks.json")).expect(200)
    assert [key["kid"] for key in published["keys"]] == [content_of(token)[0]["kid"]]
    assert "d" not in published["keys"][0]
    assert jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"]).claims["roles"] == [
        "administrator"
    ]


async def test_an_answer_with_a_token_is_not_stored_by_caches(client: Client):
    assert (await client.post("/v1/sign-in", ADMIN)).headers["Cache-Control"] == "no-store"


async def test_wrong_password_unknown_login_and_blocked_account_are_told_in_the_same_words(
    administrator: Client, client: Client
):
    _, account = await opened(administrator, "blocked", "Низовцева Ольга Викторовна")
    (await administrator.post(f"/v1/accounts/{account}/blocking")).expect(200)
    told = [
        await client.post("/v1/sign-in", {"login": login, "password": password})
        for login, password in (("administrator", PASSWORD), ("nobody", PASSWORD), ("blocked", PASSWORD))
    ]
    assert {answer.status for answer in told} == {401}
    assert {answer.code for answer in told} == {"sign-in-refused"}
    assert len({answer.body for answer in told}) == 1
    english = await client.send(
        "POST", "/v1/sign-in", {"login": "nobody", "password": "x"}, headers={"Accept-Language": "en"}
    )
    assert english.json["title"] == "Sign-in refused"


async def test_an_unblocked_account_signs_in_again(administrator: Client, client: Client):
    _, account = await opened(administrator, "returned", "Дичина Наталья Юрьевна")
    (await administrator.post(f"/v1/accounts/{account}/blocking")).expect(200)
    (await administrator.post(f"/v1/accounts/{account}/unblocking")).expect(200)
    await signed_in(client, "returned")


@pytest.mark.parametrize("exists", [True, False])
async def test_the_sixth_guess_within_the_window_is_refused_even_with_the_right_password(
    administrator: Client, client: Client, exists: bool
):
    login = f"guessed-{exists}".lower()
    account = (await opened(administrator, login, "Баширова Татьяна Борисовна"))[1] if exists else None
    for _ in range(5):
        (await client.post("/v1/sign-in", {"login": login, "password": "неверный пароль"})).expect(401)
    with capture_logs() as lines:
        sixth = await client.post("/v1/sign-in", {"login": login.upper(), "password": PASSWORD})
    sixth.expect(429)
    assert sixth.code == "too-many-attempts"
    assert 0 < int(sixth.headers["Retry-After"]) <= 901
    [told] = [line for line in lines if line["event"] == "sign-in locked"]
    assert (told["account_id"], told["counter"], told["log_level"]) == (account, "login-at-address", "warning")
    assert login not in str(told).casefold()


async def test_a_sign_in_after_four_wrong_guesses_starts_the_count_anew(administrator: Client, client: Client):
    await opened(administrator, "forgetful", "Переломова Наталья Анатольевна")
    for _ in range(2):
        for _ in range(4):
            (await client.post("/v1/sign-in", {"login": "forgetful", "password": "не тот"})).expect(401)
        await signed_in(client, "forgetful")


async def test_only_an_administrator_opens_blocks_and_sees_accounts(administrator: Client, client: Client):
    person, account = await opened(administrator, "plain", "Клецкина Светлана Александровна", roles=["curator"])
    curator = await signed_in(client, "plain")
    body = {"login": "another", "password": PASSWORD, "person_id": person}
    assert (await curator.post("/v1/accounts", body)).code == "not-permitted"
    assert (await curator.post(f"/v1/accounts/{account}/blocking")).code == "not-permitted"
    assert (await curator.get(f"/v1/accounts/{account}")).code == "account-unknown"
    assert (await curator.get("/v1/accounts")).expect(200)["items"] == []
    seen = (await administrator.get("/v1/accounts", login="plain")).expect(200)["items"]
    assert [(found["login"], found["roles"]) for found in seen] == [("plain", ["curator"])]
    assert "password" not in json.dumps(seen)


async def test_roles_are_replaced_by_the_version_that_was_read(administrator: Client, client: Client):
    _, account = await opened(administrator, "promoted", "Иванова Анна Петровна")
    path = f"/v1/accounts/{account}/roles"
    assert (await administrator.put(path, {"roles": ["secretary"]})).code == "if-match-required"
    (await administrator.put(path, {"roles": ["secretary"]}, if_match='"v1"')).expect(200)
    assert (await administrator.put(path, {"roles": []}, if_match='"v1"')).code == "stale-version"
    assert (await (await signed_in(client, "promoted")).get("/v1/me")).expect(200)["roles"] == ["secretary"]


async def test_a_new_password_replaces_the_old_one(administrator: Client, client: Client):
    _, account = await opened(administrator, "renewed", "Петрова Вера Ильинична")
    renewed = {"password": "осенний-листопад-2024"}
    (await administrator.put(f"/v1/accounts/{account}/password", renewed, if_match='"v1"')).expect(200)
    await signed_in(client, "renewed", renewed["password"])
    (await client.post("/v1/sign-in", {"login": "renewed", "password": PASSWORD})).expect(401)


async def test_an_administrator_cannot_block_or_demote_themselves(administrator: Client):
    own = (await administrator.get("/v1/accounts", login="administrator")).expect(200)["items"][0]["id"]
    assert (await administrator.post(f"/v1/accounts/{own}/blocking")).code == "own-account"
    demoted = await administrator.put(f"/v1/accounts/{own}/roles", {"roles": ["curator"]}, if_match="*")
    assert demoted.code == "own-account"


async def test_one_person_has_one_account_and_one_login_one_person(administrator: Client):
    person, _ = await opened(administrator, "single", "Сидорова Ольга Львовна")
    second = {"login": "second", "password": PASSWORD, "person_id": person}
    assert (await administrator.post("/v1/accounts", second)).code == "already-exists"
    other = (await administrator.post("/v1/people", {"full_name": "Сидоров Олег Львович"})).expect(201)["id"]
    taken = {"login": "single", "password": PASSWORD, "person_id": other}
    assert (await administrator.post("/v1/accounts", taken)).code == "already-exists"


async def test_an_account_is_opened_only_for_a_known_person_with_a_hard_password(administrator: Client):
    body = {"login": "stranger", "password": PASSWORD, "person_id": "nobody"}
    assert (await administrator.post("/v1/accounts", body)).code == "person-unknown"
    person = (await administrator.post("/v1/people", {"full_name": "Ким Лев"})).expect(201)["id"]
    for password in ("stranger-stranger", "ааааббббввввг"):
        answer = await administrator.post("/v1/accounts", body | {"person_id": person, "password": password})
        assert answer.code == "password-too-simple"
    short = await administrator.post("/v1/accounts", body | {"person_id": person, "password": "короткий"})
    assert short.expect(422)["errors"][0]["field"] == "password"
    assert "короткий" not in short.body.decode()


async def test_the_bootstrap_step_run_again_changes_nothing(settings: RegistrySettings, client: Client):
    service = wire(settings)
    mongo = service.open_mongo()
    before = await mongo.plain["accounts"].find({"login": ADMIN["login"]})
    await service.migrations[0].apply(mongo.plain)
    assert await mongo.plain["accounts"].find({"login": ADMIN["login"]}) == before
    await mongo.close()


async def test_passwords_are_stored_as_argon2id_hashes_only(settings: RegistrySettings, client: Client):
    mongo = wire(settings).open_mongo()
    stored = await mongo.plain["accounts"].find({"login": ADMIN["login"]})
    await mongo.close()
    assert stored[0]["password_hash"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert ADMIN["password"] not in str(stored)


async def test_a_login_that_does_not_exist_is_refused_no_faster_than_a_wrong_password(client: Client):
    async def seconds(login: str) -> float:
        started = time.perf_counter()
        (await client.post("/v1/sign-in", {"login": login, "password": "неверный пароль"})).expect(401)
        return time.perf_counter() - started

    known = [await seconds(ADMIN["login"]) for _ in range(3)]
    unknown = [await seconds("never-opened") for _ in range(3)]
    assert min(unknown) > min(known) / 2


async def test_a_window_of_attempts_opens_anew_when_it_is_over(settings: RegistrySettings, client: Client):
    mongo = wire(settings).open_mongo()
    start = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
    counts = [(await count_attempt(mongo.plain, "windowed", start + timedelta(minutes=later)))[0] for later in (0, 14)]
    assert counts == [1, 2]
    assert (await count_attempt(mongo.plain, "windowed", start + WINDOW))[0] == 1
    await mongo.close()
