"""Signing out: a token given back, and a person who leaves."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from registry.tokens.domain import Grant, Holder
from registry.tokens.handlers import TokenIssuer
from registry.tokens.keys import UnusableKey
from services.registry.tests.relying import Application, Issuing, claims_of, send_form
from testkit import Answer


@pytest.fixture(scope="module")
async def portal(issuing: Issuing) -> Application:
    await issuing.person("reader")
    return await issuing.application("portal")


async def revoked(application: Application, token: str) -> Answer:
    fields = {"client_id": application.client_id, "token": token}
    return await send_form(application.client, "/oauth/revoke", fields)


async def test_a_token_that_is_given_back_ends_its_session_and_no_other(portal: Application):
    left, kept = await portal.signed_in("reader"), await portal.signed_in("reader")
    renewed = (await portal.refresh(left["refresh_token"])).expect(200)
    assert (await revoked(portal, renewed["refresh_token"])).status == 200
    (await portal.refresh(renewed["refresh_token"])).expect(400)
    (await portal.refresh(kept["refresh_token"])).expect(200)


async def test_a_token_nobody_knows_is_revoked_already(portal: Application):
    answer = await revoked(portal, "unknown")
    assert (answer.status, answer.body) == (200, b"")


async def test_a_token_of_another_client_and_an_access_token_are_not_revoked(issuing: Issuing, portal: Application):
    other = await issuing.application("another")
    tokens = await portal.signed_in("reader")
    assert (await revoked(other, tokens["refresh_token"])).expect(400)["error"] == "invalid_grant"
    assert (await revoked(portal, tokens["access_token"])).expect(400)["error"] == "unsupported_token_type"
    nameless = await send_form(portal.client, "/oauth/revoke", {"token": tokens["refresh_token"]})
    assert nameless.expect(401)["error"] == "invalid_client"
    (await portal.refresh(tokens["refresh_token"])).expect(200)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_person_who_leaves_is_led_back_and_their_session_is_over(portal: Application, method: str):
    left, kept = await portal.signed_in("reader"), await portal.signed_in("reader")
    fields = {
        "id_token_hint": left["id_token"],
        "post_logout_redirect_uri": "https://portal.example/",
        "state": "bye",
    }
    if method == "GET":
        answer = await portal.client.send("GET", "/oauth/end-session", params=fields)
    else:
        answer = await send_form(portal.client, "/oauth/end-session", fields)
    assert (answer.status, answer.headers["Location"]) == (303, "https://portal.example/?state=bye")
    (await portal.refresh(left["refresh_token"])).expect(400)
    (await portal.refresh(kept["refresh_token"])).expect(200)


async def test_whoever_leaves_without_an_address_sees_that_they_have_left(portal: Application):
    page = await portal.client.get("/oauth/end-session")
    assert page.status == 200
    assert "Вы вышли" in page.body.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": "portal", "post_logout_redirect_uri": "https://evil.example/"},
        {"client_id": "nobody", "post_logout_redirect_uri": "https://portal.example/"},
        {"post_logout_redirect_uri": "https://portal.example/"},
        {"id_token_hint": "eyJhbGciOiJub25lIn0.e30."},
        {"id_token_hint": "no token"},
    ],
)
async def test_a_sign_out_leads_nowhere_that_is_not_registered(portal: Application, fields: dict[str, str]):
    page = await portal.client.send("GET", "/oauth/end-session", params=fields)
    assert page.status == 400
    assert "Location" not in page.headers
    assert "Выйти не удалось" in page.body.decode()


async def test_an_access_token_or_another_clients_id_token_is_no_hint(issuing: Issuing, portal: Application):
    tokens = await portal.signed_in("reader")
    for fields in (
        {"id_token_hint": tokens["access_token"]},
        {"id_token_hint": tokens["id_token"], "client_id": "another"},
    ):
        assert (await portal.client.send("GET", "/oauth/end-session", params=fields)).status == 400
    (await portal.refresh(tokens["refresh_token"])).expect(200)


def test_tokens_of_a_retired_key_are_read_while_it_is_listed(tmp_path: Path):
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    old.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    new.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))

    def issuer(*files: Path) -> TokenIssuer:
        return TokenIssuer(files, issuer="https://tp.example", audience="technopark")

    first, both, second = issuer(old), issuer(new, old), issuer(new)
    token = _token(first)
    assert both.opened(token, kind="at+jwt")["sub"] == "p"
    assert second.opened(_token(both), kind="at+jwt")["sub"] == "p"
    with pytest.raises(Exception, match="not issued here"):
        second.opened(token, kind="at+jwt")
    assert [key["alg"] for key in both.jwks["keys"]] == ["RS256", "ES256"]
    assert both.jwks["keys"][1]["kid"] == first.jwks["keys"][0]["kid"]
    with pytest.raises(UnusableKey):
        issuer(new, new)
    with pytest.raises(UnusableKey):
        issuer()


def _token(issuer: TokenIssuer) -> str:
    token = issuer.access_token(Holder(subject="p", name="П"), Grant(), now=datetime.now(UTC), token_id="t")
    assert claims_of(token)["iss"] == "https://tp.example"
    return token
