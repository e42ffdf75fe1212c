"""The keys of an issuer that rotates them, floods with unknown ones, falls silent, fails and comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey
from prometheus_client import REGISTRY

from chassis.identity import INVALID_TOKEN
from chassis.issuers import ASK_SECONDS, KEYS_UNAVAILABLE, MALFORMED, RENEW_SECONDS, STALE_SECONDS, usable
from chassis.problem import Problem
from chassis.settings import ProcessSettings, TrustedIssuer
from chassis.tokens import TokenVerifier
from testkit import Issuer, eventually, running_issuer
from testkit.clock import Clock


@pytest.fixture
async def issuer(free_port: Callable[[], int]) -> AsyncIterator[Issuer]:
    async with running_issuer(free_port()) as running:
        yield running


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(ProcessSettings(**issuer.settings), clock=clock)


@pytest.fixture
def fresh(issuer: Issuer, clock: Clock) -> Callable[[str], str]:
    """Return a token made at the verifier's time."""

    def make(subject: str, **header: object) -> str:
        now = int(clock())
        return issuer.sign(issuer.claims(subject, iat=now, exp=now + 60), **header)

    return make


Fresh = Callable[..., str]


async def refusal(verifier: TokenVerifier, token: str) -> Problem:
    with pytest.raises(Problem) as refused:
        await verifier.verify(token)
    return refused.value


async def test_before_the_first_key_is_known_the_issuers_absence_is_told_apart_from_a_bad_token(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    issuer.status = 503
    assert await refusal(verifier, issuer.token("p1")) is KEYS_UNAVAILABLE
    assert KEYS_UNAVAILABLE.headers == {"Retry-After": "2"}


async def test_a_dead_issuer_is_asked_again_after_one_two_four_seconds_and_never_later_than_after_five(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    issuer.status = 503
    for asked, pause in enumerate((1, 2, 4, 5, 5, 5), start=1):
        assert await refusal(verifier, issuer.token("p1")) is KEYS_UNAVAILABLE
        assert issuer.asked == asked
        clock.ahead += pause - 0.5
        assert await refusal(verifier, issuer.token("p1")) is KEYS_UNAVAILABLE
        assert issuer.asked == asked
        clock.ahead += 0.5
    issuer.status = 200
    assert (await verifier.verify(issuer.token("p1"))).subject == "p1"


async def test_requests_at_once_share_one_fetch_of_the_keys(issuer: Issuer, verifier: TokenVerifier) -> None:
    callers = await asyncio.gather(*(verifier.verify(issuer.token(f"p{number}")) for number in range(50)))
    assert [caller.subject for caller in callers] == [f"p{number}" for number in range(50)]
    assert issuer.asked == 1


async def test_a_silent_issuer_does_not_slow_the_requests_of_another(
    issuer: Issuer, free_port: Callable[[], int]
) -> None:
    async with running_issuer(free_port()) as silent:
        silent.awake.clear()
        settings = ProcessSettings(**issuer.settings, oidc_issuers=(TrustedIssuer(issuer=silent.url),))
        verifier = TokenVerifier(settings)
        await verifier.verify(issuer.token("p1"))
        waiting = asyncio.create_task(verifier.verify(silent.token("p1")))
        await asyncio.wait({waiting}, timeout=0)
        for number in range(20):
            await verifier.verify(issuer.token(f"p{number}"))
        assert not waiting.done()
        with pytest.raises(Problem) as refused:
            await waiting
        assert refused.value is KEYS_UNAVAILABLE


async def test_unknown_keys_ask_the_issuer_at_most_once_a_minute(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh
) -> None:
    await verifier.verify(fresh("p1"))
    for number in range(20):
        assert await refusal(verifier, fresh("p1", kid=f"unknown-{number}")) is INVALID_TOKEN
    assert issuer.asked == 1
    clock.ahead = ASK_SECONDS - 1
    assert await refusal(verifier, fresh("p1", kid="unknown")) is INVALID_TOKEN
    assert issuer.asked == 1
    clock.ahead = ASK_SECONDS + 1
    flood = [refusal(verifier, fresh("p1", kid=f"unknown-{number}")) for number in range(20)]
    assert set(await asyncio.gather(*flood)) == {INVALID_TOKEN}
    assert issuer.asked == 2


async def test_a_key_id_that_no_key_can_have_asks_nobody(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh
) -> None:
    await verifier.verify(fresh("p1"))
    clock.ahead = ASK_SECONDS + 1
    for odd in ("a b", "a" * 129, "ключ"):
        assert await refusal(verifier, fresh("p1", kid=odd)) is INVALID_TOKEN
    assert issuer.asked == 1


async def test_a_rotated_key_is_learned_when_the_minute_is_over(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh
) -> None:
    await verifier.verify(fresh("p1"))
    issuer.rotate("next-key")
    assert await refusal(verifier, fresh("p2")) is INVALID_TOKEN
    clock.ahead = ASK_SECONDS + 1
    assert (await verifier.verify(fresh("p2"))).subject == "p2"
    assert issuer.asked == 2


async def test_keys_are_renewed_every_ten_minutes_while_nobody_waits(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh
) -> None:
    await verifier.verify(fresh("p1"))
    clock.ahead = RENEW_SECONDS - 5
    await verifier.verify(fresh("p1"))
    assert issuer.asked == 1
    clock.ahead = RENEW_SECONDS + 5
    issuer.awake.clear()
    assert (await verifier.verify(fresh("p2"))).subject == "p2"
    issuer.awake.set()
    await eventually(lambda: issuer.asked == 2)


@pytest.mark.parametrize("failure", ["status", "no keys", "no document", "a broken key"])
async def test_a_failed_fetch_keeps_the_keys_for_a_day_and_is_counted(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh, failure: str
) -> None:
    await verifier.verify(fresh("p1"))
    published = issuer.jwks
    broken: dict[str, Any] = {
        "no keys": {"keys": []},
        "no document": [1],
        "a broken key": {"keys": [*published["keys"], {"kty": "EC"}]},
    }
    issuer.jwks = broken.get(failure, published)
    issuer.status = 500 if failure == "status" else 200
    clock.ahead = RENEW_SECONDS + 1
    assert (await verifier.verify(fresh("p2"))).subject == "p2"
    counted = {"issuer": issuer.url, "result": "failed"}
    await eventually(lambda: REGISTRY.get_sample_value("oidc_key_fetches_total", counted) == 1)
    assert await refusal(verifier, fresh("p1", kid="unknown")) is KEYS_UNAVAILABLE
    clock.ahead = STALE_SECONDS - 5
    assert (await verifier.verify(fresh("p3"))).subject == "p3"
    clock.ahead = STALE_SECONDS + 5
    assert await refusal(verifier, fresh("p4")) is KEYS_UNAVAILABLE
    issuer.jwks, issuer.status = published, 200
    clock.ahead = STALE_SECONDS + 35
    assert (await verifier.verify(fresh("p5"))).subject == "p5"


async def test_a_clock_set_back_does_not_stop_the_asking(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock, fresh: Fresh
) -> None:
    await verifier.verify(fresh("p1"))
    issuer.rotate("next-key")
    clock.ahead = -3600
    assert (await verifier.verify(fresh("p2"))).subject == "p2"


async def test_a_redirected_request_for_keys_is_not_followed(
    issuer: Issuer, free_port: Callable[[], int], clock: Clock
) -> None:
    async with running_issuer(free_port()) as other:
        issuer.moved_to = other.jwks_url
        other.jwks = issuer.jwks
        verifier = TokenVerifier(
            ProcessSettings(**issuer.settings | {"oidc_jwks_url": f"{issuer.url}/moved"}), clock=clock
        )
        assert await refusal(verifier, issuer.token("p1")) is KEYS_UNAVAILABLE
        assert other.asked == 0


EC = ECKey.generate_key("P-256").as_dict(private=False)
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505 refused
UNFIT: dict[str, Any] = {
    "symmetric": OctKey.generate_key(256).as_dict(private=True),
    "short rsa": RSAKey.binding.convert_raw_key_to_dict(SHORT, private=False) | {"kty": "RSA"},
    "curve P-384": ECKey.generate_key("P-384").as_dict(private=False),
    "private": ECKey.generate_key("P-256").as_dict(private=True),
    "for encryption": EC | {"use": "enc"},
    "of another algorithm": EC | {"alg": "ES384"},
    "of an unknown type": {"kty": "AKP"},
    "named by nothing": EC | {"kid": ""},
    "named by two words": EC | {"kid": "a b"},
    "named too long": EC | {"kid": "a" * 129},
    "named in Russian": EC | {"kid": "ключ"},
    "named by a path": EC | {"kid": "..\\etc"},
}


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize("unfit", UNFIT)
def test_a_key_that_may_not_check_signatures_is_passed_over(unfit: str) -> None:
    odd = {"kid": "odd"} | UNFIT[unfit]
    assert set(usable({"keys": [odd, EC | {"kid": "a" * 128}]})) == {"a" * 128}
    with pytest.raises((ValueError, JoseError)):
        usable({"keys": [odd]})


@pytest.mark.parametrize("broken", [{}, {"kty": ["EC"]}, EC | {"x": "AAAA"}, EC | {"kid": 5}, EC | {"use": "x"}])
def test_a_malformed_key_makes_the_whole_set_unusable(broken: Any) -> None:
    with pytest.raises(MALFORMED):
        usable({"keys": [EC | {"kid": "good"}, broken]})
