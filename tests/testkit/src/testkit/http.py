"""A service under test behind real HTTP, in the process of the test, and a client that reads like a sentence."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import uvicorn

from chassis.app import Service, prepare
from chassis.serving import build
from testkit.issuer import Issuer
from testkit.waiting import eventually


@dataclass(frozen=True)
class Answer:
    """A response, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        """The ETag, for If-Match."""
        return self.headers["ETag"]

    @property
    def code(self) -> str:
        """The stable code of a problem document."""
        return str(self.json["type"]).rpartition(":")[2]

    def expect(self, status: int) -> Any:
        """Return the JSON body of an answer that has this status; otherwise fail with what it says."""
        assert self.status == status, f"{self.status} instead of {status}: {self.body.decode()}"
        return self.json if self.body else None


class Client:
    """Speaks to one base address as one person."""

    def __init__(self, session: aiohttp.ClientSession, base: str, issuer: Issuer, token: str | None = None) -> None:
        self._session, self.base, self._issuer, self._token = session, base, issuer, token

    def acting_as(self, subject: str, *, roles: tuple[str, ...] = (), **institutions: object) -> "Client":
        """Return the client of a person with platform roles; `memberships={institution_id: (roles…)}` for the rest."""
        memberships: Any = institutions.pop("memberships", None)
        token = self._issuer.token(subject, roles=roles, memberships=memberships, **institutions)
        return self.with_token(token)

    def with_token(self, token: str | None) -> "Client":
        """Return the client with this very token."""
        return Client(self._session, self.base, self._issuer, token)

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None, **params: object) -> Answer:
        """GET with query parameters; None is left out."""
        return await self.send("GET", path, params=params, headers=headers)

    async def post(self, path: str, body: object = None, **headers: str) -> Answer:
        """POST JSON; `if_match=` and `idempotency_key=` become headers."""
        return await self.send("POST", path, body, headers=_named(headers))

    async def patch(self, path: str, body: object, **headers: str) -> Answer:
        """PATCH JSON."""
        return await self.send("PATCH", path, body, headers=_named(headers))

    async def put(self, path: str, body: object, **headers: str) -> Answer:
        """PUT JSON."""
        return await self.send("PUT", path, body, headers=_named(headers))

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send any request and read the answer whole."""
        sent = {**(headers or {}), **({"Authorization": f"Bearer {self._token}"} if self._token else {})}
        query = {name: str(value) for name, value in (params or {}).items() if value is not None}
        async with self._session.request(
            method, self.base + path, json=body, headers=sent, params=query, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@asynccontextmanager
async def running_service(service: Service, issuer: Issuer, *, consume: bool = False) -> AsyncIterator[Client]:
    """Serve a service on its settings' `http_port` in this process; give an anonymous client of it."""
    mongo = service.open_mongo()
    await prepare(service, mongo)
    await mongo.close()
    settings = service.settings
    config = uvicorn.Config(
        build(service, consume=consume),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        await eventually(lambda: server.started or serving.done())
        async with aiohttp.ClientSession() as session:
            yield Client(session, f"http://{settings.http_host}:{settings.http_port}", issuer)
    finally:
        server.should_exit = True
        await serving
