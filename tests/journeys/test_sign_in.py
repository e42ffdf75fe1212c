"""An ordinary OpenID Connect library signs a person in against the built-in issuer, through the gateway."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from joserfc.jwk import ECKey
from tests.journeys.relying import Browser, RelyingParty, running

from local_platform.servers import Servers
from testkit import Processes, Vhost, eventually, fresh_database

LOGIN, PASSWORD = "administrator", "first-key-of-the-house-1"


@dataclass(frozen=True)
class House:
    """A gateway before a registry, as processes of their own, and its administrator."""

    base: str
    http: aiohttp.ClientSession
    token: str
    restart: Callable[[], Awaitable[None]]
    """Start the registry anew with its keys in the other order."""

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send JSON with a bearer token; the administrator's unless another is given."""
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        async with self.http.request(method, self.base + path, json=body, headers=sent) as answer:
            return answer.status, await answer.json(content_type=None)

    async def register(self, party: RelyingParty, **fields: object) -> str | None:
        """Register an application; return its secret."""
        body = {
            "id": party.client_id,
            "name": "Портал области",
            "kind": "public",
            "redirect_uris": [party.callback],
            "post_logout_redirect_uris": [f"{party.base}/"],
            "scopes": ["openid", "profile", "offline_access", "api.read"],
        }
        status, made = await self.send("POST", "/v1/clients", body | fields)
        assert status == 201, made
        secret: str | None = made["client_secret"]
        return secret


async def _until_up(http: aiohttp.ClientSession, address: str, **headers: str) -> None:
    async def answers() -> None:
        try:
            async with http.get(address, headers=headers) as answer:
                assert answer.status == 200
        except aiohttp.ClientError as error:
            raise AssertionError(address) from error

    await eventually(answers, 60, interval=0.1)


@pytest.fixture(scope="module")
async def house(
    servers: Servers,
    module_vhost: Vhost,
    module_processes: Processes,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("keys")
    keys = [folder / name for name in ("first.pem", "second.pem")]
    for key in keys:
        key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    port, registry_port = free_port(), free_port()
    base, registry = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{registry_port}"
    shared = {
        "ENVIRONMENT": "test", "LOG_LEVEL": "WARNING", "OIDC_ISSUER": base,
        "OIDC_JWKS_URL": f"{registry}/.well-known/jwks.json",
    }  # fmt: skip
    async with fresh_database(servers.mongo, "registry") as url, aiohttp.ClientSession() as http:
        own = {
            **shared, "MONGO_URL": url, "RABBITMQ_URL": module_vhost.url("registry"), "HTTP_PORT": str(registry_port),
            "ISSUER_KEY_FILES": f"{keys[0]},{keys[1]}", "BOOTSTRAP_ADMIN_LOGIN": LOGIN,
            "BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
        }  # fmt: skip
        await module_processes.run("registry", "migrate", env=own)
        serving = [module_processes.start("registry", "serve", env=own)]
        dead = {f"{name}_URL": f"http://127.0.0.1:{free_port()}" for name in ("EXPERTISE", "TRANSFER", "REPORTING")}
        front = {**shared, **dead, "REGISTRY_URL": registry, "GATEWAY_PORT": str(port)}
        module_processes.start("gateway", "serve", env=front)
        await asyncio.gather(_until_up(http, f"{registry}/readyz"), _until_up(http, f"{base}/readyz"))

        async def restart() -> None:
            await serving.pop().stop()
            changed = {**own, "ISSUER_KEY_FILES": f"{keys[1]},{keys[0]}"}
            serving.append(module_processes.start("registry", "serve", env=changed))
            await _until_up(http, f"{registry}/readyz")

        async with http.post(f"{base}/v1/sign-in", json={"login": LOGIN, "password": PASSWORD}) as answer:
            token = (await answer.json())["access_token"]
        # The gateway asked for the keys before the registry was there, and asks again within seconds.
        await _until_up(http, f"{base}/v1/institutions", Authorization=f"Bearer {token}")
        yield House(base, http, token, restart)


@pytest.fixture
async def portal(house: House, free_port: Callable[[], int]) -> AsyncIterator[RelyingParty]:
    """A public application, running."""
    port = free_port()
    party = RelyingParty(f"http://127.0.0.1:{port}", house.base, f"portal-{port}", None)
    await house.register(party)
    async with running(party, port) as serving:
        yield serving


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Browser(http)


async def test_an_ordinary_library_signs_in_refreshes_and_signs_out(
    house: House, portal: RelyingParty, browser: Browser
):
    learned = await browser.sign_in(portal, LOGIN, PASSWORD)
    assert learned["userinfo"]["name"] == "П. Администратор"
    assert learned["userinfo"]["aud"] == portal.client_id
    status, me = await house.send("GET", "/v1/me", Authorization=f"Bearer {learned['access_token']}")
    assert (status, me["roles"]) == (200, ["administrator"])

    issuer = await portal.metadata()
    async with portal.library() as library:
        renewed = await library.refresh_token(issuer["token_endpoint"], refresh_token=learned["refresh_token"])
        assert renewed["refresh_token"] != learned["refresh_token"]
        library.token = renewed
        known = await library.get(issuer["userinfo_endpoint"])
        assert known.json()["sub"] == learned["userinfo"]["sub"]
        left = await library.request(
            "GET",
            issuer["end_session_endpoint"],
            params={"id_token_hint": renewed["id_token"], "post_logout_redirect_uri": f"{portal.base}/"},
            withhold_token=True,
        )
        assert (left.status_code, left.headers["Location"]) == (303, f"{portal.base}/")
        with pytest.raises(Exception, match="invalid_grant"):
            await library.refresh_token(issuer["token_endpoint"], refresh_token=renewed["refresh_token"])


async def test_a_server_side_application_proves_itself_and_gives_its_token_back(
    house: House, browser: Browser, free_port: Callable[[], int]
):
    port = free_port()
    party = RelyingParty(f"http://127.0.0.1:{port}", house.base, f"server-{port}", None)
    secret = await house.register(party, kind="confidential")
    party = RelyingParty(party.base, house.base, party.client_id, secret)
    async with running(party, port):
        learned = await browser.sign_in(party, LOGIN, PASSWORD)
    issuer = await party.metadata()
    async with party.library() as library:
        given_back = await library.revoke_token(issuer["revocation_endpoint"], learned["refresh_token"])
        assert given_back.status_code == 200
        with pytest.raises(Exception, match="invalid_grant"):
            await library.refresh_token(issuer["token_endpoint"], refresh_token=learned["refresh_token"])


async def test_a_system_gets_a_token_in_its_own_name(house: House):
    party = RelyingParty("http://127.0.0.1:1", house.base, "night-exchange", None)
    secret = await house.register(
        party, kind="confidential", service=True, redirect_uris=[], post_logout_redirect_uris=[]
    )
    party = RelyingParty(party.base, house.base, party.client_id, secret)
    async with party.library() as library:
        endpoint = (await party.metadata())["token_endpoint"]
        token = await library.fetch_token(endpoint, grant_type="client_credentials", scope="api.read")
    status, me = await house.send("GET", "/v1/me", Authorization=f"Bearer {token['access_token']}")
    assert (status, me["roles"], token["scope"]) == (200, [], "api.read")


async def test_a_partner_with_a_key_is_let_in_as_its_institution_and_may_do_what_the_key_says(house: House):
    vesta = {
        "name": "ОГБУСО «КСЦОН „Веста“»", "short_name": "КСЦОН «Веста»", "kind": "social_service", "ownership": "state",
        "inn": "3811000007", "ogrn": "1183800000009", "oktmo": "25703000", "region": "RU-IRK",
        "municipality": "Ангарский городской округ", "member_since": "2018-01-15",
    }  # fmt: skip
    _, place = await house.send("POST", "/v1/institutions", vesta)
    last_day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    body = {
        "name": "Обмен", "institution_id": place["id"], "institution_roles": ["specialist"], "scopes": ["api.read"],
        "networks": ["127.0.0.0/8"], "expires_on": last_day,
    }  # fmt: skip
    _, key = await house.send("POST", "/v1/api-keys", body)
    _, elsewhere = await house.send("POST", "/v1/api-keys", body | {"networks": ["192.0.2.0/24"]})

    async def knock(key: str, method: str = "GET", path: str = "/v1/me") -> tuple[int, Any]:
        async with house.http.request(method, house.base + path, headers={"X-Api-Key": key}) as answer:
            return answer.status, await answer.json()

    status, me = await knock(key["key"])
    assert (status, me["roles"]) == (200, [])
    assert [(held["institution_id"], held["roles"]) for held in me["memberships"]] == [(place["id"], ["specialist"])]
    assert (await knock(key["key"], "POST", "/v1/clients"))[0] == 403
    assert (await knock(elsewhere["key"]))[0] == 401
    assert (await knock(key["key"][:-8] + "00000000"))[0] == 401


async def test_a_page_passes_the_gateway_with_its_own_policy_and_without_cookies(house: House, portal: RelyingParty):
    async with house.http.get(f"{portal.base}/sign-in") as page:
        assert page.status == 200
        policies = page.headers.getall("Content-Security-Policy")
        assert len(policies) == 1
        assert f"form-action 'self' {portal.base}" in policies[0]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers.getall("Cache-Control") == ["no-store"]
        assert "Set-Cookie" not in page.headers


async def test_keys_change_and_nobody_is_signed_out(house: House, portal: RelyingParty, browser: Browser):
    learned = await browser.sign_in(portal, LOGIN, PASSWORD)
    held = {"Authorization": f"Bearer {learned['access_token']}"}
    # the second key has been published all the time; now it signs, and the first is kept for the life of a token
    await house.restart()
    assert (await house.send("GET", "/v1/me", **held))[0] == 200
    issuer = await portal.metadata()
    async with portal.library() as library:
        renewed = await library.refresh_token(issuer["token_endpoint"], refresh_token=learned["refresh_token"])
    assert (await house.send("GET", "/v1/me", Authorization=f"Bearer {renewed['access_token']}"))[0] == 200
    await browser.sign_in(portal, LOGIN, PASSWORD)
