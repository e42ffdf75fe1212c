"""What a partner's system may tell the platform, and until when."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import Forbidden, NotFound, RuleBroken, Words


@dataclass(eq=False, kw_only=True)
class OriginUnknown(NotFound):
    """No integration has this broker user, or the registry's word of it has not arrived yet."""

    code: ClassVar = "origin-unknown"
    title: ClassVar = Words("Отправитель не известен", "The sender is not known")
    detail: ClassVar = Words(
        "Пользователя брокера {user_id} нет среди подключений партнёров.",
        "No integration of a partner has the broker user {user_id}.",
    )
    user_id: str


@dataclass(eq=False, kw_only=True)
class IntegrationMissing(Forbidden):
    """The caller works for no institution that is integrated."""

    code: ClassVar = "integration-missing"
    title: ClassVar = Words("Учреждение не подключено", "The institution has no integration")
    detail: ClassVar = Words(
        "У вашего учреждения нет подключения: обратитесь к администратору.",
        "Your institution has no integration: ask the administrator.",
    )


@dataclass(eq=False, kw_only=True)
class IntegrationEnded(RuleBroken):
    """The integration has been revoked, or its last day is over."""

    code: ClassVar = "integration-not-in-force"
    title: ClassVar = Words("Подключение закончилось", "The integration has ended")
    detail: ClassVar = Words(
        "Подключение {name} действовало по {last_day:%d.%m.%Y}.",
        "The integration {name} was in force until {last_day}.",
    )
    name: str
    last_day: date


@dataclass(eq=False, kw_only=True)
class TypeNotGranted(RuleBroken):
    """The integration does not allow to tell facts of this type."""

    code: ClassVar = "type-not-granted"
    title: ClassVar = Words("Тип не разрешён", "The type is not granted")
    detail: ClassVar = Words(
        "Подключению {name} не разрешено сообщать {type}.", "The integration {name} may not tell {type}."
    )
    field: ClassVar = "type"
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A partner's integration; its broker user is `partner.<name>`."""

    id: str
    institution_id: str
    name: str = ""
    sends: tuple[str, ...] = ()
    contact_person_id: str = ""
    valid_until: date = date.min
    revoked_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which it was in force, or will be."""
        return self.valid_until if self.revoked_on is None else min(self.valid_until, self.revoked_on)


def is_in_force(integration: Integration, *, today: date) -> None:
    """Refuse an integration that was revoked, or whose last day is over. Raises: IntegrationEnded."""
    if integration.revoked_on is not None or today > integration.valid_until:
        raise IntegrationEnded(name=integration.name, last_day=integration.last_day)


def may_tell(integration: Integration, event_type: str) -> None:
    """Refuse a type that an integration does not allow. Raises: TypeNotGranted."""
    if event_type not in integration.sends:
        raise TypeNotGranted(name=integration.name, type=event_type)
