"""HTTP doors of the report templates. Templates are open to everyone signed in."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from chassis.door import Door
from chassis.pages import Page
from reporting.templates.domain import Nature
from reporting.templates.library import released
from reporting.templates.values import ValueKind

router = APIRouter(prefix="/v1/report-templates", tags=["Шаблоны отчётов"])


class IndicatorView(BaseModel):
    """Показатель шаблона."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    title: str
    nature: Nature
    kind: ValueKind
    evidence: str | None


class CriterionView(BaseModel):
    """Критерий шаблона."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    indicators: tuple[IndicatorView, ...]


class TemplateView(BaseModel):
    """Издание шаблона отчёта."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    edition: int
    name: str
    criteria: tuple[CriterionView, ...]


@router.get("", response_model=Page[TemplateView], summary="Шаблоны отчётов")
async def listing(door: Door) -> Response:
    """Все изданные шаблоны с критериями и показателями; изданный шаблон не меняется."""
    items = [TemplateView.model_validate(template) for _, template in sorted(released().items())]
    return door.listing(Page(items=items))
