"""The pure rules of the built-in issuer, on both sides of each boundary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registry.accounts.domain import Account, block, still_signed_in, unblock, with_password
from registry.attempts.domain import limits, network_of, seconds_until
from registry.authorizations.domain import (
    Authorization,
    Code,
    authorization,
    location,
    redeemable,
    redirect_uri_of,
    refusal,
    verifies,
)
from registry.clients.domain import Client
from registry.grants.domain import credentials
from registry.oauth import OAuthRefused, fields_of, granted
from registry.refresh_tokens.domain import Family, end, is_alive, rotate

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
# RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK = "https://portal.example/callback"
PORTAL = Client(id="portal", name="Портал", kind="public", redirect_uris=(CALLBACK,), scopes=("openid", "api.read"))
ASKED = {
    "response_type": "code", "client_id": "portal", "redirect_uri": CALLBACK, "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}  # fmt: skip
CODE = Code(
    id="digest",
    authorization=Authorization(client_id="portal", redirect_uri=CALLBACK, scope=("openid",), challenge=CHALLENGE),
    session_id="s", account_id="a", person_id="p", epoch=0, signed_in_at=NOW,
)  # fmt: skip
FAMILY = Family(
    id="s", client_id="portal", person_id="p", account_id="a", epoch=0, scope=("openid",), current="first",
    signed_in_at=NOW, used_at=NOW,
)  # fmt: skip


def test_a_verifier_fits_the_challenge_made_of_it_and_no_other():
    assert verifies(VERIFIER, CHALLENGE)
    assert not verifies(VERIFIER[:-1] + "j", CHALLENGE)
    assert not verifies(VERIFIER, CHALLENGE[:-1] + "N")


@pytest.mark.parametrize("length", [42, 129])
def test_a_verifier_has_43_to_128_characters(length: int):
    assert not verifies("a" * length, CHALLENGE)


def test_a_code_is_good_until_just_before_sixty_seconds_are_over():
    assert redeemable(CODE, redirect_uri=CALLBACK, verifier=VERIFIER, now=NOW + timedelta(seconds=60) - MOMENT)
    assert not redeemable(CODE, redirect_uri=CALLBACK, verifier=VERIFIER, now=NOW + timedelta(seconds=60))


def test_a_code_is_bound_to_the_verifier_of_its_challenge():
    assert redeemable(CODE, redirect_uri=CALLBACK, verifier=VERIFIER, now=NOW)
    assert not redeemable(CODE, redirect_uri=CALLBACK, verifier=VERIFIER[:-1] + "j", now=NOW)


@pytest.mark.parametrize("redirect_uri", [None, CALLBACK + "/", CALLBACK.upper()])
def test_a_code_is_bound_to_the_address_it_was_sent_to(redirect_uri: str | None):
    assert not redeemable(CODE, redirect_uri=redirect_uri, verifier=VERIFIER, now=NOW)


def test_an_address_is_taken_only_letter_by_letter_as_it_is_registered():
    assert redirect_uri_of(ASKED, PORTAL) == CALLBACK
    for other in (CALLBACK + "/", CALLBACK + "?a=1", "https://portal.example.evil/callback", CALLBACK.upper()):
        assert redirect_uri_of(ASKED | {"redirect_uri": other}, PORTAL) is None
    assert redirect_uri_of({}, PORTAL) is None
    assert redirect_uri_of(ASKED, None) is None


@pytest.mark.parametrize(
    ("registered", "asked", "taken"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://127.0.0.1:7777/cb?a=1", "http://127.0.0.1:51004/cb?a=1", True),
        ("http://127.0.0.1:7777/cb", "http://127.0.0.1/cb", True),
        ("http://[::1]/cb", "http://[::1]:65535/cb", True),
        ("http://127.0.0.1", "http://127.0.0.1:8080", True),
        ("http://[::1]/cb", "http://[::1]:65536/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/other", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?a=1", False),
        ("http://127.0.0.1/cb", "http://[::1]:51004/cb", False),
        ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004@evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004.evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb#x", False),
        ("http://localhost:7777/cb", "http://localhost:51004/cb", False),
        ("https://portal.example/cb", "https://portal.example:8443/cb", False),
    ],
)
def test_a_native_app_may_listen_at_any_port_of_the_loopback_address_it_registered(registered, asked, taken):
    native = replace(PORTAL, redirect_uris=(registered,))
    assert redirect_uri_of({"redirect_uri": asked}, native) == (asked if taken else None)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"state": "s" * 1001}, "invalid_request"),
        ({"nonce": "n" * 1001}, "invalid_request"),
    ],
)
def test_what_is_not_offered_is_refused_in_the_words_of_the_protocol(changed: dict[str, str], error: str):
    with pytest.raises(OAuthRefused) as refused:
        authorization(ASKED | changed, PORTAL, CALLBACK)
    assert refused.value.error == error


@pytest.mark.parametrize("left_out", ["response_type", "code_challenge", "code_challenge_method"])
def test_a_request_for_a_sign_in_needs_its_type_and_pkce(left_out: str):
    with pytest.raises(OAuthRefused):
        authorization({name: value for name, value in ASKED.items() if name != left_out}, PORTAL, CALLBACK)


def test_scopes_that_the_client_may_not_have_are_left_out():
    asked = ASKED | {"scope": "openid offline_access api.read unheard-of", "state": "s" * 1000}
    assert authorization(asked, PORTAL, CALLBACK).scope == ("openid", "api.read")
    assert granted(None, allowed=("api.read", "offline_access", "openid")) == ("openid", "api.read")


def test_an_answer_is_added_to_the_query_that_an_address_has():
    assert location(f"{CALLBACK}?from=issuer", {"code": "a b", "state": None}) == f"{CALLBACK}?from=issuer&code=a+b"
    told = refusal("com.example.app:/back", "s&t", OAuthRefused("access_denied", "no"), issuer="https://tp.example")
    assert told == (
        "com.example.app:/back?error=access_denied&error_description=no&state=s%26t&iss=https%3A%2F%2Ftp.example"
    )


def test_a_family_ends_when_it_was_not_used_for_fourteen_days():
    assert is_alive(FAMILY, now=NOW + timedelta(days=14) - MOMENT)
    assert not is_alive(FAMILY, now=NOW + timedelta(days=14))


def test_a_family_that_is_used_every_day_ends_after_ninety():
    used = FAMILY
    for day in range(1, 90):
        assert is_alive(used, now=NOW + timedelta(days=day))
        used = rotate(used, to=str(day), now=NOW + timedelta(days=day))
    assert is_alive(used, now=NOW + timedelta(days=90) - MOMENT)
    assert not is_alive(used, now=NOW + timedelta(days=90))


def test_the_first_reason_for_which_a_family_ended_stays():
    ended = end(end(FAMILY, "token-reused"), "signed-out")
    assert ended.ended == "token-reused"
    assert not is_alive(ended, now=NOW)


def test_a_block_and_a_new_password_end_what_was_signed_in_before():
    account = Account(id="a", login="l", password_hash="h", person_id="p")
    blocked, renewed = block(account, by="other"), with_password(account, password_hash="n")
    assert still_signed_in(account, epoch=0)
    assert not still_signed_in(blocked, epoch=blocked.epoch)
    assert not still_signed_in(unblock(blocked), epoch=0)
    assert not still_signed_in(renewed, epoch=0)
    assert still_signed_in(renewed, epoch=renewed.epoch)


def test_guesses_are_counted_per_place_where_a_place_is_what_one_sender_commands():
    assert network_of("192.0.2.7") == network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:0:1:aaaa::1") == network_of("2001:db8:0:1:ffff::2") == "2001:db8:0:1::/64"
    assert network_of("2001:db8:0:2::1") != network_of("2001:db8:0:1::1")
    assert network_of("x; DROP") == "unknown"
    assert [limit.allowed for limit in limits(login="l", address="192.0.2.7")] == [5, 30, 50]
    assert len({limit.counter for limit in limits(login="192.0.2.7", address="192.0.2.7")}) == 3


def test_whoever_prints_a_code_or_a_session_shows_nothing_that_opens_it():
    assert CODE.id not in repr(CODE)
    assert FAMILY.current not in repr(FAMILY)


def test_whoever_waits_as_long_as_told_waits_long_enough():
    assert seconds_until(NOW + timedelta(seconds=9.5), now=NOW) == 10
    assert seconds_until(NOW - timedelta(seconds=9), now=NOW) == 1


@pytest.mark.parametrize(
    ("fields", "header", "expected"),
    [
        ({"client_id": "portal"}, None, ("portal", None)),
        ({"client_id": "portal", "client_secret": "s"}, None, ("portal", "s")),
        ({}, "Basic cG9ydGFsOnM=", ("portal", "s")),
        ({"client_id": "portal"}, "basic cG9ydGFsOmElMkJi", ("portal", "a+b")),
    ],
)
def test_a_client_says_who_it_is_in_one_of_three_ways(fields, header, expected):
    found = credentials(fields, header)
    assert (found.client_id, found.secret) == expected


@pytest.mark.parametrize(
    ("fields", "header", "error"),
    [
        ({}, None, "invalid_client"),
        ({}, "Bearer abc", "invalid_client"),
        ({}, "Bearer cG9ydGFsOnM=", "invalid_client"),
        ({}, "Basic ???", "invalid_client"),
        ({}, "Basic cG9ydGFs!OnM=", "invalid_client"),
        ({}, "Basic cG9ydGFs", "invalid_client"),
        ({"client_secret": "s"}, "Basic cG9ydGFsOnM=", "invalid_request"),
        ({"client_id": "other"}, "Basic cG9ydGFsOnM=", "invalid_request"),
    ],
)
def test_a_client_that_says_it_otherwise_or_twice_is_refused(fields, header, error):
    with pytest.raises(OAuthRefused) as refused:
        credentials(fields, header)
    assert refused.value.error == error


@pytest.mark.parametrize("query", [b"a=1&a=2", b"a=%ff", b"&".join(b"f%d=1" % n for n in range(33))])
def test_a_form_that_can_be_read_in_two_ways_or_not_at_all_is_refused(query: bytes):
    assert fields_of(b"a=1&b=&c=%D0%B0") == {"a": "1", "c": "а"}
    with pytest.raises(OAuthRefused):
        fields_of(query)
