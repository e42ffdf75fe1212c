"""An issuer of real tokens for tests: its keys lie behind a real address, like those of the production issuer."""

import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey

AUDIENCE = "technopark"
_MINUTES_15 = 900


class Issuer:
    """Signs access tokens of the platform's form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jwks_url = f"{url}/jwks.json"
        self.asked = 0
        """How often somebody fetched the keys."""
        self.rotate("test-key")

    def rotate(self, key_id: str) -> None:
        """Sign with a new key from now on, and publish only it."""
        self._key = ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": "ES256"})

    @property
    def jwks(self) -> dict[str, Any]:
        """The published keys."""
        return {"keys": [self._key.as_dict(private=False)]}

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
        now = int(time.time())
        content = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + _MINUTES_15,
            "jti": str(uuid.uuid4()),
            "name": subject,
            "roles": sorted(roles),
            "memberships": [
                {"institution_id": institution, "roles": sorted(held)}
                for institution, held in (memberships or {}).items()
            ],
        } | claims
        return jwt.encode({"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"}, content, self._key)


@asynccontextmanager
async def running_issuer(port: int) -> AsyncIterator[Issuer]:
    """Serve an issuer's keys on a port of the loopback address."""
    issuer = Issuer(f"http://127.0.0.1:{port}")

    async def jwks(_: web.Request) -> web.Response:
        issuer.asked += 1
        return web.json_response(issuer.jwks)

    app = web.Application()
    app.router.add_get("/jwks.json", jwks)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield issuer
    finally:
        await runner.cleanup()
