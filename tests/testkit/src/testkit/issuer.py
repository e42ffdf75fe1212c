"""An issuer of real tokens for tests: its keys lie behind a real address, like those of the production issuer."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "technopark"
_MINUTES_15 = 900


class Issuer:
    """Signs access tokens of the platform's form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jwks_url = f"{url}/jwks.json"
        self.asked = 0
        """How often somebody fetched the keys."""
        self.status = 200
        """What the issuer answers with."""
        self.awake = asyncio.Event()
        """While it is not set, the issuer takes requests and does not answer."""
        self.awake.set()
        self.moved_to = self.jwks_url
        """Where `/moved` redirects."""
        self.discovery: dict[str, Any] = {"issuer": url, "jwks_uri": self.jwks_url}
        self.rotate("test-key")

    def rotate(self, key_id: str, key: ECKey | RSAKey | None = None) -> None:
        """Sign with a new key from now on, and publish only it."""
        self.key_id = key_id
        self.key = key or ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": "ES256"})
        self.jwks: dict[str, Any] = {"keys": [{**self.key.as_dict(private=False), "kid": key_id}]}

    @property
    def env(self) -> dict[str, str]:
        """What a process needs to know to trust this issuer."""
        return {"OIDC_ISSUER": self.url, "OIDC_AUDIENCE": AUDIENCE, "OIDC_JWKS_URL": self.jwks_url}

    @property
    def settings(self) -> dict[str, Any]:
        """The same as keyword arguments of a settings class."""
        return {name.lower(): value for name, value in self.env.items()}

    def token(
        self,
        subject: str,
        *,
        roles: Iterable[str] = (),
        memberships: Mapping[str, Iterable[str]] | None = None,
        **claims: object,
    ) -> str:
        """Return a token of a person; `memberships` is institution id → roles there, `claims` override anything."""
        content = self.claims(subject, roles=sorted(roles)) | {
            "memberships": [
                {"institution_id": institution, "roles": sorted(held)}
                for institution, held in (memberships or {}).items()
            ],
        }
        return self.sign(content | claims)

    def claims(self, subject: str, **further: object) -> dict[str, Any]:
        """Return what a token of a person says at least."""
        now = int(time.time())
        times = {"iat": now, "exp": now + _MINUTES_15, "jti": str(uuid.uuid4())}
        return {"iss": self.url, "aud": AUDIENCE, "sub": subject, "name": subject} | times | further

    def sign(self, content: Mapping[str, Any], **header: object) -> str:
        """Return a token that says anything; `header` overrides."""
        algorithm = "ES256" if isinstance(self.key, ECKey) else "RS256"
        said = {"alg": algorithm, "kid": self.key_id, "typ": "at+jwt"} | header
        return jwt.encode({name: value for name, value in said.items() if value is not None}, dict(content), self.key)


@asynccontextmanager
async def running_issuer(port: int) -> AsyncIterator[Issuer]:
    """Serve an issuer's discovery and keys on a port of the loopback address."""
    issuer = Issuer(f"http://127.0.0.1:{port}")

    async def discovery(_: web.Request) -> web.Response:
        await issuer.awake.wait()
        return web.json_response(issuer.discovery, status=issuer.status)

    async def jwks(_: web.Request) -> web.Response:
        issuer.asked += 1
        await issuer.awake.wait()
        return web.json_response(issuer.jwks, status=issuer.status)

    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound(issuer.moved_to)

    app = web.Application()
    app.router.add_get("/moved", moved)
    app.router.add_get("/jwks.json", jwks)
    app.router.add_get("/.well-known/openid-configuration", discovery)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield issuer
    finally:
        await runner.cleanup()
