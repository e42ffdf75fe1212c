"""Errors to RFC 9457 problem documents, in one place."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from chassis.errors import DomainError, Words
from chassis.problem import FAILED, HTTP_WORDS, INVALID, TYPE_ROOT, Problem, forget, spoken, status_of
from chassis.russian import explain

log = structlog.get_logger("problem")


class ProblemDocument(BaseModel):
    """Описание ошибки по RFC 9457."""

    type: str = Field(examples=["urn:technopark:problem:stale-version"], description="Стабильный код для программ")
    title: str = Field(examples=["Запись изменилась"])
    status: int = Field(examples=[412])
    detail: str = Field(examples=["Запись изменена после того, как вы её открыли: текущая версия 3."])
    instance: str = Field(examples=["/v1/institutions/0190a000-0000-7000-8000-000000000101"])
    errors: list[dict[str, str]] | None = Field(default=None, description="Поля запроса, которые не приняты")


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDocument, "description": words.ru, "content": {"application/problem+json": {}}}
    for status, words in {
        400: Words("Запрос не разобран", ""),
        401: Words("Требуется вход", ""),
        403: Words("Действие не разрешено", ""),
        404: Words("Не найдено", ""),
        409: Words("Нарушено правило или запись уже есть", ""),
        412: Words("Запись изменилась", ""),
        422: Words("Запрос заполнен неверно", ""),
        428: Words("Нужен заголовок If-Match", ""),
        503: Words("Временно недоступно", ""),
    }.items()
}
"""Documented for every operation of every service."""


def language(request: Request) -> str:
    """Return `en` when the client would rather read English, else `ru`."""
    return spoken(request.headers.get("accept-language", ""))


def document(
    request: Request, status: int, code: str, words: tuple[str, str], errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    """Return a problem response; `words` are title and detail in the client's language."""
    title, detail = words
    body = {"type": TYPE_ROOT + code, "title": title, "status": status, "detail": detail, "instance": request.url.path}
    return JSONResponse(
        body | ({"errors": errors} if errors else {}),
        status,
        {"Retry-After": "1"} if status == 503 else {},
        media_type="application/problem+json",
    )


def answer(request: Request, error: Problem, errors: list[dict[str, str]] | None = None) -> JSONResponse:
    """Return the response that tells of a problem."""
    words = getattr(error.title, language(request)), getattr(error.detail, language(request))
    response = document(request, error.status, error.code, words, errors)
    response.headers.update(error.headers or {})
    forget(error)
    return response


def install(app: FastAPI) -> None:
    """Map every error of an application."""

    @app.exception_handler(DomainError)
    async def refused(request: Request, error: DomainError) -> JSONResponse:
        return document(request, status_of(error), error.code, error.say(language(request)))

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> JSONResponse:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(request, INVALID, [explain(item, language(request)) for item in error.errors()])

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        words = HTTP_WORDS.get(error.status_code, (FAILED.title, FAILED.title))
        return answer(request, Problem(error.status_code, f"http-{error.status_code}", *words, error.headers))

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", path=request.url.path, exc_info=error)
        return answer(request, FAILED)
