"""Whose a token is: the platform's own issuer and others beside it, discovery, and tokens known already."""

import asyncio
import subprocess
import sys
import time
import timeit
from collections.abc import AsyncIterator, Callable

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from chassis.identity import INVALID_TOKEN
from chassis.issuers import KEYS_UNAVAILABLE
from chassis.problem import Problem
from chassis.settings import ProcessSettings, TrustedIssuer
from chassis.tokens import CACHED_SECONDS, CACHED_TOKENS, LEEWAY_SECONDS, TokenVerifier, _Claims
from testkit import Issuer, eventually, running_issuer
from testkit.clock import Clock

EVERYTHING = {"roles": ["administrator", "guest"], "memberships": [{"institution_id": "i1", "roles": ["head"]}]}


@pytest.fixture
async def own(free_port: Callable[[], int]) -> AsyncIterator[Issuer]:
    async with running_issuer(free_port()) as issuer:
        yield issuer


@pytest.fixture
async def partner(free_port: Callable[[], int]) -> AsyncIterator[Issuer]:
    async with running_issuer(free_port()) as issuer:
        yield issuer


@pytest.fixture
def verifier(own: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(ProcessSettings(**own.settings), clock=clock)


def trusting(own: Issuer, clock: Clock, *others: TrustedIssuer, **changed: object) -> TokenVerifier:
    return TokenVerifier(ProcessSettings(**own.settings | changed, oidc_issuers=others), clock=clock)


async def refusal(verifier: TokenVerifier, token: str) -> Problem:
    with pytest.raises(Problem) as refused:
        await verifier.verify(token)
    return refused.value


async def test_a_person_is_who_the_token_says_with_roles_per_institution(own: Issuer, verifier: TokenVerifier) -> None:
    token = own.token("p1", roles=("curator",), memberships={"i1": ("head",)}, name="Анна")
    caller = await verifier.verify(token)
    assert (caller.subject, caller.name, caller.roles) == ("p1", "Анна", frozenset({"curator"}))
    assert caller.memberships == {"i1": {"head"}}


async def test_scopes_client_and_end_of_a_token_are_told(own: Issuer, verifier: TokenVerifier) -> None:
    end = int(time.time()) + 100
    caller = await verifier.verify(own.token("p1", scope="facts:read profile", client_id="mobile", exp=end))
    assert caller.scopes == {"facts:read", "profile"}
    assert (caller.client, caller.expires_at) == ("mobile", end)
    assert (await verifier.verify(own.token("p1", azp="keycloak-client"))).client == "keycloak-client"
    both = await verifier.verify(own.token("p1", client_id="mobile", azp="keycloak-client"))
    assert both.client == "mobile"


async def test_a_token_with_scopes_is_lent_to_an_application_and_one_without_is_the_persons_own(
    own: Issuer, verifier: TokenVerifier
) -> None:
    assert (await verifier.verify(own.token("p1", scope="facts:read"))).lent
    assert not (await verifier.verify(own.token("p1"))).lent


async def test_without_an_address_of_keys_discovery_tells_it(own: Issuer, clock: Clock) -> None:
    verifier = trusting(own, clock, oidc_jwks_url=None)
    assert (await verifier.verify(own.token("p1"))).subject == "p1"


@pytest.mark.parametrize("wrong", [{"issuer": "http://other"}, {"issuer": None}, {"jwks_uri": None}, {"jwks_uri": 5}])
async def test_discovery_that_tells_of_another_issuer_or_of_no_keys_is_not_believed(
    own: Issuer, clock: Clock, wrong: dict[str, object]
) -> None:
    own.discovery |= wrong
    assert await refusal(trusting(own, clock, oidc_jwks_url=None), own.token("p1")) is KEYS_UNAVAILABLE


async def test_discovery_of_an_issuer_that_ends_in_a_slash_is_asked_once_below_it(own: Issuer, clock: Clock) -> None:
    own.discovery["issuer"] = own.url + "/"
    verifier = trusting(own, clock, oidc_issuer=own.url + "/", oidc_jwks_url=None)
    assert (await verifier.verify(own.token("p1", iss=own.url + "/"))).subject == "p1"
    assert await refusal(verifier, own.token("p1")) is INVALID_TOKEN


async def test_a_further_issuer_is_believed_nothing_but_that_somebody_signed_in(
    own: Issuer, partner: Issuer, clock: Clock
) -> None:
    verifier = trusting(own, clock, TrustedIssuer(issuer=partner.url))
    token = partner.sign(partner.claims("p1", scope="facts:read", **EVERYTHING))
    caller = await verifier.verify(token)
    assert (caller.roles, caller.memberships, caller.scopes) == (frozenset(), {}, frozenset())
    assert caller.lent  # with no scope: to an application that may do nothing
    assert caller.subject not in ("p1", (await verifier.verify(own.token("p1"))).subject)
    assert caller.subject == (await verifier.verify(partner.token("p1"))).subject


def test_one_name_at_two_further_issuers_is_two_people() -> None:
    claims = _Claims(sub="p1", iat=0, exp=1)
    first, second = (TrustedIssuer(issuer=f"https://{name}.example") for name in ("a", "b"))
    assert claims.caller(first).subject == claims.caller(first).subject != claims.caller(second).subject
    longer, shorter = _Claims(sub="/b1", iat=0, exp=1), _Claims(sub="1", iat=0, exp=1)
    assert longer.caller(first).subject != shorter.caller(TrustedIssuer(issuer=f"{first.issuer}/b")).subject


async def test_a_further_issuer_gives_the_roles_and_scopes_listed_for_it_and_no_other(
    own: Issuer, partner: Issuer, clock: Clock
) -> None:
    listed = TrustedIssuer(issuer=partner.url, roles={"guest": "expert"}, scopes=frozenset({"facts:read"}))
    caller = await trusting(own, clock, listed).verify(
        partner.sign(partner.claims("p1", scope="facts:read facts:write", **EVERYTHING))
    )
    assert caller.roles == {"expert"}
    assert caller.scopes == {"facts:read"}
    assert caller.memberships == {}


async def test_a_second_issuer_of_the_platform_itself_is_believed_like_the_first(
    own: Issuer, partner: Issuer, clock: Clock
) -> None:
    verifier = trusting(own, clock, TrustedIssuer(issuer=partner.url, own=True))
    caller = await verifier.verify(partner.sign(partner.claims("p1", scope="facts:read", **EVERYTHING)))
    assert caller.subject == "p1"
    assert caller.roles == {"administrator", "guest"}
    assert caller.scopes == {"facts:read"}
    assert caller.memberships == {"i1": {"head"}}


async def test_the_keys_of_one_issuer_never_verify_a_token_of_another(
    own: Issuer, partner: Issuer, clock: Clock
) -> None:
    verifier = trusting(own, clock, TrustedIssuer(issuer=partner.url))
    await verifier.verify(own.token("p1"))
    assert await refusal(verifier, partner.sign(own.claims("p1"))) is INVALID_TOKEN


async def test_an_issuer_has_its_own_audience_token_type_and_longest_term(
    own: Issuer, partner: Issuer, clock: Clock
) -> None:
    listed = TrustedIssuer(
        issuer=partner.url, audience="partners", token_types=frozenset({"JWT"}), lifetime_seconds=120
    )
    verifier = trusting(own, clock, listed)
    now = int(time.time())
    fitting = partner.claims("p1", aud=["partners", "account"], iat=now, exp=now + 120)
    await verifier.verify(partner.sign(fitting, typ="JWT"))
    for wrong in ({"aud": "technopark"}, {"exp": now + 121}):
        assert await refusal(verifier, partner.sign(fitting | wrong, typ="JWT")) is INVALID_TOKEN
    assert await refusal(verifier, partner.sign(fitting, typ="at+jwt")) is INVALID_TOKEN
    assert await refusal(verifier, own.sign(own.claims("p1"), typ="JWT")) is INVALID_TOKEN


async def test_a_token_signed_with_rsa_is_taken_like_one_of_an_elliptic_curve(
    own: Issuer, verifier: TokenVerifier
) -> None:
    own.rotate("rsa", RSAKey.generate_key(2048))
    assert (await verifier.verify(own.token("p1"))).subject == "p1"
    head = {"alg": "PS256", "kid": "rsa", "typ": "at+jwt"}
    of_another_padding = jwt.encode(head, own.claims("p1"), own.key, algorithms=["PS256"])
    assert await refusal(verifier, of_another_padding) is INVALID_TOKEN


def test_issuers_are_read_from_the_environment_as_json(issuer: Issuer) -> None:
    given = "from chassis.settings import ProcessSettings as S; print([i.issuer for i in S().issuers])"
    environment = issuer.env | {"OIDC_ISSUERS": '[{"issuer": "https://id.partner.example", "roles": {"a": "expert"}}]'}
    done = subprocess.run([sys.executable, "-c", given], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([issuer.url, "https://id.partner.example"])


def test_an_issuer_named_twice_or_by_no_address_is_refused_at_the_start(issuer: Issuer) -> None:
    for others in ([issuer.url], ["http://a", "http://a"], ["a"]):
        with pytest.raises(ValidationError):
            ProcessSettings(**issuer.settings | {"oidc_issuers": [{"issuer": one} for one in others]})


async def test_a_token_verified_once_is_known_until_its_end(own: Issuer, verifier: TokenVerifier, clock: Clock) -> None:
    end = int(time.time()) + 100
    token = own.token("p1", exp=end)
    assert verifier.known(token.encode()) is None
    assert verifier.known(b"not a token") is None
    verified = await verifier.verify(token)
    clock.ahead = 100 + LEEWAY_SECONDS - 2
    assert verifier.known(token.encode()) is await verifier.verify(token) is verified
    clock.ahead = 100 + LEEWAY_SECONDS
    assert verifier.known(token.encode()) is None
    assert await refusal(verifier, token) is INVALID_TOKEN


async def test_a_long_token_is_verified_again_after_five_minutes(
    own: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = own.token("p1")
    await verifier.verify(token)
    clock.ahead = CACHED_SECONDS - 2
    assert verifier.known(token.encode())
    clock.ahead = CACHED_SECONDS + 1
    assert verifier.known(token.encode()) is None
    assert (await verifier.verify(token)).subject == "p1"
    assert verifier.known(token.encode())


async def test_a_token_is_not_known_any_more_when_its_key_is_withdrawn(
    own: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = own.token("p1")
    await verifier.verify(token)
    own.rotate("next")
    clock.ahead = 61
    await verifier.verify(own.token("p2"))
    assert verifier.known(token.encode()) is None
    assert await refusal(verifier, token) is INVALID_TOKEN


async def test_a_known_token_is_verified_again_when_the_keys_were_renewed(
    own: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = own.token("p1")
    await verifier.verify(token)
    clock.ahead = 61
    assert await refusal(verifier, own.sign(own.claims("p1"), kid="unknown")) is INVALID_TOKEN
    assert own.asked == 2
    assert verifier.known(token.encode()) is None
    assert (await verifier.verify(token)).subject == "p1"
    assert verifier.known(token.encode())


async def test_no_more_tokens_are_remembered_than_ten_thousand(own: Issuer, verifier: TokenVerifier) -> None:
    first = own.token("p1")
    caller = await verifier.verify(first)
    entry = next(iter(verifier._remembered.values()))
    verifier._remembered.update({number.to_bytes(32): entry for number in range(CACHED_TOKENS - 2)})
    await verifier.verify(own.token("p2"))
    assert (len(verifier._remembered), verifier.known(first.encode())) == (CACHED_TOKENS, caller)
    await verifier.verify(own.token("p3"))
    assert (len(verifier._remembered), verifier.known(first.encode())) == (CACHED_TOKENS, None)


async def test_a_known_token_costs_a_few_microseconds(own: Issuer, verifier: TokenVerifier) -> None:
    token = own.token("p1", memberships={f"0190a000-0000-7000-8000-00000000000{i}": ("head",) for i in range(9)})
    await verifier.verify(token)
    timed = timeit.repeat(lambda: verifier.known(token.encode()), number=2000, repeat=10, timer=time.process_time)
    assert min(timed) / 2000 < 4e-6  # 2 µs on a quiet machine; verifying costs a hundred


async def test_requests_that_give_up_do_not_end_the_asking_for_the_others(own: Issuer, verifier: TokenVerifier) -> None:
    own.awake.clear()
    hasty, patient = (asyncio.create_task(verifier.verify(own.token(name))) for name in ("p1", "p2"))
    await eventually(lambda: own.asked == 1)
    hasty.cancel()
    own.awake.set()
    assert (await patient).subject == "p2"
    assert own.asked == 1
