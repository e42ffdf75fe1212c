"""HTTP door of signing in: with the public keys, the only one that is open without a token."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from chassis.documents import Database
from chassis.mongo import Mongo
from registry.sign_ins.handlers import Desk, SignedIn, SignIn, sign_in

router = APIRouter(prefix="/v1/sign-in", tags=["Вход"])


@router.post("", response_model=SignedIn, summary="Войти")
async def enter(body: SignIn, request: Request) -> Response:
    """Возвращает токен доступа на 15 минут. После пяти неудачных попыток логин закрыт на 15 минут (429)."""
    mongo: Mongo = request.app.state.mongo
    desk: Callable[[Database], Desk] = request.app.state.sign_in_desk
    signed_in = await sign_in(body, desk(mongo.plain))
    return JSONResponse(signed_in.model_dump(), headers={"Cache-Control": "no-store"})
