"""HTTP door of signing in without a client."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from registry.sign_ins.handlers import SignedIn, SignIn, sign_in
from registry.tokens.routes import OpenDoor

router = APIRouter(prefix="/v1/sign-in", tags=["Вход"])


@router.post("", response_model=SignedIn, summary="Войти")
async def enter(body: SignIn, door: OpenDoor) -> Response:
    """Токен доступа на 15 минут, без обновления: для скриптов и проб. Приложения входят через `/oauth/authorize`.

    После пяти неудачных попыток логин с этого адреса закрыт на 15 минут (429).
    """
    signed_in = await sign_in(body, door.desk)
    return JSONResponse(signed_in.model_dump(), headers={"Cache-Control": "no-store"})
