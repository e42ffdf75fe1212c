"""Partners' keys: exchanged once, felt within a minute when they end, and known to nobody behind the gateway."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from prometheus_client import REGISTRY, generate_latest
from structlog.testing import capture_logs

from chassis.problem import Problem
from gateway.api_keys import KEPT_SECONDS, REFUSED_SECONDS, UNAVAILABLE_SECONDS, ApiKeys
from gateway.table import Table, read_rows
from testkit import Answer, eventually
from testkit.issuer import Issuer

ROWS = """
[registry]
GET    /v1/things                  read
POST   /v1/things                  write
GET    /v1/open                    read anonymous
GET    /v1/ministry                read role=administrator,official
GET    /v1/facts                   read scope=facts.read
[expertise]
GET    /v1/dead                    read
"""
KEY = "tp_0190a000-0000-7000-8000-000000000001_" + "ab" * 32
OTHER_KEY = "tp_0190a000-0000-7000-8000-000000000002_" + "cd" * 32


@dataclass
class Registry:
    """A registry that knows one key, and a service behind the gateway at once."""

    issuer: Issuer
    exchanges: list[dict[str, str]] = field(default_factory=list)
    reached: list[dict[str, str]] = field(default_factory=list)
    lifetime: int = 60
    scope: str = "api.read api.write"
    status: int = 0
    body: str | None = None
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    clock_ahead: float = 0

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.exchanges.append(form | {"address": request.headers["X-Forwarded-For"]})
        await self.awake.wait()
        if self.status or form["subject_token"] != KEY:
            return web.json_response({"error": "invalid_request"}, status=self.status or 400)
        now = int(time.time() + self.clock_ahead)
        claims = self.issuer.claims("api-key:1", iat=now, exp=now + self.lifetime, scope=self.scope)
        answer = {"access_token": self.issuer.sign(claims), "token_type": "Bearer", "expires_in": self.lifetime}
        return web.Response(text=self.body or json.dumps(answer), content_type="application/json")

    async def service(self, request: web.Request) -> web.Response:
        self.reached.append({name.lower(): value for name, value in request.headers.items()})
        return web.json_response({})


@pytest.fixture
async def registry(issuer: Issuer, free_port: Callable[[], int]) -> AsyncIterator[tuple[Registry, str]]:
    known = Registry(issuer)
    known.awake.set()
    app = web.Application()
    app.router.add_post("/oauth/token", known.token)
    app.router.add_route("*", "/v1/{rest:.*}", known.service)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield known, f"http://127.0.0.1:{port}"
    known.awake.set()
    await runner.cleanup()


@pytest.fixture
def known(registry: tuple[Registry, str]) -> Registry:
    return registry[0]


@pytest.fixture
async def door(running_gateway: Any, registry: tuple[Registry, str]) -> AsyncIterator[Any]:
    settings = {"gateway_trusted_proxies": ["127.0.0.0/8"]}
    async with running_gateway(Table(read_rows(ROWS)), registry=registry[1], settings=settings) as running:
        yield running


async def ask(door: Any, key: str | None = KEY, path: str = "/v1/things", **headers: str) -> Answer:
    given = {"X-Api-Key": key} if key is not None else {}
    sent = given | {name.replace("_", "-"): value for name, value in headers.items()}
    answer: Answer = await door.client.send(headers.pop("method", "GET"), path, headers=sent)
    return answer


async def test_a_key_is_exchanged_and_the_services_are_told_the_token_alone(door, known, issuer):
    for path in ("/v1/things", "/v1/open"):
        assert (await ask(door, path=path)).status == 200
    told, open_told = known.reached
    assert told["authorization"].startswith("Bearer ey")
    assert "authorization" not in open_told
    assert KEY not in json.dumps(known.reached)
    assert known.exchanges == [
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": KEY,
            "subject_token_type": "urn:technopark:params:oauth:token-type:api-key",
            "address": "127.0.0.1",
        }
    ]


async def test_a_key_is_exchanged_once_for_requests_at_once_and_after(door, known):
    known.awake.clear()
    asking = [asyncio.create_task(ask(door)) for _ in range(20)]
    await eventually(lambda: len(known.exchanges) == 1)
    known.awake.set()
    assert {answer.status for answer in await asyncio.gather(*asking)} == {200}
    assert (await ask(door)).status == 200
    assert (len(known.exchanges), len(known.reached)) == (1, 21)
    assert len({told["authorization"] for told in known.reached}) == 1


async def test_a_client_that_leaves_does_not_end_the_exchange_for_the_others(door, known):
    known.awake.clear()
    hasty = asyncio.create_task(ask(door))
    await eventually(lambda: len(known.exchanges) == 1)
    patient = asyncio.create_task(ask(door))
    hasty.cancel()
    known.awake.set()
    assert (await patient).status == 200
    assert len(known.exchanges) == 1


async def test_a_request_whose_time_is_over_does_not_wait_for_the_exchange(door, known):
    known.awake.clear()
    answer = await ask(door, X_Request_Timeout="0.2")
    assert (answer.status, answer.code) == (504, "deadline-exceeded")
    known.awake.set()
    assert (await ask(door)).status == 200
    assert len(known.exchanges) == 1


async def test_two_credentials_are_refused_whether_they_fit_or_not(door, known, issuer):
    for token in (issuer.token("p1"), "nonsense"):
        answer = await ask(door, Authorization=f"Bearer {token}")
        assert (answer.status, answer.code) == (400, "two-credentials")
    assert (known.exchanges, known.reached) == ([], [])


async def test_two_credentials_are_refused_also_when_the_token_is_known_already(door, known, issuer):
    token = f"Bearer {issuer.token('p1')}"
    assert (await ask(door, None, Authorization=token)).status == 200
    answer = await ask(door, Authorization=token)
    assert (answer.status, answer.code, known.exchanges) == (400, "two-credentials", [])


@pytest.mark.parametrize(
    "text", ["", "tp_", "tp_1_short", KEY + "!", KEY.upper(), "tp_a/../b_" + "a" * 64, "tp_1_" + "a" * 257, "Bearer a"]
)
async def test_a_key_of_another_form_is_refused_without_asking_the_registry(door, known, text):
    answer = await ask(door, text)
    assert (answer.status, answer.code, known.exchanges) == (401, "api-key-refused", [])
    assert answer.json["title"] == "Ключ не принят"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_repeated_key_header_is_refused_as_ambiguous(door, known):
    key = KEY.encode()
    assert await door.status(b"/v1/things", b"X-Api-Key: " + key, b"X-Api-Key: " + key) == 400
    assert known.exchanges == []


async def test_a_wrong_key_is_refused_and_not_asked_about_again_at_once(door, known):
    for _ in range(3):
        assert (await ask(door, OTHER_KEY)).code == "api-key-refused"
    assert (len(known.exchanges), known.reached) == (1, [])


async def test_a_key_known_from_one_address_is_asked_about_again_from_another(door, known):
    for address in ("203.0.113.7", "203.0.113.8", "203.0.113.7"):
        assert (await ask(door, X_Forwarded_For=address)).status == 200
    assert [form["address"] for form in known.exchanges] == ["203.0.113.7", "203.0.113.8"]


@pytest.mark.parametrize("failure", ["500", "503", "429", "not json", "a list", "no token", "a forged token"])
async def test_a_registry_that_fails_is_told_apart_from_a_wrong_key(door, known, failure):
    if failure.isdigit():
        known.status = int(failure)
    forged = json.dumps({"access_token": Issuer(known.issuer.url).token("api-key:1")})
    bodies = {"not json": "<html>", "a list": "[]", "no token": "{}", "a forged token": forged}
    known.body = bodies.get(failure)
    answer = await ask(door)
    assert (answer.status, answer.code) == (503, "keys-unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert known.reached == []


async def test_without_the_registry_bearer_tokens_go_on_being_checked(running_gateway):
    async with running_gateway(
        Table(read_rows(ROWS.replace("[expertise]", ""))), registry="http://127.0.0.1:1"
    ) as door:
        answer = await ask(door)
        assert (answer.status, answer.code) == (503, "keys-unavailable")
        assert (await door.client.with_token("nonsense").get("/v1/things")).status == 401


async def test_keys_tried_from_one_address_are_throttled_and_known_ones_are_not(running_gateway, registry):
    known, url = registry
    settings = {"gateway_limits": {"token": {"address": (5, 60)}}}
    async with running_gateway(Table(read_rows(ROWS)), registry=url, settings=settings) as door:
        assert (await ask(door)).status == 200
        tried = [(await ask(door, f"tp_{number}_{'ab' * 32}")).status for number in range(8)]
        assert tried == [401] * 4 + [429] * 4
        assert len(known.exchanges) == 5
        assert (await ask(door)).status == 200


async def test_the_key_is_in_no_log_line_and_no_metric(door, known):
    with capture_logs() as lines:
        await ask(door)
        await ask(door, OTHER_KEY)
        known.status = 500
        await ask(door, OTHER_KEY[:-1] + "0")
    seen = json.dumps(lines, default=repr, ensure_ascii=False) + generate_latest(REGISTRY).decode()
    assert "ab" * 32 not in seen
    assert "cd" * 31 not in seen
    assert 'gateway_api_key_exchanges_total{result="refused"}' in seen


async def test_a_key_allows_to_read_or_to_change_as_its_scopes_say(running_gateway, registry):
    known, url = registry
    for scope, reading, changing in (("api.read", 200, 403), ("api.write", 403, 200), ("openid", 403, 403)):
        known.scope = scope
        async with running_gateway(Table(read_rows(ROWS)), registry=url) as door:
            assert (await ask(door)).status == reading
            answer = await door.client.send("POST", "/v1/things", {}, headers={"X-Api-Key": KEY})
            assert answer.status == changing
            assert changing == 200 or answer.code == "insufficient-scope"


@pytest.mark.parametrize(
    ("path", "claims", "status"),
    [
        ("/v1/ministry", {"roles": ["official"]}, 200),
        ("/v1/ministry", {"roles": ["administrator", "expert"]}, 200),
        ("/v1/ministry", {"roles": ["expert"]}, 403),
        ("/v1/ministry", {}, 403),
        ("/v1/facts", {"scope": "openid facts.read"}, 200),
        ("/v1/facts", {"scope": "facts.read.all"}, 403),
        ("/v1/facts", {}, 403),
        ("/v1/things", {"scope": ""}, 200),
        ("/v1/things", {"scope": "openid"}, 403),
    ],
)
async def test_a_row_lets_in_the_roles_and_scopes_it_names(door, known, issuer, path, claims, status):
    answer = await door.client.with_token(issuer.sign(issuer.claims("p1", **claims))).get(path)
    assert answer.status == status
    assert len(known.reached) == (status == 200)
    if status == 403:
        assert answer.code in ("not-for-you", "insufficient-scope")


@dataclass
class Said:
    """The part of an exchange that keys are read from."""

    address: str = "203.0.113.7"
    request_id: str = "request-0001"
    traceparent: str = "00-00000000000000000000000000000001-0000000000000001-01"
    authorization: bytes | None = None


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [("given", KEPT_SECONDS), ("short", 25), ("refused", REFUSED_SECONDS), ("failing", UNAVAILABLE_SECONDS)],
)
async def test_what_came_of_a_key_is_remembered_for_its_time_and_not_longer(
    running_gateway, registry, door, answer, seconds
):
    known, _ = registry
    known.status = {"refused": 400, "failing": 500}.get(answer, 0)
    known.lifetime = 30 if answer == "short" else 60
    parts = door.server.config.app._parts
    keys: ApiKeys = parts.callers._keys
    start = time.time()
    ahead = 0.0
    keys._clock = lambda: start + ahead
    for ahead, asked in ((0.0, 1), (seconds - 2 if seconds > 2 else 0.5, 1), (seconds + 1.5, 2)):
        known.clock_ahead = min(ahead, 20)  # the verifier's own clock stands
        with suppress(Problem):
            await keys.caller(Said(), KEY.encode())  # type: ignore[arg-type]
        assert len(known.exchanges) == asked
