"""The two streams of updates."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from chassis.documents import STORE_FAILURES
from chassis.door import Id
from chassis.errors import Words
from chassis.identity import UNAUTHENTICATED, Caller
from chassis.problem import Problem
from gateway.live.audiences import MEMBERS, OVERSEERS, member, overseer, person
from gateway.live.running import Live
from gateway.live.stream import MEDIA_TYPE, EventStream, Listener

router = APIRouter(tags=["Обновления"])
log = structlog.get_logger("live")
_ANSWER_SECONDS = 3
_LARGEST = 2**53
"""Numbers are exact for every client up to here."""

UPDATES_UNKNOWN = Problem(
    404, "updates-unknown", Words("Обновлений нет", "No such updates"),
    Words("Такого учреждения нет, или вы в нём не работаете.", "No such institution, or you do not work for it."),
)  # fmt: skip
UPDATES_UNAVAILABLE = Problem(
    503, "updates-unavailable", Words("Живые обновления недоступны", "Live updates are unavailable"),
    Words("Читайте данные обычными запросами и подключитесь позже.", "Read as usual and connect later."),
    headers={"Retry-After": "10"},
)  # fmt: skip
BAD_LAST_EVENT_ID = Problem(
    400, "bad-last-event-id", Words("Неверный Last-Event-ID", "Bad Last-Event-ID"),
    Words("Передайте номер последнего полученного события как есть.", "Send the id of the last event as it came."),
)  # fmt: skip


_EXAMPLE = """retry: 2000

id: 41

id: 42
event: expertise.application.admitted.v1
data: {"type": "expertise.application.admitted.v1", \
"resource": "/v1/applications/0190a000-0000-7000-8000-000000000701", \
"subject": "0190a000-0000-7000-8000-000000000701", "version": 4, "occurred_at": "2023-11-20T09:00:00Z"}

: 1700470815
id: 57

id: 9000
event: reset
data: {"detail": "Часть обновлений больше не хранится: загрузите данные заново."}

"""
_ABOUT = """

Событие говорит, что запись изменилась и где её прочитать (`resource`); самих данных в нём нет. Имя события — вид
произошедшего. `version` — версия записи `subject`: если она у вас уже есть, читать не нужно.

После обрыва подключитесь снова с последним полученным `id`: пропущенное придёт по порядку, ничего не потеряется и не
повторится. Если вас не было дольше срока хранения, придёт событие `reset`: загрузите данные заново. Каждые 15 секунд
приходит комментарий, по которому видно, что связь есть. Поток закрывается, когда кончается токен или шлюз
перезапускается: подключитесь снова через время, которое назвал `retry`. Заголовок `Authorization` обязателен, поэтому в
браузере нужен `fetch`, а не `EventSource`."""
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Поток событий; имя события — вид произошедшего или `reset`",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


class _Documented(Response):
    """What the document says of an answer."""

    media_type = MEDIA_TYPE


_LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", description="Номер последнего полученного события", examples=["42"])
]
_InQuery = Annotated[
    str | None,
    Query(description="То же для клиентов, которые не могут задать заголовок; заголовок важнее", examples=["42"]),
]


@router.get(
    "/v1/institutions/{institution_id}/updates",
    summary="Что изменилось у учреждения: живой поток",
    description="Для работников учреждения; для куратора, ведомства и администратора — то, что им можно читать."
    + _ABOUT,
    response_class=_Documented,
    responses=_STREAM,
)
async def of_institution(
    request: Request, institution_id: Id, header: _LastEventId = None, last_event_id: _InQuery = None
) -> Response:
    """Stream the updates of an institution. Raises `UPDATES_UNKNOWN`."""
    caller = _caller(request)
    if caller.memberships.get(institution_id, frozenset()) & MEMBERS:
        audience = {member(institution_id)}
    else:
        audience = {overseer(role, institution_id) for role in caller.roles & OVERSEERS}
    if not audience:
        raise UPDATES_UNKNOWN
    return await _stream(request, caller, audience, header or last_event_id)


@router.get(
    "/v1/me/updates",
    summary="Что изменилось у меня: живой поток",
    description="То, что касается вас лично, и то, что касается учреждений, где вы работаете, — одним потоком."
    + _ABOUT,
    response_class=_Documented,
    responses=_STREAM,
)
async def of_caller(request: Request, header: _LastEventId = None, last_event_id: _InQuery = None) -> Response:
    """Stream the updates of the caller and of the institutions they work for."""
    caller = _caller(request)
    works_for = {institution_id for institution_id, roles in caller.memberships.items() if roles & MEMBERS}
    audience = {person(caller.subject)} | {member(institution_id) for institution_id in works_for}
    return await _stream(request, caller, audience, header or last_event_id)


def _caller(request: Request) -> Caller:
    caller: Caller | None = request.scope["exchange"].caller
    if caller is None:
        raise UNAUTHENTICATED
    return caller


async def _stream(request: Request, caller: Caller, audience: set[str], given: str | None) -> EventStream:
    """Return the stream. Raises `BAD_LAST_EVENT_ID`, `UPDATES_UNAVAILABLE`."""
    live: Live = request.app.state.live
    after = _number(given)
    if live.feed is None or live.feed.seated >= live.pace.most:
        raise UPDATES_UNAVAILABLE
    try:
        await live.feed.reached(after or 0, seconds=_ANSWER_SECONDS)
    except (TimeoutError, *STORE_FAILURES) as error:
        log.warning("live updates unavailable", error=repr(error))
        raise UPDATES_UNAVAILABLE from error
    listener = Listener(subject=caller.subject, audience=frozenset(audience), after=after, until=caller.expires_at)
    return EventStream(live, live.feed, listener)


def _number(given: str | None) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and int(given[:20]) <= _LARGEST):
        raise BAD_LAST_EVENT_ID
    return int(given)
