"""HTTP doors of reviews."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.pages import Page
from chassis.work import Change
from expertise.reviews import handlers, queries
from expertise.reviews.handlers import AssignExpert, CompleteReview, MarkApplication, RecuseReview
from expertise.reviews.queries import ApplicationEvaluation, Ranking, ReviewSearch, ReviewView

router = APIRouter(prefix="/v1", tags=["Рецензии"])


@router.post("/reviews", status_code=201, response_model=ReviewView, summary="Назначить эксперта")
async def assign(body: AssignExpert, door: Door) -> Response:
    """Назначает куратор УМЦ; эксперт с конфликтом интересов не назначается, причина называется."""
    return await door.run(handlers.assign_expert, body, ReviewView, status=201)


@router.get("/reviews", response_model=Page[ReviewView], summary="Список рецензий")
async def listing(door: Door, search: Annotated[ReviewSearch, Query()]) -> Response:
    """Эксперт видит свои рецензии, а чужие по той же заявке — закончив свою."""
    return door.listing(await queries.reviews(door.reads, search))


@router.get("/reviews/{review_id}", response_model=ReviewView, summary="Рецензия")
async def show(review_id: Id, door: Door) -> Response:
    """Рецензия с оценками по критериям."""
    return door.show(await queries.review(door.reads, review_id))


@router.put("/reviews/{review_id}", response_model=ReviewView, summary="Выставить оценки")
async def mark(review_id: Id, body: MarkApplication, door: Door, version: RequiredIfMatch) -> Response:
    """Можно оценить часть критериев и вернуться позже: пропуск — это не ноль."""
    return await door.run(handlers.mark_application, Change(review_id, version, body), ReviewView)


@router.post("/reviews/{review_id}/completion", response_model=ReviewView, summary="Завершить рецензию")
async def complete(review_id: Id, body: CompleteReview, door: Door, version: IfMatch) -> Response:
    """Завершается, когда оценены все критерии; итог вычисляется по весам отбора."""
    return await door.run(handlers.complete_review, Change(review_id, version, body), ReviewView)


@router.post("/reviews/{review_id}/recusal", response_model=ReviewView, summary="Заявить самоотвод")
async def recuse(review_id: Id, body: RecuseReview, door: Door, version: IfMatch) -> Response:
    """После самоотвода заявка эксперту недоступна."""
    return await door.run(handlers.recuse_review, Change(review_id, version, body), ReviewView)


@router.get("/applications/{application_id}/evaluation", response_model=ApplicationEvaluation, summary="Итог рецензий")
async def evaluation(application_id: Id, door: Door) -> Response:
    """Средний итог, расхождение и нужен ли третий эксперт; заинтересованному лицу не показывается."""
    return door.listing(await queries.evaluation(door.reads, application_id))


@router.get("/calls/{call_id}/ranking", response_model=Ranking, summary="Рейтинг отбора")
async def ranking(call_id: Id, door: Door) -> Response:
    """Исходные итоги и итоги с поправкой на строгость экспертов рядом."""
    return door.listing(await queries.ranking(door.reads, call_id))
