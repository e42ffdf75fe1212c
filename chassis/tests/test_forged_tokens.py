"""What is no access token of this issuer for this platform, however it is made to look like one."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from chassis.identity import INVALID_TOKEN
from chassis.problem import Problem
from chassis.settings import ProcessSettings
from chassis.tokens import LEEWAY_SECONDS, MAX_TOKEN, TokenVerifier
from testkit import Issuer

HOUR = 3600
Key = ECKey | RSAKey


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def forged(header: dict[str, Any], claims: object, key: Key | None, algorithm: str | None = None) -> str:
    """Sign whatever is asked for, as no honest library would."""
    head = ".".join(coded(json.dumps(part).encode()) for part in (header, claims))
    if key is None:
        return head + "."
    return f"{head}.{coded(JWSRegistry.algorithms[algorithm or header['alg']].sign(head.encode(), key))}"


@pytest.fixture(scope="module")
async def verifier(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(ProcessSettings(**issuer.settings))


async def refused(verifier: TokenVerifier, token: str) -> bool:
    with pytest.raises(Problem) as problem:
        await verifier.verify(token)
    return problem.value is INVALID_TOKEN and verifier.known(token.encode()) is None


OWN_EC, OWN_RSA = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
HEADERS: dict[str, dict[str, Any]] = {
    "type of an ID token": {"typ": "JWT"},
    "no type": {"typ": None},
    "type that is no text": {"typ": ["at+jwt"]},
    "type of a logout token": {"typ": "logout+jwt"},
    "key by address": {"jku": "https://evil.example/jwks.json"},
    "key inside": {"jwk": OWN_EC.as_dict(private=False)},
    "certificate by address": {"x5u": "https://evil.example/cert.pem"},
    "certificate inside": {"x5c": ["MIIB"]},
    "critical extension": {"crit": ["exp"], "exp": 1},
    "critical nothing": {"crit": []},
    "content not encoded": {"b64": False, "crit": ["b64"]},
    "token in a token": {"cty": "JWT"},
    "unknown parameter": {"admin": True},
    "no key id": {"kid": None},
    "key id of another": {"kid": "stranger"},
    "key id too long": {"kid": "a" * 129},
    "key id that is a path": {"kid": "../../dev/null"},
    "key id that is a query": {"kid": "' OR 1=1 --"},
    "key id that is no text": {"kid": {"$ne": 1}},
    "no algorithm": {"alg": None},
    "algorithm none": {"alg": "none"},
    "algorithm None": {"alg": "None"},
    "algorithm of secrets": {"alg": "HS256"},
    "algorithm of another key": {"alg": "RS256"},
    "algorithm of another curve": {"alg": "ES384"},
}


@pytest.mark.parametrize("header", HEADERS)
async def test_a_header_that_steers_the_check_is_refused_though_the_signature_fits(
    issuer: Issuer, verifier: TokenVerifier, header: str
) -> None:
    said = {"alg": "ES256", "kid": issuer.key_id, "typ": "at+jwt"} | HEADERS[header]
    said = {name: value for name, value in said.items() if value is not None}
    assert await refused(verifier, forged(said, issuer.claims("p1"), issuer.key, "ES256"))


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_an_access_token_may_name_its_type_in_either_form(
    issuer: Issuer, verifier: TokenVerifier, kind: str
) -> None:
    said = {"alg": "ES256", "kid": issuer.key_id, "typ": kind, "x5t": "AAAA", "x5t#S256": "AAAA"}
    assert (await verifier.verify(forged(said, issuer.claims("p1"), issuer.key))).subject == "p1"


def signed_with_the_public_key(issuer: Issuer, header: dict[str, Any]) -> str:
    head = forged(header | {"alg": "HS256"}, issuer.claims("p1"), None).rstrip(".")
    return f"{head}.{coded(hmac.digest(issuer.key.as_pem(private=False), head.encode(), 'sha256'))}"


SIGNATURES: dict[str, Callable[[Issuer, dict[str, Any]], str]] = {
    "none": lambda issuer, head: forged(head | {"alg": "none"}, issuer.claims("p1"), None),
    "none, signed": lambda issuer, head: forged(head | {"alg": "none"}, issuer.claims("p1"), issuer.key, "ES256"),
    "left out": lambda issuer, head: forged(head, issuer.claims("p1"), None),
    "of the public key as a secret": signed_with_the_public_key,
    "of a stranger": lambda issuer, head: forged(head, issuer.claims("p1"), OWN_EC),
    "of a stranger with its key inside": lambda issuer, head: forged(
        head | {"jwk": OWN_EC.as_dict(private=False)}, issuer.claims("p1"), OWN_EC
    ),
    "of a stranger's rsa key": lambda issuer, head: forged(head | {"alg": "RS256"}, issuer.claims("p1"), OWN_RSA),
    "of zeros": lambda issuer, head: forged(head, issuer.claims("p1"), None) + coded(bytes(64)),
    "of another token": lambda issuer, head: (
        forged(head, issuer.claims("admin"), None) + issuer.token("p1").rpartition(".")[2]
    ),
    "cut": lambda issuer, head: issuer.token("p1")[:-4],
}


@pytest.mark.parametrize("signature", SIGNATURES)
async def test_a_signature_that_is_not_the_issuers_is_refused(
    issuer: Issuer, verifier: TokenVerifier, signature: str
) -> None:
    token = SIGNATURES[signature](issuer, {"alg": "ES256", "kid": issuer.key_id, "typ": "at+jwt"})
    assert await refused(verifier, token)


CLAIMS: dict[str, dict[str, Any]] = {
    "no issuer": {"iss": None},
    "another issuer": {"iss": "http://other"},
    "issuer in a list": {"iss": ["http://127.0.0.1"]},
    "no audience": {"aud": None},
    "another audience": {"aud": "other"},
    "other audiences": {"aud": ["account", "other"]},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject that is no text": {"sub": 5},
    "subject longer than events carry": {"sub": "p" * 65},
    "no end": {"exp": None},
    "end that is a text": {"exp": "2100-01-01"},
    "end that is true": {"exp": True},
    "end that never comes": {"exp": float("inf")},
    "end that is no number": {"exp": float("nan")},
    "end of a thousand digits": {"exp": 10**1000},
    "no beginning": {"iat": None},
    "roles that are a text": {"roles": "administrator"},
    "roles that are records": {"roles": [{"name": "administrator"}]},
    "membership without institution": {"memberships": [{"roles": ["head"]}]},
    "scope that is a list": {"scope": ["a"]},
    "name that is a number": {"name": 5},
    "an ID token's nonce": {"nonce": "n"},
    "an ID token's digest": {"at_hash": "h"},
    "an ID token's digest of a code": {"c_hash": "h"},
    "Keycloak's ID token": {"typ": "ID"},
    "Keycloak's refresh token": {"typ": "Refresh"},
    "a logout token": {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    "bound to a key that nobody proves": {"cnf": {"jkt": "x"}},
}


@pytest.mark.parametrize("claims", CLAIMS)
async def test_claims_that_are_missing_or_of_another_kind_are_refused(
    issuer: Issuer, verifier: TokenVerifier, claims: str
) -> None:
    said = issuer.claims("p1") | CLAIMS[claims]
    assert await refused(verifier, issuer.sign({name: value for name, value in said.items() if value is not None}))


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (True, {"iat": LEEWAY_SECONDS - 5, "exp": 60}),
        (False, {"iat": LEEWAY_SECONDS + 5, "exp": 60}),
        (True, {"iat": -60, "exp": -LEEWAY_SECONDS + 5}),
        (False, {"iat": -60, "exp": -LEEWAY_SECONDS}),
        (True, {"iat": -10, "exp": 60, "nbf": LEEWAY_SECONDS - 5}),
        (False, {"iat": -10, "exp": 60, "nbf": LEEWAY_SECONDS + 5}),
        (True, {"iat": -10, "exp": HOUR - 10}),
        (False, {"iat": -10, "exp": HOUR - 9}),
        (False, {"iat": -10 * HOUR, "exp": 60}),
    ],
)
async def test_a_token_is_taken_within_its_time_and_half_a_minute_beside_it(
    issuer: Issuer, verifier: TokenVerifier, taken: bool, told: dict[str, int]
) -> None:
    now = int(time.time())
    token = issuer.sign(issuer.claims("p1", **{name: now + seconds for name, seconds in told.items()}))
    if taken:
        assert (await verifier.verify(token)).subject == "p1"
    else:
        assert await refused(verifier, token)


async def test_a_subject_as_long_as_events_carry_is_taken(issuer: Issuer, verifier: TokenVerifier) -> None:
    assert (await verifier.verify(issuer.token("p" * 64))).subject == "p" * 64


async def test_a_token_longer_than_eight_kilobytes_is_refused_and_one_of_just_that_length_is_not(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    spare = MAX_TOKEN - len(issuer.token("p1", note=""))
    fitting = next(
        token
        for size in range(spare * 3 // 4 - 4, spare)
        if len(token := issuer.token("p1", note="a" * size)) >= MAX_TOKEN - 1
    )
    assert (await verifier.verify(fitting)).subject == "p1"
    assert await refused(verifier, issuer.token("p1", note="a" * spare))


GARBAGE = {
    "nothing": "",
    "no parts": "a",
    "empty parts": "..",
    "too many parts": "a.b.c.d",
    "not base64": "é.ü.ö",
    "no records": ".".join([coded(b"null")] * 3),
    "lists": ".".join([coded(b"[]")] * 3),
    "deep lists": ".".join([coded(b"[" * 2900), coded(b"[" * 2900), ""]),
    "a number of five thousand digits": f"{coded(b'1' * 5000)}.{coded(b'{}')}.",
    "not UTF-8": ".".join([coded(b"\xff\xfe")] * 3),
    "encrypted": "a.b.c.d.e",
    "a newline": "a.b\n.c",
}


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_refused_like_any_forged_token(verifier: TokenVerifier, garbage: str) -> None:
    assert await refused(verifier, GARBAGE[garbage])
