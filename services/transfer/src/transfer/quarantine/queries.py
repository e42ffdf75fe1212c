"""What partners and operators see of the quarantine."""

from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Gauge
from pydantic import Field

from chassis.documents import Database
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from transfer.fields import IdFilter, Part
from transfer.quarantine.domain import MAY_SEE, EntryState, MessageUnknown
from transfer.quarantine.store import DROPS, QUARANTINE

ROWS = Gauge("quarantine_rows", "Messages of partners in quarantine", ["partner", "state"])
REFUSED = Gauge("quarantine_day_rows", "Messages refused within the last 24 hours", ["partner", "reason"])
DROPPED_AGE = Gauge("quarantine_dropped_age_seconds", "Since entries last made room for newer ones", ["partner"])
_DAY = timedelta(days=1)


class ReasonView(Part):
    """Почему сообщение не принято."""

    code: str = Field(examples=["type-not-granted"], description="Стабильный код для программ")
    field: str | None = Field(default=None, examples=["type"], description="Атрибут или поле тела, в котором ошибка")
    title_ru: str
    title_en: str
    detail_ru: str
    detail_en: str


class HeaderView(Part):
    """Заголовок сообщения."""

    name: str
    value: str


class EntrySummary(View):
    """Сообщение партнёра, которое не принято."""

    integration_id: str | None = Field(description="Подключение; null, если отправитель не известен")
    institution_id: str | None
    partner: str = Field(examples=["omsk-resource-centre"], description="Имя подключения")
    state: EntryState = Field(
        description="waiting — ждёт того, на что ссылается, и пробуется снова; quarantined — отклонено; "
        "discarded — отложено навсегда"
    )
    reason: ReasonView
    event_id: str | None = Field(examples=["c-2023-000117"], description="Номер события, как его дал партнёр")
    type: str | None
    received_at: datetime = Field(description="Когда пришло впервые")
    last_at: datetime = Field(description="Когда пришло или пробовалось в последний раз")
    next_at: datetime | None = Field(description="Когда будет следующая попытка")
    attempts: int
    times: int = Field(description="Сколько раз это же сообщение приходило")
    discarded_because: str | None = None
    decided_by: str | None = None


class EntryView(EntrySummary):
    """Сообщение целиком."""

    user_id: str | None = Field(description="Пользователь брокера, подтверждённый брокером")
    routing_key: str | None
    content_type: str | None
    headers: list[HeaderView]
    body: str = Field(description="Тело, не больше первых 64 КиБ; чего нет в UTF-8, заменено")
    size: int = Field(description="Сколько байт было в теле")


class QuarantineSearch(PageRequest):
    """Какие сообщения показать."""

    institution_id: IdFilter = None
    integration_id: IdFilter = None
    state: EntryState | None = None
    code: IdFilter = None
    event_id: IdFilter = Field(default=None, description="Номер события, как его дал партнёр: не здесь ли оно")


async def entries(reads: Reads, search: QuarantineSearch) -> Page[EntrySummary]:
    """Return what the caller may see of the quarantine, the latest first. Raises: ScopeMissing."""
    asked = search.model_dump(include={"institution_id", "integration_id", "state", "event_id"}, exclude_none=True)
    asked |= {"reason.code": search.code} if search.code else {}
    where = {"$and": [MAY_SEE.filter(reads.caller), asked]}
    collection = reads.db[QUARANTINE.collection]
    return await page(collection, where, search, EntrySummary.model_validate, order=("last_at", -1))


async def entry(reads: Reads, entry_id: str) -> EntryView:
    """Return one message whole. Raises: ScopeMissing, MessageUnknown."""
    found = await reads.db[QUARANTINE.collection].find_one({"_id": entry_id})
    if not MAY_SEE.permits(reads.caller, found) or found is None:
        raise MessageUnknown(entry_id=entry_id)
    parcel: dict[str, Any] = found["parcel"]
    return EntryView.model_validate({**found, **parcel, "body": parcel["body"].decode("utf-8", "replace")})


async def measure(db: Database, now: datetime) -> None:
    """Set how many messages of each partner are in quarantine, and why they came there lately."""
    await _set(db, ROWS, {"state": {"$in": ["waiting", "quarantined", "discarded"]}}, "state")
    await _set(db, REFUSED, {"state": "quarantined", "last_at": {"$gte": now - _DAY}}, "reason.code")
    DROPPED_AGE.clear()
    for drop in await db[DROPS].find({}):
        DROPPED_AGE.labels(drop["_id"]).set((now - drop["last_at"]).total_seconds())


async def _set(db: Database, gauge: Gauge, where: dict[str, Any], by: str) -> None:
    counted = {"$group": {"_id": {"partner": "$partner", "by": f"${by}"}, "rows": {"$sum": 1}}}
    groups = await db[QUARANTINE.collection].aggregate([{"$match": where}, counted])
    gauge.clear()
    for group in groups:
        gauge.labels(group["_id"]["partner"] or "unknown", group["_id"]["by"]).set(group["rows"])
