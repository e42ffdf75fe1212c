"""A running platform with a registered application and a curator, as client teams meet it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local_platform.servers import Servers
from testkit import Processes, Vhost
from testkit.platform import ADMINISTRATOR, Platform, Shape, running_platform

LOGIN, PASSWORD = "kletskina", "spring-ice-drift-2026"
CALLBACK = "https://portal.example/callback"


@dataclass(frozen=True)
class Ground:
    """Where a client starts: an address, an account, an application `portal`."""

    platform: Platform
    env: dict[str, str]


@pytest.fixture(scope="module")
async def ground(
    servers: Servers, module_vhost: Vhost, module_processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    shape = Shape(settings={"GATEWAY_HEARTBEAT_SECONDS": "0.5"})
    folder: Path = tmp_path_factory.mktemp("platform")
    async with running_platform(servers, module_vhost, module_processes, folder, shape) as platform:
        async with aiohttp.ClientSession(platform.base) as http:
            await _furnish(http)
        yield Ground(platform, {"ADDRESS": platform.base, "LOGIN": LOGIN, "PASSWORD": PASSWORD})


async def _furnish(http: aiohttp.ClientSession) -> None:
    owner = {"login": ADMINISTRATOR.login, "password": ADMINISTRATOR.password}
    token = (await _made(http, "/v1/sign-in", owner, ""))["access_token"]
    person = await _made(http, "/v1/people", {"full_name": "Клецкина Ольга Викторовна"}, token)
    account = {"login": LOGIN, "password": PASSWORD, "person_id": person["id"], "roles": ["curator"]}
    await _made(http, "/v1/accounts", account, token)
    scopes = ["openid", "profile", "offline_access", "api.read", "api.write"]
    portal = {"id": "portal", "name": "Портал", "kind": "public", "redirect_uris": [CALLBACK], "scopes": scopes}
    await _made(http, "/v1/clients", portal, token)


async def _made(http: aiohttp.ClientSession, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
    async with http.post(path, json=body, headers={"Authorization": f"Bearer {token}"} if token else {}) as answer:
        assert answer.status < 300, await answer.text()
        made: dict[str, Any] = await answer.json()
        return made
