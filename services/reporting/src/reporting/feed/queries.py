"""What partners read of the feed over HTTP."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.documents import Document
from chassis.errors import Words
from chassis.moments import Moment
from chassis.pages import BAD_CURSOR
from chassis.problem import Problem
from chassis.work import Reads
from contracts.envelope import Envelope
from contracts.public import CATALOGUE
from reporting.feed import store
from reporting.feed.domain import BEGINNING, MARGIN, Place
from reporting.integrations.domain import FEED_SCOPE, READ_SCOPE, readable
from reporting.integrations.store import integrations_of

TWO_STARTS = Problem(
    400, "feed-two-starts",
    Words("Назовите одно начало", "Name one start"),
    Words("Передайте не больше одного: after, after_event или since.", "Send one of after, after_event, since."),
)  # fmt: skip
OTHER_HISTORY = Problem(
    410, "feed-cursor-gone",
    Words("Курсор из другой истории ленты", "The cursor is of another history of the feed"),
    Words(
        "Ленту восстановили из копии. Начните с since или сначала и отбросьте знакомые события по id.",
        "The feed was restored from a backup. Start by since or anew, and drop the events whose ids you know.",
    ),
)  # fmt: skip


def _public(name: str) -> str:
    if name not in CATALOGUE:
        raise ValueError("такого открытого типа нет, см. каталог событий")
    return name


class FeedRequest(BaseModel):
    """С какого места, какие события и сколько."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(default=None, max_length=200, description="`next` прошлого ответа: что было дальше")
    after_event: str | None = Field(
        default=None, min_length=1, max_length=64, description="Номер (`id`) последнего известного вам события"
    )
    since: Moment | None = Field(
        default=None,
        description=(
            "Момент с часовым поясом: все события с `time` не раньше него. Могут прийти и более ранние: лента "
            "упорядочена не по `time`"
        ),
        examples=["2023-11-01T00:00:00Z"],
    )
    type: list[Annotated[str, AfterValidator(_public)]] = Field(
        default=[],
        max_length=100,
        description="Только эти типы; можно повторить",
        examples=[["transfer.event.held.v1"]],
    )
    limit: int = Field(default=100, ge=1, le=500, description="Сколько событий в ответе, не больше")


class PublicEvent(BaseModel):
    """Событие в форме CloudEvents 1.0 (structured, JSON): те же атрибуты, что в заголовках AMQP."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(examples=["0190a000-0000-7000-8000-000000000001"], description="Номер события; повторы — по нему")
    source: str = Field(examples=["/transfer"], description="Кто сообщает")
    type: str = Field(examples=["transfer.event.held.v1"])
    subject: str = Field(examples=["0190a000-0000-7000-8000-000000000951"], description="Запись, о которой событие")
    time: str = Field(examples=["2023-11-20T09:00:00Z"], description="Когда событие записано, RFC 3339")
    dataschema: str = Field(examples=["urn:technopark:schema:public:transfer.event.held.v1"])
    sequence: str = Field(examples=["1"], description="Версия записи после события, десятичное число")
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] = Field(
        description="Тело по схеме типа", examples=[CATALOGUE["transfer.event.held.v1"].example()]
    )


class FeedPage(BaseModel):
    """Часть ленты."""

    items: list[PublicEvent]
    next: str = Field(
        description="Спросите с ним в `after`: сейчас, если `more`, иначе позже. Есть всегда",
        examples=["WzE4NDIsICIwMTkwYTAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ"],
    )
    more: bool = Field(description="Есть ли ещё события уже сейчас", examples=[False])


async def feed(reads: Reads, wanted: FeedRequest) -> FeedPage:
    """Return what stands behind the reader's place, of the types that the reader may receive.

    Raises: TWO_STARTS, BAD_CURSOR, OTHER_HISTORY, EventNotInFeed, IntegrationMissing, TypesNotGranted.
    The newest position is read first and bounds the page: what is numbered meanwhile may reach some of the types'
    indexes and not yet others, and a reader must not be led past it.
    """
    types = await _types(reads, wanted)
    newest = await store.head(reads.db)
    start = await _start(reads, wanted, newest)
    found = await store.between(reads.db, start.position, newest.position, types, wanted.limit + 1)
    shown, more = found[: wanted.limit], len(found) > wanted.limit
    last = Place(shown[-1]["position"], shown[-1]["_id"]) if more else newest
    return FeedPage(items=[_event(row) for row in shown], next=last.cursor, more=more)


async def _types(reads: Reads, wanted: FeedRequest) -> tuple[str, ...] | None:
    caller, today = reads.caller, reads.now.date()
    own = [] if caller.roles else await integrations_of(reads, caller.memberships)
    in_force = [one for one in own if one.in_force(today)]
    alone = {READ_SCOPE, FEED_SCOPE} & caller.scopes == {FEED_SCOPE}
    return readable(wanted.type, in_force, for_integration=alone)


async def _start(reads: Reads, wanted: FeedRequest, newest: Place) -> Place:
    if sum(start is not None for start in (wanted.after, wanted.after_event, wanted.since)) > 1:
        raise TWO_STARTS
    if wanted.after_event is not None:
        return await store.place_of(reads.db, wanted.after_event)
    if wanted.since is not None:
        return await store.place_before(reads.db, wanted.since - MARGIN, newest)
    return await _known(reads, wanted.after) if wanted.after is not None else BEGINNING


async def _known(reads: Reads, cursor: str) -> Place:
    try:
        place = Place.of(cursor)
    except ValueError as error:
        raise BAD_CURSOR from error
    if not await store.stands(reads.db, place):
        raise OTHER_HISTORY
    return place


def _event(row: Document) -> PublicEvent:
    return PublicEvent.model_validate(Envelope.from_headers(row["headers"]).structured(json.loads(row["body"])))
