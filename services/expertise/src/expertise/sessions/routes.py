"""HTTP doors of sessions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.sessions import handlers, queries
from expertise.sessions.commands import (
    ApproveProtocol,
    CloseSession,
    DecideItem,
    OpenSession,
    RecuseMember,
    RegisterPresence,
    RescheduleSession,
    ScheduleSession,
)
from expertise.sessions.queries import ProtocolView, SessionSearch, SessionView

router = APIRouter(prefix="/v1/sessions", tags=["Заседания"])


@router.post("", status_code=201, response_model=SessionView, summary="Назначить заседание")
async def schedule(body: ScheduleSession, door: Door) -> Response:
    """Назначает секретарь; в повестке — готовые к защите проекты и выдвинутые практики."""
    return await door.run(handlers.schedule_session, body, SessionView, status=201)


@router.get("", response_model=Page[SessionView], summary="Список заседаний")
async def listing(door: Door, search: Annotated[SessionSearch, Query()]) -> Response:
    """Заседания в порядке назначения."""
    return door.listing(await queries.sessions(door.reads, search))


@router.get("/{session_id}", response_model=SessionView, summary="Заседание")
async def show(session_id: Id, door: Door) -> Response:
    """Заседание с повесткой, самоотводами и голосами."""
    return door.show(await queries.session(door.reads, session_id))


@router.put("/{session_id}", response_model=SessionView, summary="Изменить дату или повестку")
async def reschedule(session_id: Id, body: RescheduleSession, door: Door, version: RequiredIfMatch) -> Response:
    """Пока заседание не открыто."""
    return await door.run(handlers.reschedule_session, Change(session_id, version, body), SessionView)


@router.put("/{session_id}/presence", response_model=SessionView, summary="Отметить присутствующих")
async def register(session_id: Id, body: RegisterPresence, door: Door, version: RequiredIfMatch) -> Response:
    """Список целиком; меняется и во время заседания — кворум пересчитывается."""
    return await door.run(handlers.register_presence, Change(session_id, version, body), SessionView)


@router.post("/{session_id}/opening", response_model=SessionView, summary="Открыть заседание")
async def opening(session_id: Id, body: OpenSession, door: Door, version: IfMatch) -> Response:
    """Открывается при кворуме; члены совета с конфликтом интересов отводятся от своих вопросов."""
    return await door.run(handlers.open_session, Change(session_id, version, body), SessionView)


@router.post("/{session_id}/recusals", response_model=SessionView, summary="Заявить самоотвод по вопросу")
async def recuse(session_id: Id, body: RecuseMember, door: Door, version: IfMatch) -> Response:
    """Секретарь или сам член совета; кворум по вопросу пересчитывается."""
    return await door.run(handlers.recuse_member, Change(session_id, version, body), SessionView)


@router.post("/{session_id}/decisions", response_model=SessionView, summary="Принять решение по вопросу")
async def decide(session_id: Id, body: DecideItem, door: Door, version: IfMatch) -> Response:
    """Голоса поимённо или итогом; решение следует из правила большинства."""
    return await door.run(handlers.decide_item, Change(session_id, version, body), SessionView)


@router.post("/{session_id}/closing", response_model=SessionView, summary="Закрыть заседание")
async def close(session_id: Id, body: CloseSession, door: Door, version: IfMatch) -> Response:
    """Нерешённые вопросы переносятся."""
    return await door.run(handlers.close_session, Change(session_id, version, body), SessionView)


@router.get("/{session_id}/protocol", response_model=ProtocolView, summary="Протокол заседания")
async def protocol(session_id: Id, door: Door) -> Response:
    """Текст и пронумерованные решения."""
    return door.listing(await queries.protocol(door.reads, session_id))


@router.post("/{session_id}/approval", response_model=SessionView, summary="Утвердить протокол")
async def approve(session_id: Id, body: ApproveProtocol, door: Door, version: IfMatch) -> Response:
    """Утверждает председатель; после этого протокол не меняется."""
    return await door.run(handlers.approve_protocol, Change(session_id, version, body), SessionView)
