"""The HTTP door: runs use cases in transactions, answers from their results, remembers answers by Idempotency-Key."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from chassis import conditional, outbox
from chassis.crashpoint import crashpoint
from chassis.documents import Database
from chassis.errors import Words
from chassis.idempotency import Memory
from chassis.identity import UNAUTHENTICATED, Caller
from chassis.mongo import Mongo
from chassis.pages import Page, PageRequest, View
from chassis.problem import Problem
from chassis.settings import ServiceSettings
from chassis.work import Cause, Reads, Work

C = TypeVar("C")
A = TypeVar("A")
IF_MATCH_REQUIRED = Problem(
    428, "if-match-required", Words("Нужен заголовок If-Match", "If-Match is required"),
    Words("Передайте в If-Match ETag записи, которую вы меняете.", "Send the ETag of the record you change."),
)  # fmt: skip
BAD_IF_MATCH = Problem(
    400, "bad-if-match", Words("Неверный If-Match", "Bad If-Match"),
    Words('Ожидается ETag вида "v3".', 'An ETag such as "v3" is expected.'),
)  # fmt: skip

Id = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z-]+$")]
_ETag = Annotated[str | None, Header(alias="If-Match", max_length=64, description='ETag записи, например "v3"')]
Paging = Annotated[PageRequest, Query()]
_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", description="Токен доступа из POST /v1/sign-in")


def _expected(if_match: _ETag = None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    if (version := conditional.version_of(if_match)) is None:
        raise BAD_IF_MATCH
    return version


def _required(if_match: _ETag = None) -> int | None:
    if if_match is None:
        raise IF_MATCH_REQUIRED
    return _expected(if_match)


IfMatch = Annotated[int | None, Depends(_expected)]
"""The version the client read, if it says so."""
RequiredIfMatch = Annotated[int | None, Depends(_required)]
"""The version the client read; a replacement without it is refused with 428."""


class HttpDoor:
    """One request's way to use cases and queries."""

    def __init__(self, request: Request, caller: Caller, key: str | None) -> None:
        self._request, self.caller, self._key = request, caller, key
        self._mongo: Mongo = request.app.state.mongo
        self._settings: ServiceSettings = request.app.state.settings

    @property
    def reads(self) -> Reads:
        """What queries are given."""
        return Reads(db=self._mongo.plain, now=datetime.now(UTC), caller=self.caller)

    async def run(
        self, handler: Callable[[C, Work], Awaitable[A]], command: C, view: type[View], *, status: int = 200
    ) -> Response:
        """Run a use case and answer with a view of what it returns.

        Change, facts and the remembered answer commit together; the same request with the same Idempotency-Key is
        answered from memory for 48 hours. Raises `KEY_REUSED` and whatever the handler refuses.
        """
        memory = await self._memory()

        async def body(db: Database) -> Response:
            if memory and (earlier := await memory.recall(db)):
                return earlier
            work = Work(db=db, now=datetime.now(UTC), caller=self.caller, cause=self._cause())
            shown = view.model_validate(await handler(command, work))
            response = Response(
                shown.model_dump_json(),
                status,
                {"ETag": conditional.etag(shown.version)},
                media_type="application/json",
            )
            await outbox.write(work, source=self._request.app.state.service)
            if memory:
                await memory.keep(db, response)
            return response

        response = await self._mongo.transact(body, seconds=self._settings.transaction_seconds)
        crashpoint("after_commit")
        return response

    def show(self, found: View) -> Response:
        """Answer a read of one record: 304 when the client has it as it is now shown."""
        body = found.model_dump_json().encode()
        tag = conditional.etag(found.version, body if found.beyond_version else None)
        return conditional.answer(self._request, body, tag)

    def listing(self, found: Page[Any] | BaseModel) -> Response:
        """Answer a read of a list: 304 when the client has the same."""
        body = found.model_dump_json().encode()
        return conditional.answer(self._request, body, conditional.weak_etag(body))

    def _cause(self) -> Cause:
        context = structlog.contextvars.get_contextvars()
        return Cause(context.get("correlation_id", ""), None, self._request.headers.get("traceparent"))

    async def _memory(self) -> Memory | None:
        if self._key is None:
            return None
        scope = f"{self.caller.subject}|{self._request.method}|{self._request.url.path}"
        return Memory.of(self._key, scope, await self._request.body() + self._request.url.query.encode())


async def authenticated(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Return the caller of a request. Raises `UNAUTHENTICATED`, `INVALID_TOKEN`, `KEYS_UNAVAILABLE`."""
    if credentials is None:
        raise UNAUTHENTICATED
    caller: Caller = await request.app.state.verifier.verify(credentials.credentials)
    return caller


def _door(
    request: Request,
    caller: Annotated[Caller, Depends(authenticated)],
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=8, max_length=128, description="Повтор безопасен")
    ] = None,
) -> HttpDoor:
    return HttpDoor(request, caller, idempotency_key)


Door = Annotated[HttpDoor, Depends(_door)]
