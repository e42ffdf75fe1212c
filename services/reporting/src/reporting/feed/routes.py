"""HTTP door of the feed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.door import Door
from chassis.errors import Words
from chassis.problem import Problem
from reporting.feed import queries
from reporting.feed.queries import FeedPage, FeedRequest

router = APIRouter(prefix="/v1/feed", tags=["Лента событий"])
FEED_OFF = Problem(
    404, "feed-off",
    Words("Лента не ведётся", "There is no feed"),
    Words("На этой площадке лента событий не включена.", "The feed of events is not switched on here."),
)  # fmt: skip


def _kept(request: Request) -> None:
    if not request.app.state.feed_kept:
        raise FEED_OFF


@router.get("", response_model=FeedPage, dependencies=[Depends(_kept)], summary="Лента открытых событий")
async def feed(door: Door, wanted: Annotated[FeedRequest, Query()]) -> Response:
    """Всё, о чём платформа сообщает партнёрам, в одном неизменном порядке и без срока давности.

    Начните с `after_event`, с `since` или с самого начала; дальше передавайте `next` ответа в `after`. Так каждое
    событие встретится один раз. Порядок ленты — порядок её записи: о порядке событий одной записи говорит `sequence`.
    Номеров и имён людей в ленте нет. Партнёр видит типы, которые разрешены его подключению.

    Пример: `GET /v1/feed?since=2023-11-01T00:00:00Z&type=transfer.event.held.v1&limit=500`
    """
    return door.listing(await queries.feed(door.reads, wanted))
