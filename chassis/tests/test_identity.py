"""Tokens checked against an issuer that rotates its keys, floods with unknown ones, and goes away."""

from collections.abc import Callable

import pytest

from chassis.identity import KEYS_UNAVAILABLE, UNAUTHENTICATED, TokenVerifier
from chassis.problem import Problem
from chassis.settings import ProcessSettings
from testkit import running_issuer


async def test_a_person_is_who_the_token_says_with_roles_per_institution(free_port: Callable[[], int]) -> None:
    async with running_issuer(free_port()) as issuer:
        token = issuer.token("p1", roles=("curator",), memberships={"i1": ("head",)}, name="Анна")
        caller = await TokenVerifier(ProcessSettings(**issuer.settings)).verify(token)
    assert (caller.subject, caller.name, caller.roles) == ("p1", "Анна", frozenset({"curator"}))
    assert caller.memberships == {"i1": {"head"}}


async def test_known_keys_stay_valid_while_the_issuer_is_away(free_port: Callable[[], int]) -> None:
    async with running_issuer(free_port()) as issuer:
        verifier = TokenVerifier(ProcessSettings(**issuer.settings))
        await verifier.verify(issuer.token("p1"))
    assert (await verifier.verify(issuer.token("p2"))).subject == "p2"


async def test_before_the_first_key_is_known_the_issuers_absence_is_told_apart_from_a_bad_token(
    free_port: Callable[[], int],
) -> None:
    async with running_issuer(free_port()) as issuer:
        token = issuer.token("p1")
    with pytest.raises(Problem) as refused:
        await TokenVerifier(ProcessSettings(**issuer.settings)).verify(token)
    assert refused.value is KEYS_UNAVAILABLE


async def test_unknown_keys_ask_the_issuer_at_most_once_a_minute(free_port: Callable[[], int]) -> None:
    async with running_issuer(free_port()) as issuer:
        verifier = TokenVerifier(ProcessSettings(**issuer.settings))
        await verifier.verify(issuer.token("p1"))
        issuer.rotate("stranger")
        for _ in range(20):
            with pytest.raises(Problem) as refused:
                await verifier.verify(issuer.token("p1"))
            assert refused.value is UNAUTHENTICATED
        assert issuer.asked == 1


async def test_a_rotated_key_is_learned_when_the_minute_is_over(free_port: Callable[[], int]) -> None:
    async with running_issuer(free_port()) as issuer:
        verifier = TokenVerifier(ProcessSettings(**issuer.settings), refresh_seconds=0)
        await verifier.verify(issuer.token("p1"))
        issuer.rotate("next-key")
        assert (await verifier.verify(issuer.token("p2"))).subject == "p2"
        assert issuer.asked == 2
