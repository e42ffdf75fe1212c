"""An application of somebody else: it signs people in with an ordinary OpenID Connect library and knows one address."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import uvicorn
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from testkit import eventually

SCOPE = "openid profile offline_access api.read"


@dataclass(frozen=True)
class RelyingParty:
    """A running application: `/sign-in` sends a browser to the issuer, `/callback` answers with what came of it."""

    base: str
    issuer: str
    client_id: str
    secret: str | None

    @property
    def callback(self) -> str:
        """The registered address."""
        return f"{self.base}/callback"

    def library(self) -> AsyncOAuth2Client:
        """The library's own HTTP client, for what comes after the sign-in."""
        method = "client_secret_basic" if self.secret else "none"
        return AsyncOAuth2Client(self.client_id, self.secret, token_endpoint_auth_method=method)

    async def metadata(self) -> dict[str, Any]:
        """What the issuer tells of itself."""
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.issuer}/.well-known/openid-configuration") as answer,
        ):
            told: dict[str, Any] = await answer.json()
            return told


@asynccontextmanager
async def running(party: RelyingParty, port: int) -> AsyncIterator[RelyingParty]:
    """Serve the application on a port of the loopback address."""
    oauth = OAuth()
    remote = oauth.register(
        "technopark",
        client_id=party.client_id,
        client_secret=party.secret,
        server_metadata_url=f"{party.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if party.secret else "none",
        },
    )

    async def sign_in(request: Request) -> Response:
        answer: Response = await remote.authorize_redirect(request, party.callback)
        return answer

    async def callback(request: Request) -> Response:
        # the library checks state, issuer, signature, audience, nonce and term
        return JSONResponse(await remote.authorize_access_token(request))

    session = Middleware(SessionMiddleware, secret_key=secrets.token_hex(16))
    app = Starlette(routes=[Route("/sign-in", sign_in), Route("/callback", callback)], middleware=[session])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve())
    try:
        await eventually(lambda: server.started or serving.done())
        yield party
    finally:
        server.should_exit = True
        await serving


class Browser:
    """A person with a browser: follows redirects, fills in the form, keeps cookies."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def sign_in(self, party: RelyingParty, login: str, password: str) -> dict[str, Any]:
        """Sign in to an application; return what it learned."""
        async with self._http.get(f"{party.base}/sign-in") as page:
            html, shown = await page.text(), page.url
            assert page.status == 200, html
        action = re.search(r'<form method="post" action="([^"]+)"', html)
        hidden = re.search(r'name="request" value="([^"]+)"', html)
        assert action
        assert hidden
        fields = {"request": hidden[1], "login": login, "password": password, "decision": "sign-in"}
        async with self._http.post(shown.origin().with_path(action[1]), data=fields) as answer:
            assert answer.status == 200, await answer.text()
            assert str(answer.url).startswith(party.callback)
            learned: dict[str, Any] = await answer.json()
            return learned
