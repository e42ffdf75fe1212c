"""Parts of a composite read: asked of the services side by side, each in its own time, marked when it is lacking."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar
from urllib.parse import urlencode

import structlog
from pydantic import BaseModel, Field, ValidationError

from chassis.identity import UNAUTHENTICATED
from chassis.problem import Problem, forget
from gateway.composites.rows.linked import Linked
from gateway.exchange import Exchange
from gateway.refusals import DEADLINE, UNREACHABLE
from gateway.resilience.services import Reply

log = structlog.get_logger("gateway")

PART_SECONDS = 3.0
_TO_PUT_TOGETHER_SECONDS = 0.2
AT_ONCE = 4
"""Questions of one composite under way at one service: nobody's screen takes it for itself."""
PartStatus = Literal["ok", "forbidden", "timeout", "unavailable"]
_WORST: Sequence[PartStatus] = ("ok", "forbidden", "timeout", "unavailable")
_NOT_FOR_CALLER = (403, 404)


R = TypeVar("R", bound=BaseModel)
L = TypeVar("L", bound=Linked)
T = TypeVar("T")


class Begin(Protocol):
    """Begins a question and goes on."""

    def __call__(self, question: Coroutine[Any, Any, T], /) -> "asyncio.Task[T]":
        """Return the task that holds its answer."""


class Asking(Protocol):
    """`gateway.resilience.services.Services`, as far as composites need it."""

    async def ask(self, exchange: Exchange | None, service: str, target: bytes, seconds: float) -> Reply:
        """Read from a service with the caller's token. Raises a `Problem` when there is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[R]):
    """What came of one question."""

    status: PartStatus
    path: str
    rows: tuple[R, ...] = ()
    next: str | None = None
    reply: Reply | None = None

    @property
    def only(self) -> R | None:
        """The record, where one was asked for."""
        return self.rows[0] if self.rows else None

    @property
    def more(self) -> str | None:
        """Where the list goes on."""
        if self.next is None:
            return None
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({'cursor': self.next})}"


def worst(*statuses: PartStatus) -> PartStatus:
    """Return the status of a part that was made of several answers."""
    return max(statuses, key=_WORST.index, default="ok")


def target(path: str, query: Mapping[str, object] | None = None) -> str:
    """Return the target of a read; of a parameter without a value nothing is said."""
    said = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


class ReaderOfParts:
    """Asks on behalf of one exchange."""

    def __init__(self, services: Asking, exchange: Exchange, *, seconds: float = PART_SECONDS) -> None:
        self._services, self._exchange, self._seconds = services, exchange, seconds
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))

    async def page(self, row: type[L], **query: object) -> Found[L]:
        """Read one page of the list of such records."""
        return await self._read(row.service, row, target(row.listed_at or row.address, query), listed=True)

    async def record(self, row: type[L], record_id: str) -> Found[L]:
        """Read one record."""
        return await self._read(row.service, row, f"{row.address}/{record_id}", listed=False)

    async def answer(self, service: str, row: type[R], path: str, **query: object) -> Found[R]:
        """Read what is no record: counts, a history."""
        return await self._read(service, row, target(path, query), listed=False)

    async def _read(self, service: str, row: type[R], path: str, *, listed: bool) -> Found[R]:
        try:
            reply = await self._asked(service, path)
        except Problem as refusal:
            status: PartStatus = "timeout" if refusal.status == DEADLINE.status else "unavailable"
            forget(refusal)
            return Found(status=status, path=path)
        if reply.status == 401:
            raise UNAUTHENTICATED
        if reply.status != 200:
            return Found(status=_status(reply, service, row), path=path, reply=reply)
        try:
            content = json.loads(reply.body)
            records = content["items"] if listed else [content]
            rows = tuple(row.model_validate(record) for record in records)
        except (ValueError, LookupError, TypeError, ValidationError) as error:
            log.warning("part not understood", upstream=service, part=row.__name__, reason=type(error).__name__)
            return Found(status="unavailable", path=path)
        return Found(status="ok", path=path, rows=rows, next=content.get("next") if listed else None, reply=reply)

    async def _asked(self, service: str, path: str) -> Reply:
        """The time of a part runs while it waits for its turn, too; it ends before that of the whole."""
        loop = asyncio.get_running_loop()
        until = min(loop.time() + self._seconds, self._exchange.deadline - _TO_PUT_TOGETHER_SECONDS)
        async with self._turns[service]:
            left = until - loop.time()
            if left <= 0:
                raise DEADLINE
            return await self._services.ask(self._exchange, service, path.encode("ascii"), left)


def _status(reply: Reply, service: str, row: type[BaseModel]) -> PartStatus:
    if reply.status in _NOT_FOR_CALLER:
        return "forbidden"
    # the kind of record, not its address: that has the record's id
    log.warning("part refused", upstream=service, status=reply.status, part=row.__name__)
    return "timeout" if reply.status == DEADLINE.status else "unavailable"


@dataclass(eq=False)
class NotToBeShown(Exception):
    """The essential part does not exist for the caller: its service's refusal is the whole answer."""

    reply: Reply


def essential(found: Found[R]) -> R:
    """Return the record that everything else is about. Raises NotToBeShown, `DEADLINE`, `UNREACHABLE`."""
    if found.only is not None:
        return found.only
    if found.status == "forbidden" and found.reply is not None:
        raise NotToBeShown(found.reply)
    raise DEADLINE if found.status == "timeout" else UNREACHABLE


class Part(BaseModel):
    """Часть экрана."""

    status: PartStatus = Field(
        description="ok — прочитано; forbidden — не для вас; timeout, unavailable — сервис не ответил, повторите позже",
        examples=["ok"],
    )


def lacking(parts: Iterable[Part]) -> bool:
    """Tell whether some part of a screen could not be read; what is not for the caller is not lacking."""
    return any(part.status in ("timeout", "unavailable") for part in parts)


@asynccontextmanager
async def side_by_side() -> AsyncIterator[Begin]:
    """Let several questions be asked at once; those still under way at the end are not waited for."""
    tasks: list[asyncio.Task[Any]] = []

    def begin(question: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(question)
        tasks.append(task)
        return task

    try:
        yield begin
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
