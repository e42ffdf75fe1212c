"""A person at the gateway: signs in, sends, and waits for what the services tell each other."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from local_platform.obstacles import Obstacle

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.1
_NOT_YET = (404, 409, 503, 504)


class Visitor:
    """One signed-in person; sign-in is repeated when rights were added."""

    def __init__(self, http: aiohttp.ClientSession, gateway_url: str, login: str, password: str) -> None:
        self.login, self.password = login, password
        self._http, self._gateway = http, gateway_url
        self._token = ""

    async def sign_in(self) -> "Visitor":
        """Fetch a token with the rights of now."""
        answer = await self._send("POST", "/v1/sign-in", {"login": self.login, "password": self.password})
        self._token = (await _read(answer, "sign in"))["access_token"]
        return self

    async def do(self, label: str, path: str, body: object = None) -> dict[str, Any]:
        """POST once, however often it is repeated: `label` is the Idempotency-Key.

        What refers to another service's fact may have to wait for it: 404, 409 and 503 are repeated for a minute.
        Raises: Obstacle with what the platform says.
        """
        return await self._patiently("POST", path, body, {"Idempotency-Key": f"sample-{label}"})

    async def put(self, label: str, path: str, body: object, *, version: int) -> dict[str, Any]:
        """PUT over a version once."""
        headers = {"Idempotency-Key": f"sample-{label}", "If-Match": f'"v{version}"'}
        return await self._patiently("PUT", path, body, headers)

    async def patch(self, label: str, path: str, body: object, *, version: int) -> dict[str, Any]:
        """PATCH over a version once."""
        headers = {"Idempotency-Key": f"sample-{label}", "If-Match": f'"v{version}"'}
        return await self._patiently("PATCH", path, body, headers)

    async def get(self, path: str) -> dict[str, Any]:
        """GET. Raises: Obstacle with what the platform says."""
        return await _read(await self._send("GET", path), path)

    async def until(self, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """GET until it shows what is waited for, for a minute. Raises: Obstacle."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds(found := await self.get(path)):
            if time.monotonic() > deadline:
                raise Obstacle(f"Образец данных не загружен. {path} не показывает ожидаемого: {found}")
            await asyncio.sleep(_PAUSE_SECONDS)
        return found

    async def attempt(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send once and return status and JSON, whatever they are."""
        answer = await self._send(method, path, body, headers)
        return answer.status, await answer.json(content_type=None)

    async def download(self, path: str) -> bytes:
        """GET a file. Raises: Obstacle."""
        answer = await self._send("GET", path)
        if answer.status != 200:
            raise Obstacle(f"{path}: {answer.status} {await answer.text()}")
        return await answer.read()

    async def _patiently(self, method: str, path: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answer = await self._send(method, path, body, headers)
            if answer.status not in _NOT_YET or time.monotonic() > deadline:
                return await _read(answer, f"{method} {path} {body}")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _send(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        authorization = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        url = self._gateway + path
        answer = await self._http.request(method, url, json=body, headers={**authorization, **(headers or {})})
        await answer.read()
        return answer


async def _read(answer: aiohttp.ClientResponse, asked: str) -> dict[str, Any]:
    if answer.status >= 400:
        raise Obstacle(f"Образец данных не загружен. {asked}: {answer.status} {await answer.text()}")
    content: dict[str, Any] = await answer.json()
    return content
