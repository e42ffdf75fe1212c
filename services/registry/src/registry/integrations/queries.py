"""What administrators see of integrations, and partners of their own; never a password or its hash."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, Field

from chassis.documents import Document
from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from registry.fields import IdFilter
from registry.integrations import domain
from registry.integrations.domain import MAY_ADMINISTER, MAY_READ, Integration, Standing, What
from registry.integrations.store import HISTORY, INTEGRATIONS, Lag
from registry.integrations.topology import INBOUND, LOG, Place, queue_of


class IntegrationView(View):
    """Подключение системы партнёра."""

    institution_id: str
    name: str = Field(examples=["omsk-resource-centre"])
    receives: tuple[str, ...] = Field(examples=[["transfer.event.held.v1"]], description="* — все публичные типы")
    sends: tuple[str, ...] = Field(examples=[["partner.consultation.given.v1"]])
    contact_person_id: str
    valid_until: date = Field(description="Последний день")
    queue_bytes: int
    revoked_on: date | None


class BrokerView(BaseModel):
    """Где система партнёра находит своё на брокере, и выдано ли уже записанное."""

    carried_out: bool = Field(description="false — будет выдано, когда брокер ответит")
    since: datetime | None = Field(description="С какого времени так")
    lag: Lag | None = Field(
        description="Почему ещё не выдано: not_configured — реестру не назван брокер, silent — не отвечает, refused — "
        "отказал, not_prepared — не загружены определения, busy — идёт другая сверка"
    )
    address: str | None = Field(
        examples=["amqps://broker.example.org:5671/partners"], description="Куда соединяться; null — реестру не сказали"
    )
    virtual_host: str = Field(examples=["partners"])
    user: str = Field(examples=["partner.omsk-resource-centre"])
    queue: str | None = Field(examples=["partner.omsk-resource-centre"], description="Откуда партнёр читает")
    log: str | None = Field(examples=[None], description="Журнал всех публичных событий, если разрешены все")
    exchange: str | None = Field(examples=["inbound"], description="Куда партнёр пишет")


class IntegrationShown(IntegrationView):
    """Подключение системы партнёра, как оно есть сегодня."""

    beyond_version: ClassVar = True
    standing: Standing = Field(description="in_force — действует, expired — срок вышел, revoked — отозвано")
    broker: BrokerView


class IntegrationWithPassword(IntegrationShown):
    """Подключение системы партнёра и его новый пароль."""

    password: str | None = Field(
        description="Показывается один раз; null, если запрос повторён и действует пароль из прежнего ответа"
    )
    url: str | None = Field(
        examples=["amqps://partner.omsk-resource-centre:пароль@broker.example.org:5671/partners"],
        description="С чем соединяется клиент AMQP: адрес, пользователь и пароль вместе; показывается один раз",
    )


class QueueView(BaseModel):
    """Что ждёт партнёра на брокере сейчас."""

    name: str | None = Field(examples=["partner.omsk-resource-centre"], description="null — очереди нет")
    messages: int = Field(examples=[12], description="Событий ждёт, вместе с выданными и не подтверждёнными")
    size_bytes: int = Field(examples=[34000])
    limit_bytes: int = Field(examples=[67108864], description="Сверх того уходят самые старые")
    consumers: int = Field(examples=[1], description="Сколько потребителей подключено")
    oldest_since: datetime | None = Field(
        description="Самое старое из ждущих пришло не позже; null — ничего не ждёт, или пришло меньше минуты назад"
    )


class HistoryEntry(View):
    """Кто и когда изменил подключение, и что с тех пор разрешено."""

    what: What = Field(
        description="granted — выдано, amended — изменено, password_replaced — новый пароль, revoked — отозвано"
    )
    at: datetime
    by: str = Field(description="Человек, или operator: и имя оператора")
    receives: tuple[str, ...]
    sends: tuple[str, ...]
    contact_person_id: str
    valid_until: date
    queue_bytes: int


class Door(NamedTuple):
    """By what a system of an institution comes in, besides the broker: a key, or a client that acts by itself."""

    kind: Literal["key", "client"]
    id: str
    name: str
    integration_id: str | None


class IntegrationSearch(PageRequest):
    """Какие подключения показать."""

    institution_id: IdFilter = Field(default=None, description="Подключение учреждения")


async def integration(reads: Reads, integration_id: str, place: Place) -> IntegrationShown:
    """Return one integration. Raises: IntegrationUnknown, also when the caller may not read it."""
    return shown(await readable(reads, integration_id), reads, place)


async def readable(reads: Reads, integration_id: str) -> Document:
    """Return an integration as it is stored. Raises: IntegrationUnknown, also when the caller may not read it."""
    return await INTEGRATIONS.document(reads, integration_id, to=MAY_READ)


async def integrations(reads: Reads, search: IntegrationSearch, place: Place) -> Page[IntegrationShown]:
    """Return the integrations that the caller may read, in the order of granting."""
    where: dict[str, Any] = {"institution_id": search.institution_id} if search.institution_id else {}
    allowed = MAY_READ.filter(reads.caller)
    where = {"$and": [where, allowed]} if where and allowed else where or allowed
    return await page(reads.db[INTEGRATIONS.collection], where, search, lambda document: shown(document, reads, place))


async def history(reads: Reads, integration_id: str, paging: PageRequest) -> Page[HistoryEntry]:
    """Return what happened to an integration, in order, to administrators. Raises: IntegrationUnknown."""
    await INTEGRATIONS.document(reads, integration_id, to=MAY_ADMINISTER)
    where = {"integration_id": integration_id}
    return await page(reads.db[HISTORY], where, paging, HistoryEntry.model_validate)


def shown(document: Document, reads: Reads, place: Place) -> IntegrationShown:
    """Return a stored integration as it is shown today."""
    read = INTEGRATIONS.read(document)
    standing = domain.standing(read, today=reads.now.date())
    broker = _broker(read, document.get("broker", {}), place)
    return IntegrationShown.model_validate({**document, "standing": standing, "broker": broker})


def _broker(read: Integration, followed: Document, place: Place) -> BrokerView:
    return BrokerView(
        carried_out=followed.get("version") == read.version,
        since=followed.get("since"),
        lag=followed.get("lag"),
        address=place.url(),
        virtual_host=place.vhost,
        user=place.user(read),
        queue=queue_of(read) if read.receives else None,
        log=LOG if domain.EVERYTHING in read.receives else None,
        exchange=INBOUND if read.sends else None,
    )


def equipped(shown: IntegrationShown, password: str | None, place: Place) -> IntegrationWithPassword:
    """Return an integration with what its system needs to connect; a password that does not hold is None."""
    url = place.url(shown.broker.user, password) if password else None
    return IntegrationWithPassword.model_validate({**shown.model_dump(), "password": password, "url": url})


async def holds(reads: Reads, integration_id: str, password_hash: str) -> bool:
    """Tell whether this is the hash of the password that holds."""
    found = await reads.db[INTEGRATIONS.collection].find_one({"_id": integration_id})
    return found is not None and found["password_hash"] == password_hash
