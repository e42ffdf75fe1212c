"""What each stream is, in the words of its AsyncAPI document; Markdown."""

from contracts import broker
from contracts.promises import INBOUND_CHECKS, INBOUND_PROMISES, PUBLIC_PROMISES, Promises
from contracts.streams import FACTS, INBOUND, PUBLIC, Stream

TITLES = {
    FACTS.exchange: "События социального технопарка",
    PUBLIC.exchange: "Открытые события социального технопарка",
    INBOUND.exchange: "События партнёров для социального технопарка",
}
_FORM = "Каждое событие — сообщение AMQP 0-9-1: тело в JSON, атрибуты CloudEvents 1.0 в заголовках `cloudEvents:*`."
_ROUTE = "Ключ маршрутизации равен типу события: `<кто>.<что>.<что произошло>.v<версия>`."
_FACTS = f"""Что произошло в реестре, экспертном совете, трансфере и отчётности.

{_FORM}

* {_ROUTE}
* Доставка — не менее одного раза: повторы отбрасывают по паре `source` + `id`.
* Порядок — только в пределах `subject`: из двух событий новее то, у которого больше `sequence`.
* В пределах версии типа появляются только новые необязательные поля: незнакомые поля пропускайте. Любое другое
  изменение выходит новым типом, рядом с прежним.

Документ говорит, кто сообщает о событии. Это внутренний поток: партнёры читают открытый, `asyncapi-public.json`."""
_PUBLIC = f"""То, что социальный технопарк рассказывает всем: без персональных данных и внутренней работы.

{_FORM} {_ROUTE}

Читают свою очередь `{broker.QUEUE}`: она уже объявлена и привязана к выданным типам. Те же события в том же
виде отдаёт лента по HTTP (`GET /v1/feed`) и присылают подписанные вебхуки (`POST /v1/webhooks`): один JSON, в котором
атрибуты и тело (`data`) вместе."""
_INBOUND = f"""То, что партнёр рассказывает платформе о себе.

{_FORM} {_ROUTE}

Публикуйте в обменник `{INBOUND.exchange}`. Без брокера то же принимает `POST /v1/contributions`: один JSON, в
котором атрибуты и тело (`data`) вместе, или пачка до 100."""


def overview(stream: Stream) -> str:
    """Return what a stream is and what it promises."""
    if stream is FACTS:
        return _FACTS
    if stream is PUBLIC:
        return "\n\n".join([_PUBLIC, *_promised(PUBLIC_PROMISES), _broker_limits()])
    checks = "\n".join(f"* **{what}**: {asked}" for what, asked in INBOUND_CHECKS.items())
    return "\n\n".join([_INBOUND, f"## Что проверяется\n\n{checks}", *_promised(INBOUND_PROMISES), _broker_limits()])


def _promised(promises: Promises) -> list[str]:
    parts = {"Порядок": promises.order, "Доставка": promises.delivery, "Совместимость": promises.compatibility}
    return [f"## {title}\n\n{_listed(sentences)}" for title, sentences in parts.items()]


def _listed(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"* {sentence}" for sentence in sentences)


def _broker_limits() -> str:
    return (
        f"## Пределы\n\n* Соединений с брокером у партнёра — {broker.CONNECTIONS}, каналов — {broker.CHANNELS}: "
        "держите одно соединение открытым.\n* Отзыв подключения и новый пароль закрывают соединения сразу."
    )
