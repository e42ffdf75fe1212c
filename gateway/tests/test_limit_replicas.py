"""Two gateways as processes of their own, and clients that ask both for more than they may have."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

import aiohttp
import pytest

from chassis.mongo import Mongo
from gateway.limits.leases import COLLECTION
from testkit import Processes, eventually, fresh_database
from testkit.http import Answer
from testkit.issuer import Issuer

BY_ADDRESS, BY_SUBJECT = 60, 30
OPEN, CLOSED = "/.well-known/jwks.json", "/v1/institutions"


@dataclass(frozen=True)
class Gateways:
    """Replicas behind what they take for a trusted proxy."""

    bases: tuple[str, ...]
    admin: str
    """Where the first one tells its metrics."""
    http: aiohttp.ClientSession

    async def ask(self, path: str, forwarded_for: str, *, replica: int = 0, token: str = "") -> Answer:
        headers = {"X-Forwarded-For": forwarded_for} | ({"Authorization": f"Bearer {token}"} if token else {})
        async with self.http.get(self.bases[replica] + path, headers=headers) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())

    async def hammer(self, requests: int, path: str, address: Callable[[int], str], token: str = "") -> Counter[int]:
        """Ask both in turns, all at once."""
        asked = (self.ask(path, address(number), replica=number % 2, token=token) for number in range(requests))
        return Counter([answer.status for answer in await asyncio.gather(*asked)])


@pytest.fixture(scope="module")
async def database(servers) -> AsyncIterator[str]:
    async with fresh_database(servers.mongo, "gateway") as url:
        yield url


@pytest.fixture
async def gateways(database, upstream, gateway_env, processes: Processes) -> AsyncIterator[Gateways]:
    envs = [gateway_env(registry=upstream.url) for _ in range(2)]
    limits = {"read": {"address": [BY_ADDRESS, 60], "subject": [BY_SUBJECT, 60]}}
    for env in envs:
        env |= {"MONGO_URL": database, "GATEWAY_LIMITS": json.dumps(limits), "GATEWAY_TRUSTED_PROXIES": "127.0.0.0/8"}
        env["GATEWAY_LIMITS_PATIENCE_SECONDS"] = "5"  # this machine may be busier than a gateway's
        processes.start("gateway", "serve", env=env)
    bases = tuple(f"http://127.0.0.1:{env['GATEWAY_PORT']}" for env in envs)
    async with aiohttp.ClientSession() as http:
        for base in bases:
            await eventually(partial(is_up, http, base), 30)
        yield Gateways(bases, f"http://127.0.0.1:{envs[0]['GATEWAY_ADMIN_PORT']}", http)


async def is_up(http: aiohttp.ClientSession, base: str) -> None:
    try:
        async with http.get(f"{base}/readyz") as answer:
            assert answer.status == 200
    except aiohttp.ClientError as error:
        raise AssertionError(base) from error


async def test_two_gateways_hammered_at_once_admit_together_what_one_may(gateways: Gateways, issuer: Issuer):
    anna = issuer.token("anna")
    by_caller = await gateways.hammer(120, CLOSED, lambda number: f"198.51.100.{number}", anna)
    assert by_caller == {200: BY_SUBJECT, 429: 120 - BY_SUBJECT}
    by_address = await gateways.hammer(150, OPEN, lambda _: "203.0.113.1")
    assert by_address == {200: BY_ADDRESS, 429: 150 - BY_ADDRESS}
    assert (await gateways.ask(OPEN, "203.0.113.2")).status == 200
    for path, status in (("/docs", 429), ("/v1/guessed", 429), ("/readyz", 200)):
        assert (await gateways.ask(path, "203.0.113.1")).status == status
    assert (await gateways.ask(CLOSED, "198.51.100.1", token=issuer.token("boris"))).status == 200
    await refused_with_a_document(await gateways.ask(CLOSED, "198.51.100.1", replica=1, token=anna))
    await operators_see_it(gateways)


async def refused_with_a_document(refused: Answer) -> None:
    problem = refused.expect(429)
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert (refused.code, problem["title"]) == ("too-many-requests", "Слишком много запросов")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Policy"] == f'"read-subject";q={BY_SUBJECT};w=60'
    assert (refused.headers["RateLimit-Limit"], refused.headers["RateLimit-Remaining"]) == (str(BY_SUBJECT), "0")
    assert refused.headers["RateLimit-Reset"] == refused.headers["Retry-After"]


async def operators_see_it(gateways: Gateways) -> None:
    async with gateways.http.get(f"{gateways.admin}/metrics") as answer:
        told = await answer.text()
    assert 'gateway_limit_total{kind="subject",rate="read",result="refused"}' in told
    assert "gateway_limit_leases_total" in told
    assert "gateway_limit_store_failures_total 0.0" in told


async def test_a_client_cannot_write_itself_another_address(gateways: Gateways):
    spoofed = await gateways.hammer(100, OPEN, lambda number: f"192.0.2.{number}, 203.0.113.3")
    assert spoofed == {200: BY_ADDRESS, 429: 100 - BY_ADDRESS}


async def test_a_service_is_told_the_address_that_was_counted_and_nothing_else(gateways: Gateways):
    seen = (await gateways.ask("/v1/institutions/coverage", "192.0.2.7, 203.0.113.4")).status
    assert seen == 401
    answer = await gateways.ask(OPEN, "192.0.2.7, 203.0.113.5")
    forwarded = [value for name, value in answer.expect(200)["headers"] if name.startswith("x-forwarded-for")]
    assert forwarded == ["203.0.113.5"]
    assert answer.headers["RateLimit-Remaining"] == str(BY_ADDRESS - 1)


async def test_what_is_stored_of_addresses_ends_with_their_window(gateways: Gateways, database: str):
    await gateways.ask(OPEN, "203.0.113.6")
    mongo = Mongo(database)

    async def stored() -> float:
        found = await mongo.plain[COLLECTION].find_one({"_id": "address:read:203.0.113.6"})
        assert found is not None
        return float((found["until"] - found["at"]).total_seconds())

    try:
        assert await eventually(stored) == pytest.approx(60)
    finally:
        await mongo.close()
