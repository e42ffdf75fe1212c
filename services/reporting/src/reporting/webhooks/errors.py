"""Refusals of the webhooks room."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Unavailable, Words


@dataclass(eq=False, kw_only=True)
class WebhookUnknown(NotFound):
    """No webhook has this id, or it was removed, or the caller may not see it."""

    code: ClassVar = "webhook-unknown"
    title: ClassVar = Words("Вебхук не найден", "Webhook not found")
    detail: ClassVar = Words("Вебхука {webhook_id} нет.", "There is no webhook {webhook_id}.")
    webhook_id: str


@dataclass(eq=False, kw_only=True)
class UrlRefused(RuleBroken):
    """A webhook leads to https on the open internet."""

    code: ClassVar = "url-refused"
    title: ClassVar = Words("Этот адрес не подходит", "This URL is refused")
    detail: ClassVar = Words(
        "{url}: {fault_ru}. Нужен https-адрес в открытом интернете, без имени пользователя и без «#».",
        "{url}: {fault}. An https URL on the open internet is needed, without user name and fragment.",
    )
    url: str
    fault: str
    fault_ru: str


FAULTS_RU = {
    "letters": "адрес пишут латиницей, узел — как xn--…, остальное — через %",
    "form": "адрес не разобрать или он слишком длинный",
    "scheme": "не https",
    "userinfo": "в адресе есть имя пользователя",
    "fragment": "в адресе есть «#»",
    "host": "имя узла не подходит",
    "port": "этот порт не разрешён",
    "address": "сюда соединяться нельзя",
}


@dataclass(eq=False, kw_only=True)
class WebhooksEnough(RuleBroken):
    """An integration has so many webhooks and no more."""

    code: ClassVar = "webhooks-enough"
    title: ClassVar = Words("Вебхуков достаточно", "Enough webhooks")
    detail: ClassVar = Words("У подключения уже {most} вебхуков.", "The integration has {most} webhooks already.")
    most: int


@dataclass(eq=False, kw_only=True)
class WebhookNotInState(RuleBroken):
    """The state of the webhook does not allow the step."""

    code: ClassVar = "webhook-not-in-state"
    title: ClassVar = Words("Состояние вебхука не позволяет", "The webhook's state does not allow this")
    detail: ClassVar = Words("Вебхук сейчас {state_ru}.", "The webhook is {state}.")
    state: str
    state_ru: str


@dataclass(eq=False, kw_only=True)
class WebhooksOff(Unavailable):
    """The operator has given no key for the secrets of webhooks."""

    code: ClassVar = "webhooks-off"
    title: ClassVar = Words("Вебхуки выключены", "Webhooks are off")
    detail: ClassVar = Words(
        "На этой платформе не задан ключ WEBHOOK_SECRET_KEY. Обратитесь к администратору.",
        "WEBHOOK_SECRET_KEY is not set on this platform. Ask its administrator.",
    )
