"""An application that signs people in through the built-in issuer, as its developers would write it by hand."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from testkit import Answer, Client

PASSWORD = "весенний-ледоход-2024"
ADMIN = {"login": "administrator", "password": "первый-вход-в-2024"}


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, unchecked."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return claims


def told_in(location: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(location).query))


async def send_form(
    client: Client, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Answer:
    """POST a form as a browser or a library does."""
    async with client._session.post(
        client.base + path, data=dict(fields), headers=headers, allow_redirects=False
    ) as answer:
        return Answer(answer.status, answer.headers.copy(), await answer.read())


@dataclass
class Application:
    """One registered client on one device."""

    client: Client
    client_id: str
    redirect_uri: str = "https://portal.example/callback?from=issuer"
    secret: str | None = None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def question(self) -> dict[str, str]:
        """The parameters of an ordinary request for a sign-in."""
        hashed = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile offline_access api.read",
            "state": "st-1",
            "nonce": "n-1",
            "code_challenge": base64.urlsafe_b64encode(hashed).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    async def ask(self, **changed: str | None) -> Answer:
        """Send a person to the issuer; None leaves a parameter out."""
        asked = self.question | changed
        return await self.client.send("GET", "/oauth/authorize", params=asked)

    async def handle(self, **changed: str | None) -> str:
        """The hidden field of the page that is shown."""
        page = await self.ask(**changed)
        assert page.status == 200, page.body.decode()
        found = re.search(r'name="request" value="([^"]+)"', page.body.decode())
        assert found
        return found[1]

    async def fill_in(self, handle: str, login: str, password: str = PASSWORD, **more: str) -> Answer:
        """Send the page's form."""
        return await send_form(
            self.client, "/oauth/sign-in", {"request": handle, "login": login, "password": password, **more}
        )

    async def code(self, login: str, **changed: str | None) -> str:
        """Sign a person in up to the code."""
        answer = await self.fill_in(await self.handle(**changed), login)
        assert answer.status == 303, answer.body.decode()
        return told_in(answer.headers["Location"])["code"]

    async def token(self, fields: Mapping[str, str]) -> Answer:
        """Ask the token endpoint, proving oneself by HTTP Basic when there is a secret."""
        headers, own = {}, {"client_id": self.client_id}
        if self.secret is not None:
            pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers, own = {"Authorization": f"Basic {pair}"}, {}
        return await send_form(self.client, "/oauth/token", own | dict(fields), headers)

    async def redeem(self, code: str, /, **changed: str) -> Answer:
        """Exchange a code."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return await self.token(fields | changed)

    async def signed_in(self, login: str, **changed: str | None) -> dict[str, Any]:
        """Sign a person in; return the tokens."""
        tokens: dict[str, Any] = (await self.redeem(await self.code(login, **changed))).expect(200)
        return tokens

    async def refresh(self, token: str, **more: str) -> Answer:
        """Ask for new tokens."""
        return await self.token({"grant_type": "refresh_token", "refresh_token": token, **more})


@dataclass(frozen=True)
class Issuing:
    """A registry with its own issuer, and its administrator."""

    client: Client
    administrator: Client

    async def person(self, login: str, full_name: str = "Плетан Татьяна Ивановна", **fields: Any) -> tuple[str, str]:
        """Open an account; return the ids of person and account."""
        person = (await self.administrator.post("/v1/people", {"full_name": full_name})).expect(201)["id"]
        body = {"login": login, "password": PASSWORD, "person_id": person} | fields
        return person, (await self.administrator.post("/v1/accounts", body)).expect(201)["id"]

    async def application(self, client_id: str, **fields: Any) -> Application:
        """Register a client that may do everything a public one may."""
        body = {
            "id": client_id,
            "name": "Портал",
            "kind": "public",
            "redirect_uris": [Application.redirect_uri],
            "post_logout_redirect_uris": ["https://portal.example/"],
            "scopes": ["openid", "profile", "offline_access", "api.read"],
        }
        made = (await self.administrator.post("/v1/clients", body | fields)).expect(201)
        return Application(self.client, client_id, secret=made["client_secret"])
