"""Who gets past the door."""

import base64
import json
import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from chassis.identity import Caller
from chassis.problem import Problem
from gateway.credentials import check_scope
from testkit.issuer import Issuer, running_issuer


def _unsigned(header: object, claims: object) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, ""])


async def test_without_a_token_a_private_address_answers_401_and_asks_no_service(door, upstream):
    answer = await door.client.get("/v1/secret")
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert upstream.asked == []


async def test_a_refused_caller_is_told_what_is_left_to_its_address_with_every_answer(door, issuer):
    left = []
    for token in ("", "a.b.c", "a.b.c"):
        answer = await door.client.with_token(token).get("/v1/secret")
        assert answer.status == 401
        assert answer.headers.getall("RateLimit-Limit") == ["3000"]
        left.append(int(answer.headers["RateLimit-Remaining"]))
    assert left == [left[0], left[0] - 1, left[0] - 2]
    allowed = await door.client.with_token(issuer.token("p")).get("/v1/secret")
    assert allowed.headers.getall("RateLimit-Limit") == ["600"]


async def test_with_a_valid_token_the_request_passes_and_carries_the_token_on(door, issuer):
    token = issuer.token("person-1")
    seen = (await door.client.with_token(token).get("/v1/secret")).expect(200)
    assert dict(seen["headers"])["authorization"] == f"Bearer {token}"


async def test_the_word_before_a_token_may_be_written_in_any_letters_and_alone_it_is_no_token(door, issuer):
    for word in ("bearer", "BEARER"):
        headers = {"Authorization": f"{word} {issuer.token('person-1')}"}
        assert (await door.client.get("/v1/secret", headers=headers)).status == 200
    alone = await door.client.get("/v1/secret", headers={"Authorization": "Bearer"})
    assert (alone.status, alone.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("address", ["/livez", "/readyz", "/docs", "/v1/echo"])
async def test_an_anonymous_address_needs_no_token(door, address):
    assert (await door.client.get(address)).status == 200


@pytest.mark.parametrize(
    "credentials", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Token x", "Bearer " + "a" * 8193, "Bearer é"]
)
async def test_other_credentials_than_one_bearer_token_are_refused(door, credentials):
    assert await door.status(b"/v1/secret", b"Authorization: " + credentials.encode("latin-1")) == 401


@pytest.fixture(params=["none", "hmac", "stranger", "expired", "audience", "issuer", "subject", "name", "kid"])
def forged(request: pytest.FixtureRequest, issuer: Issuer) -> str:
    now = int(time.time())
    claims = {"iss": issuer.url, "aud": "technopark", "sub": "p", "iat": now, "exp": now + 60}
    public = issuer.jwks["keys"][0]
    header = {
        "kid": public["kid"],
        "typ": "at+jwt",
    }  # in form an access token: nothing but its signature speaks against it
    stranger = ECKey.generate_key("P-256", {"kid": public["kid"]})
    made: dict[str, Callable[[], str]] = {
        "none": lambda: _unsigned({**header, "alg": "none"}, claims),
        "hmac": lambda: jwt.encode({**header, "alg": "HS256"}, claims, OctKey.import_key(public["x"] * 2)),
        "stranger": lambda: jwt.encode({**header, "alg": "ES256"}, claims, stranger),
        "expired": lambda: issuer.token("p", exp=now - 3600),
        "audience": lambda: issuer.token("p", aud="other"),
        "issuer": lambda: issuer.token("p", iss="http://other"),
        "subject": lambda: issuer.token("p", sub=None),
        "name": lambda: issuer.token("p", name=5),
        "kid": lambda: _unsigned({**header, "alg": "ES256", "kid": {"$ne": 1}}, claims) + "AAAA",
    }
    return made[request.param]()


async def test_a_forged_or_foreign_token_is_refused_with_401(door, forged, upstream):
    answer = await door.client.with_token(forged).get("/v1/secret")
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert upstream.asked == []


GARBAGE = ["a", "a.b.c", "....", "e30.e30.e30", "eyJhbGciOiJFUzI1NiJ9..", "bnVsbA.bnVsbA.bnVsbA"]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_in_place_of_a_token_is_refused_with_401(door, garbage):
    refused = await door.client.with_token(garbage).get("/v1/secret")
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize(
    ("path", "roles", "scope", "status"),
    [
        ("/v1/for-curators", ("curator",), "", 200),
        ("/v1/for-curators", ("expert", "official"), "", 200),
        ("/v1/for-curators", ("expert",), "", 403),
        ("/v1/for-curators", (), "curator", 403),
        ("/v1/for-reports", (), "openid reports", 200),
        ("/v1/for-reports", ("reports",), "report", 403),
        ("/v1/for-reports", (), "", 403),
    ],
)
async def test_a_row_that_asks_for_a_role_or_a_scope_lets_nobody_else_through(
    door, upstream, issuer, path, roles, scope, status
):
    token = issuer.token("p", roles=roles, scope=scope)
    answer = await door.client.with_token(token).get(path)
    assert answer.status == status
    assert bool(upstream.asked) is (status == 200)
    if status == 403:
        by_scope = path == "/v1/for-reports"
        assert answer.code == ("insufficient-scope" if by_scope else "not-for-you")
        assert ('error="insufficient_scope"' in answer.headers.get("WWW-Authenticate", "")) is by_scope


@pytest.mark.parametrize(
    ("told", "status"), [("telling", 200), ("api.write", 200), ("", 200), ("api.read", 403), ("openid", 403)]
)
async def test_a_token_lent_for_one_thing_does_that_and_nothing_else(door, issuer, told, status):
    client = door.client.with_token(issuer.token("p", scope=told))
    assert (await client.post("/v1/for-telling", {})).status == status
    assert (await client.post("/v1/secret", {})).status == (200 if told in ("", "api.write") else 403)


@pytest.mark.parametrize(
    ("method", "wanted", "lent", "scopes", "allowed"),
    [
        ("GET", "", True, {"api.read"}, True),
        ("HEAD", "", True, {"api.read"}, True),
        ("GET", "", True, {"api.write"}, False),
        ("POST", "", True, {"api.read"}, False),
        ("DELETE", "", True, {"api.write"}, True),
        ("POST", "", False, set(), True),
        ("POST", "things", False, set(), False),
        ("POST", "things", True, {"things"}, True),
        ("GET", "things", True, {"api.read"}, False),
    ],
)
def test_a_lent_token_reads_with_one_scope_and_changes_with_another_unless_a_row_names_its_own(
    method, wanted, lent, scopes, allowed
):
    caller = Caller(subject="p", scopes=frozenset(scopes), lent=lent)
    with nullcontext() if allowed else pytest.raises(Problem, match="insufficient-scope"):
        check_scope(caller, method, wanted)


@pytest.mark.parametrize(
    ("wanted", "enough", "allowed"),
    [("", "feed.read", True), ("", "", False), ("", "things.read", False), ("api.read", "feed.read", False)],
)
def test_a_scope_that_is_enough_for_one_address_opens_no_other(wanted, enough, allowed):
    caller = Caller(subject="p", scopes=frozenset({"feed.read"}), lent=True)
    with nullcontext() if allowed else pytest.raises(Problem, match="insufficient-scope") as refused:
        check_scope(caller, "GET", wanted, enough)
    if refused is not None:
        assert (wanted or enough or "api.read") in refused.value.detail.ru


@pytest.mark.parametrize("told", ["", "openid", "api.write", "api.read"])
async def test_people_of_a_partner_s_issuer_may_do_what_is_listed_for_it_and_no_more(
    running_gateway, small_table, upstream, issuer, free_port, told
):
    async with running_issuer(free_port()) as partner:
        settings = {"oidc_issuers": [{"issuer": partner.url, "scopes": ["api.read"]}]}
        async with running_gateway(small_table, registry=upstream.url, settings=settings) as door:
            client = door.client.with_token(partner.token("p", scope=told))
            assert (await client.post("/v1/secret", {})).code == "insufficient-scope"
            assert (await client.get("/v1/secret")).status == (200 if told == "api.read" else 403)
    assert len(upstream.asked) == int(told == "api.read")


async def test_an_address_that_ends_says_so_with_every_answer(door):
    answer = await door.client.get("/v1/ending")
    assert answer.headers["Deprecation"] == "@1801353600"
    assert answer.headers["Sunset"] == "Sat, 31 Jul 2027 00:00:00 GMT"
    assert "Deprecation" not in (await door.client.get("/v1/echo")).headers
