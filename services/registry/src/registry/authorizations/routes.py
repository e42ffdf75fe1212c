"""HTTP doors of signing in through a client: pages for people and their browsers."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.authorizations import handlers
from registry.authorizations.handlers import Answered, Entered, SentOn
from registry.tokens.routes import NO_STORE, OpenDoor

router = APIRouter(prefix="/oauth", tags=["Вход"])

_HTML = {"text/html": {"schema": {"type": "string"}}}
_PAGES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Страница входа", "content": _HTML},
    303: {"description": "Дальше — к приложению: code, state, iss или error", "content": {}},
    400: {
        "description": "Страница с объяснением: запрос не разобран, приложение или адрес неизвестны",
        "content": _HTML,
    },
}
_ENTERED: dict[int | str, dict[str, Any]] = {
    **_PAGES,
    403: {"description": "Страница входа: логин или пароль неверны", "content": _HTML},
    429: {"description": "Страница входа: слишком много попыток", "content": _HTML},
    503: {"description": "Страница входа: повторите через несколько секунд", "content": _HTML},
}
_ASKED = {
    "response_type": ("code", True),
    "client_id": ("portal", True),
    "redirect_uri": ("https://portal.example/callback", True),
    "code_challenge": ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", True),
    "code_challenge_method": ("S256", True),
    "scope": ("openid profile offline_access api.read", False),
    "state": ("af0ifjsldkj", False),
    "nonce": ("n-0S6_WzA2Mj", False),
    "prompt": ("login", False),
}


def _form_of(fields: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    properties = {name: {"type": "string", "examples": [example]} for name, (example, _) in fields.items()}
    required = [name for name, (_, needed) in fields.items() if needed]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


_QUERY = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string", "examples": [example]}}
        for name, (example, _) in _ASKED.items()
    ]
}
_FILLED_IN = {"request": ("…", True), "login": ("verevokina", True), "password": ("…", True)}


@router.get("/authorize", response_class=HTMLResponse, responses=_PAGES, openapi_extra=_QUERY, summary="Страница входа")
async def authorize(request: Request, door: OpenDoor) -> Response:
    """Сюда приложение отправляет человека за кодом: OpenID Connect, `response_type=code`, PKCE S256 обязателен."""
    return _response(await handlers.ask(request.url.query.encode(), door.desk))


@router.post(
    "/authorize", response_class=HTMLResponse, responses=_PAGES, openapi_extra=_form_of(_ASKED),
    summary="Страница входа (POST)",
)  # fmt: skip
async def authorize_by_form(request: Request, door: OpenDoor) -> Response:
    """То же с параметрами в теле, как разрешает OpenID Connect Core §3.1.2.1."""
    return _response(await handlers.ask(await request.body(), door.desk))


@router.post(
    "/sign-in", response_class=HTMLResponse, responses=_ENTERED, openapi_extra=_form_of(_FILLED_IN),
    summary="Отправить логин и пароль",
)  # fmt: skip
async def enter(request: Request, door: OpenDoor) -> Response:
    """Форма страницы входа. Пять неудачных попыток закрывают логин с этого адреса на 15 минут."""
    entered = await handlers.enter(await request.body(), door.desk)
    return _response(await door.run(handlers.let_in, entered) if isinstance(entered, Entered) else entered)


def _response(answered: Answered) -> Response:
    if isinstance(answered, SentOn):
        return RedirectResponse(answered.location, 303, headers=NO_STORE)
    headers = {**NO_STORE, **(answered.headers or {}), "Content-Security-Policy": answered.page.policy}
    return HTMLResponse(answered.page.html, answered.status, headers)
