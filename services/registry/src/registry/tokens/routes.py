"""HTTP door of tokens: open to everyone, for those who check signatures."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from registry.tokens.handlers import TokenIssuer

router = APIRouter(prefix="/.well-known", tags=["Вход"])


@router.get("/jwks.json", summary="Открытые ключи")
async def jwks(request: Request) -> JSONResponse:
    """Ключи, которыми проверяют подпись токенов (RFC 7517)."""
    issuer: TokenIssuer = request.app.state.token_issuer
    return JSONResponse(issuer.jwks, headers={"Cache-Control": "public, max-age=300"})
