"""HTTP doors of the issuer itself: open to everyone, but for who one is."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from chassis.documents import Database
from chassis.door import Door
from chassis.mongo import Mongo
from registry.attempts.routes import Address
from registry.tokens import queries
from registry.tokens.handlers import Desk, TokenIssuer
from registry.tokens.queries import Provider, UserInfo

C = TypeVar("C")
A = TypeVar("A")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749 §5.1

router = APIRouter(prefix="/.well-known", tags=["Вход"])
userinfo_router = APIRouter(prefix="/oauth/userinfo", tags=["Вход"])


class AnonymousDoor:
    """One request's way to the use cases of signing in, which nobody has done yet."""

    def __init__(self, request: Request, address: Address) -> None:
        self._mongo: Mongo = request.app.state.mongo
        self._seconds: float = request.app.state.settings.transaction_seconds
        self._make: Callable[[Database, str], Desk] = request.app.state.desk
        self._address = address

    @property
    def desk(self) -> Desk:
        """The desk outside any transaction."""
        return self._make(self._mongo.plain, self._address)

    async def run(self, handler: Callable[[C, Desk], Awaitable[A]], command: C) -> A:
        """Run a use case in a transaction. Raises whatever the handler refuses; then nothing of it is stored."""

        async def body(db: Database) -> A:
            return await handler(command, self._make(db, self._address))

        return await self._mongo.transact(body, seconds=self._seconds)


_KEYS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {"keys": [{"kty": "EC", "crv": "P-256", "kid": "2026", "alg": "ES256", "x": "…", "y": "…"}]},
            }
        }
    }
}
OpenDoor = Annotated[AnonymousDoor, Depends(AnonymousDoor)]


@router.get("/jwks.json", summary="Открытые ключи", responses=_KEYS)
async def jwks(request: Request) -> JSONResponse:
    """Ключи, которыми проверяют подпись токенов (RFC 7517)."""
    issuer: TokenIssuer = request.app.state.token_issuer
    return JSONResponse(issuer.jwks, headers={"Cache-Control": "public, max-age=300"})


@router.get("/openid-configuration", response_model=Provider, summary="Что умеет служба входа")
async def configuration(request: Request) -> JSONResponse:
    """Адреса и возможности службы входа: по ним настраивается любая библиотека OpenID Connect (Discovery 1.0)."""
    provider = queries.provider(request.app.state.token_issuer)
    return JSONResponse(provider.model_dump(), headers={"Cache-Control": "public, max-age=300"})


@userinfo_router.get("", response_model=UserInfo, response_model_exclude_none=True, summary="Кто вошёл")
@userinfo_router.post("", response_model=UserInfo, response_model_exclude_none=True, summary="Кто вошёл (POST)")
async def userinfo(request: Request, door: Door) -> Response:
    """Сведения о том, чей это токен доступа (OpenID Connect Core §5.3). Нужен scope openid."""
    token = request.headers["authorization"].partition(" ")[2].strip()
    scope = queries.scope_of(request.app.state.token_issuer, token)
    found = await queries.userinfo(door.reads, scope=scope)
    return JSONResponse(found.model_dump(exclude_none=True), headers=NO_STORE)
