"""A partner's announcement, and what is asked of it before the ordinary rules are."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from chassis.errors import DomainError, NotFound, RuleBroken, Words
from chassis.policy import ScopedAllow
from contracts.envelope import PREFIX
from contracts.fact import Fact
from contracts.inbound import CATALOGUE, MAX_BODY_BYTES
from transfer.access import MAY_TELL, STAFF
from transfer.dates import DateInFuture, DateTooEarly

CLOCK_SLACK = timedelta(minutes=5)
MAY_SPEAK = ScopedAllow(scope=MAY_TELL, members=STAFF)
MAY_SEE = ScopedAllow(scope=MAY_TELL, roles=frozenset({"curator", "administrator"}), members=STAFF)


@dataclass(eq=False, kw_only=True)
class OriginMissing(RuleBroken):
    """A message does not say by the property `user_id` who sends it: only that the broker verifies."""

    code: ClassVar = "origin-missing"
    field: ClassVar = "user_id"
    title: ClassVar = Words("Отправитель не назван", "The sender is not named")
    detail: ClassVar = Words(
        "В свойстве user_id сообщения нужен пользователь брокера, под которым вы подключились.",
        "The message property user_id must be the broker user of your connection.",
    )


@dataclass(eq=False, kw_only=True)
class BodyTooLarge(RuleBroken):
    """A body is longer than is read."""

    code: ClassVar = "contribution-too-large"
    field: ClassVar = "body"
    title: ClassVar = Words("Тело слишком большое", "The body is too large")
    detail: ClassVar = Words(
        "В теле {size} байт, а можно не больше 65536.", "The body has {size} bytes of at most 65536."
    )
    size: int


@dataclass(eq=False, kw_only=True)
class NotJson(RuleBroken):
    """A message is not said to hold JSON."""

    code: ClassVar = "content-type-not-json"
    field: ClassVar = "content_type"
    title: ClassVar = Words("Тело не названо JSON", "The body is not said to be JSON")
    detail: ClassVar = Words(
        "Сказано content_type «{content_type}», а нужно application/json.",
        "The content_type is said to be «{content_type}», application/json is needed.",
    )
    content_type: str


@dataclass(eq=False, kw_only=True)
class AttributesInvalid(RuleBroken):
    """A CloudEvents attribute is missing or wrong."""

    code: ClassVar = "attributes-invalid"
    title: ClassVar = Words("Атрибут CloudEvents неверен", "A CloudEvents attribute is invalid")
    detail: ClassVar = Words("Атрибут {field}: {problem_ru}.", "Attribute {field}: {problem_en}.")
    field: str
    problem_ru: str
    problem_en: str


@dataclass(eq=False, kw_only=True)
class TypeUnknown(RuleBroken):
    """Partners tell other types."""

    code: ClassVar = "type-unknown"
    field: ClassVar = "type"
    title: ClassVar = Words("Тип не известен", "The type is not known")
    detail: ClassVar = Words("Среди типов партнёров нет {type}.", "Partners' types do not include {type}.")
    type: str


@dataclass(eq=False, kw_only=True)
class RoutingKeyDiffers(RuleBroken):
    """A message was routed as another type than it says it is."""

    code: ClassVar = "routing-key-differs"
    field: ClassVar = "routing_key"
    title: ClassVar = Words("Ключ маршрутизации — не тип события", "The routing key is not the event's type")
    detail: ClassVar = Words(
        "Ключ маршрутизации «{routing_key}», а тип события «{type}»: они должны совпадать.",
        "The routing key is «{routing_key}» and the event's type «{type}»: they must be the same.",
    )
    routing_key: str
    type: str


@dataclass(eq=False, kw_only=True)
class ClockAhead(RuleBroken):
    """An event is of a time that has not come, by more than clocks differ."""

    code: ClassVar = "clock-ahead"
    field: ClassVar = "time"
    title: ClassVar = Words("Время события ещё не наступило", "The event's time has not come")
    detail: ClassVar = Words(
        "Время события {time} больше чем на пять минут опережает наши часы: сверьте свои.",
        "The event's time {time} is more than five minutes ahead of our clock: check yours.",
    )
    time: str


@dataclass(eq=False, kw_only=True)
class BodyInvalid(RuleBroken):
    """A body does not fit its type's schema."""

    code: ClassVar = "body-invalid"
    title: ClassVar = Words("Тело не подходит к схеме", "The body does not fit the schema")
    detail: ClassVar = Words("Поле {field}: {problem_ru}.", "Field {field}: {problem_en}.")
    field: str
    problem_ru: str
    problem_en: str


@dataclass(eq=False, kw_only=True)
class InstitutionForeign(RuleBroken):
    """A partner speaks for its own institution only."""

    code: ClassVar = "institution-foreign"
    field: ClassVar = "institution_id"
    title: ClassVar = Words("Чужое учреждение", "Another institution")
    detail: ClassVar = Words(
        "Подключение действует от учреждения {own}, а событие — об учреждении {told}.",
        "The integration acts for the institution {own}, the event is about {told}.",
    )
    own: str
    told: str


@dataclass(eq=False, kw_only=True)
class ReferenceUnknown(NotFound):
    """An institution that an event names is not known, or not yet."""

    code: ClassVar = "reference-unknown"
    title: ClassVar = Words("Учреждение из события не известно", "The event names an unknown institution")
    detail: ClassVar = Words(
        "Учреждения {institution_id} нет в реестре.", "The registry has no institution {institution_id}."
    )
    field: ClassVar = "recipient_institution_id"
    institution_id: str


@dataclass(eq=False, kw_only=True)
class EventIdReused(RuleBroken):
    """An event id came before, with another content."""

    code: ClassVar = "id-reused"
    field: ClassVar = "id"
    title: ClassVar = Words("Номер события уже использован", "The event id was used before")
    detail: ClassVar = Words(
        "Событие {event_id} уже принято с другим содержанием. Новому событию нужен новый номер.",
        "The event {event_id} was taken in with other content. A new event needs a new id.",
    )
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """An announcement that has been taken in: what it became. Kept forever, so that it counts once."""

    id: str
    version: int = 0
    integration_id: str
    institution_id: str
    event_id: str
    type: str
    digest: str
    record_id: str
    taken_at: datetime


def contribution_id(integration_id: str, event_id: str) -> str:
    """Return under which id an event of an integration is taken in."""
    return hashlib.sha256(f"{integration_id}\0{event_id}".encode()).hexdigest()


def digest(fact: Fact) -> str:
    """Return what tells one content from another, however it was written down."""
    return hashlib.sha256(f"{fact.type}\0{fact.model_dump_json()}".encode()).hexdigest()


def body_fits(size: int) -> None:
    """Refuse a body of more than 64 KiB. Raises: BodyTooLarge."""
    if size > MAX_BODY_BYTES:
        raise BodyTooLarge(size=size)


def names_attributes(headers: Iterable[str]) -> bool:
    """Tell whether any header of a message is a CloudEvents attribute of the binding to AMQP."""
    return any(name.startswith(PREFIX) for name in headers)


def says_json(content_type: str | None) -> None:
    """Refuse what is not said to be JSON, in UTF-8 if anything is said of it. Raises: NotJson."""
    media, _, parameters = (content_type or "").lower().partition(";")
    if media.strip() != "application/json" or parameters.strip().replace('"', "") not in ("", "charset=utf-8"):
        raise NotJson(content_type=(content_type or "")[:100])


def routed_as(event_type: str, routing_key: str | None) -> None:
    """Refuse a message whose routing key is not its type. Raises: RoutingKeyDiffers."""
    if routing_key != event_type:
        raise RoutingKeyDiffers(routing_key=(routing_key or "")[:200], type=event_type)


def model_of(event_type: str) -> type[Fact]:
    """Return the model of a type that partners tell. Raises: TypeUnknown."""
    if event_type not in CATALOGUE:
        raise TypeUnknown(type=event_type)
    return CATALOGUE[event_type]


def speaks_for_itself(own: str, told: str) -> None:
    """Refuse what is told of another institution than the integration's. Raises: InstitutionForeign."""
    if told != own:
        raise InstitutionForeign(own=own, told=told)


def is_the_same(earlier: str, later: str, *, event_id: str) -> None:
    """Refuse other content under the id of what was taken in before. Raises: EventIdReused."""
    if earlier != later:
        raise EventIdReused(event_id=event_id)


def clock_is_right(time: datetime, *, now: datetime) -> None:
    """Refuse an event from more than five minutes ahead. Raises: ClockAhead."""
    if time > now + CLOCK_SLACK:
        raise ClockAhead(time=time.isoformat())


ELSEWHERE: Mapping[str, str] = {
    "problem_ru": "заголовков cloudEvents:… нет ни одного, а атрибуты — в них: cloudEvents:id и другие",
    "problem_en": "no header begins with cloudEvents:, and they hold the attributes: cloudEvents:id and others",
}
"""SDKs know other forms too: headers `ce-…` of their binding to RabbitMQ, or the whole event in the body."""
_FIELDS: Mapping[str, str] = {
    "practice-unknown": "practice_id",
    "event-unknown": "event_id",
    "event-state": "event_id",
    "event-in-house": "event_id",
    "publication-outlet-missing": "outlet",
    "publication-one-article-one-record": "count",
    "origin-unknown": "user_id",
    "institution-not-known": "institution_id",
}
_DAYS: Mapping[str, str] = {
    "partner.consultation.given.v1": "given_on",
    "partner.publication.released.v1": "released_on",
}


def field_at_fault(refusal: DomainError, event_type: str | None) -> str | None:
    """Return the attribute or the field of the body that a refusal is about."""
    if isinstance(refusal, DateInFuture | DateTooEarly):
        return _DAYS.get(event_type or "")
    told: str | None = getattr(refusal, "field", None)
    return told or _FIELDS.get(refusal.code)
