"""One partner on one screen: what it was granted, what waits for it, its webhooks, what of it was refused."""

from pydantic import BaseModel, Field

from gateway.composites.overview import ListPart
from gateway.composites.parts import Part, ReaderOfParts, essential, lacking, side_by_side
from gateway.composites.rows import registry, reporting, transfer

PAGE = 20


class QueuePart(Part):
    """Очередь партнёра на брокере."""

    value: registry.QueueNow | None = None


class IntegrationOverview(BaseModel):
    """Подключение партнёра на одном экране."""

    integration: registry.IntegrationBrief
    partial: bool = Field(description="true, если какой-то сервис не ответил; какая часть — в её status")
    queue: QueuePart
    webhooks: ListPart[reporting.WebhookBrief]
    refused: ListPart[transfer.RefusedBrief] = Field(description="Сообщения партнёра, которые не приняты")


async def partner(reader: ReaderOfParts, integration_id: str) -> IntegrationOverview:
    """Read an integration, then what has become of it in each service, side by side.

    Raises NotToBeShown, `DEADLINE`, `UNREACHABLE` when the integration itself cannot be shown.
    """
    card = essential(await reader.record(registry.IntegrationBrief, integration_id))
    async with side_by_side() as begin:
        queue = begin(reader.answer("registry", registry.QueueNow, f"{card.resource}/queue"))
        hooks = begin(reader.page(reporting.WebhookBrief, institution_id=card.institution_id, limit=PAGE))
        kept = begin(reader.page(transfer.RefusedBrief, integration_id=card.id, limit=PAGE))
        waiting = await queue
        webhooks = ListPart[reporting.WebhookBrief].of(await hooks)
        webhooks.items = [one for one in webhooks.items if one.integration_id == card.id]
        shown = IntegrationOverview(
            integration=card,
            partial=False,
            queue=QueuePart(status=waiting.status, value=waiting.only),
            webhooks=webhooks,
            refused=ListPart[transfer.RefusedBrief].of(await kept),
        )
    shown.partial = lacking((shown.queue, shown.webhooks, shown.refused))
    return shown
