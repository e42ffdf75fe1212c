"""HTTP door of the token endpoint: forms in, JSON out, refusals in the words of RFC 6749 §5.2."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from registry.grants.handlers import TokenRequest, Tokens, grant
from registry.oauth import OAuthRefused, fields_of
from registry.tokens.routes import NO_STORE, OpenDoor

router = APIRouter(prefix="/oauth/token", tags=["Вход"])
FORM = "application/x-www-form-urlencoded"


class TokenRefused(BaseModel):
    """Отказ словами OAuth (RFC 6749 §5.2)."""

    error: str = Field(examples=["invalid_grant"], description="Код для программ")
    error_description: str = Field(examples=["the code is not valid"], description="Для разработчиков, ASCII")


class TokenForm(BaseModel):
    """Запрос токена; какие поля нужны, решает grant_type."""

    grant_type: str = Field(examples=["authorization_code"])
    client_id: str | None = Field(default=None, examples=["portal"])
    client_secret: str | None = Field(default=None, description="Или заголовок Authorization: Basic")
    code: str | None = None
    redirect_uri: str | None = Field(default=None, examples=["https://portal.example/callback"])
    code_verifier: str | None = Field(default=None, description="PKCE")
    refresh_token: str | None = None
    scope: str | None = Field(default=None, examples=["api.read"])
    subject_token: str | None = Field(default=None, description="Ключ партнёра, при обмене")
    subject_token_type: str | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": TokenRefused, "description": "Отказ словами OAuth"},
    401: {"model": TokenRefused, "description": "Приложение не доказало, кто оно (invalid_client)"},
}


def form_body(form: type[BaseModel]) -> dict[str, Any]:
    """Return what an operation that takes a form says of its body."""
    return {"requestBody": {"required": True, "content": {FORM: {"schema": form.model_json_schema()}}}}


async def token_request(request: Request) -> TokenRequest:
    """Return what was sent. Raises: OAuthRefused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthRefused("invalid_request", f"the body must be {FORM}")
    fields = fields_of(await request.body())
    return TokenRequest(fields=fields, authorization=request.headers.get("authorization"))


def refusal(refused: OAuthRefused) -> Response:
    """Return a refusal: 401 for a client that is not who it says, else 400."""
    body = TokenRefused(error=refused.error, error_description=refused.description)
    if refused.error != "invalid_client":
        return JSONResponse(body.model_dump(), 400, NO_STORE)
    return JSONResponse(body.model_dump(), 401, {**NO_STORE, "WWW-Authenticate": 'Basic realm="technopark"'})


@router.post(
    "", response_model=Tokens, response_model_exclude_none=True, responses=REFUSALS,
    openapi_extra=form_body(TokenForm), summary="Получить токены",
)  # fmt: skip
async def token(request: Request, door: OpenDoor) -> Response:
    """Код после входа, обновление, вход системы (client_credentials) и обмен ключа партнёра на токен на 60 секунд.

    Токен обновления годится один раз: ответ приносит следующий. Пришедший второй раз заканчивает весь сеанс.
    """
    try:
        answered = await door.run(grant, await token_request(request))
    except OAuthRefused as refused:
        return refusal(refused)
    if isinstance(answered, OAuthRefused):
        return refusal(answered)
    return JSONResponse(answered.model_dump(exclude_none=True), headers=NO_STORE)
