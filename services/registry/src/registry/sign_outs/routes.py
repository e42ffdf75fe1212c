"""HTTP doors of signing out."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from registry.authorizations.pages import message_page
from registry.grants.routes import REFUSALS, form_body, refusal, token_request
from registry.oauth import OAuthRefused, fields_of
from registry.sign_outs.handlers import revoke, sign_out
from registry.tokens.routes import NO_STORE, OpenDoor

router = APIRouter(prefix="/oauth", tags=["Вход"])

_HTML = {"text/html": {"schema": {"type": "string"}}}
_PAGES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Страница: вы вышли", "content": _HTML},
    303: {"description": "Обратно в приложение, по post_logout_redirect_uri", "content": {}},
    400: {"description": "Страница с объяснением", "content": _HTML},
}


class RevocationForm(BaseModel):
    """Токен, который больше не нужен."""

    token: str = Field(description="Токен обновления")
    token_type_hint: str | None = None
    client_id: str | None = Field(default=None, examples=["portal"])
    client_secret: str | None = None


class EndSessionForm(BaseModel):
    """Выход человека."""

    id_token_hint: str | None = Field(default=None, description="ID token сеанса")
    client_id: str | None = Field(default=None, examples=["portal"])
    post_logout_redirect_uri: str | None = Field(default=None, examples=["https://portal.example/"])
    state: str | None = None


_QUERY = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in EndSessionForm.model_fields
    ]
}


@router.post(
    "/revoke",
    response_class=Response,
    responses=REFUSALS,
    openapi_extra=form_body(RevocationForm),
    summary="Отозвать токен",
)
async def revocation(request: Request, door: OpenDoor) -> Response:
    """Отзыв токена обновления заканчивает сеанс (RFC 7009); неизвестный токен — не ошибка."""
    try:
        await door.run(revoke, await token_request(request))
    except OAuthRefused as refused:
        return refusal(refused)
    return Response(status_code=200, headers=NO_STORE)


@router.get(
    "/end-session", response_class=HTMLResponse, responses=_PAGES, openapi_extra=_QUERY, summary="Выйти"
)  # fmt: skip
async def end_session(request: Request, door: OpenDoor) -> Response:
    """Заканчивает сеанс, о котором говорит id_token_hint (OpenID Connect RP-Initiated Logout 1.0)."""
    return await _signed_out(request.url.query.encode(), door)


@router.post(
    "/end-session", response_class=HTMLResponse, responses=_PAGES, openapi_extra=form_body(EndSessionForm),
    summary="Выйти (POST)",
)  # fmt: skip
async def end_session_by_form(request: Request, door: OpenDoor) -> Response:
    """То же с параметрами в теле."""
    return await _signed_out(await request.body(), door)


async def _signed_out(query: bytes, door: OpenDoor) -> Response:
    try:
        onward = await door.run(sign_out, fields_of(query))
    except OAuthRefused:
        shown = message_page("Выйти не удалось", "Запрос на выход не разобран или чужой.", "Выйдите в приложении.")
        return HTMLResponse(shown.html, 400, {**NO_STORE, "Content-Security-Policy": shown.policy})
    if onward:
        return RedirectResponse(onward, 303, headers=NO_STORE)
    shown = message_page("Вы вышли", "Чтобы продолжить работу, войдите снова из приложения.", alarm=False)
    return HTMLResponse(shown.html, 200, {**NO_STORE, "Content-Security-Policy": shown.policy})
