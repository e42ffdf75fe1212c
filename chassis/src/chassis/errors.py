"""Refusals: five kinds, mapped once to HTTP (`chassis.problem`) and once to retry or park (`chassis.receive`).

DomainError
├── NotFound      404  on the bus: retried with delay, then parked (the fact may be ahead of what it refers to)
├── RuleBroken    409  parked at once
├── Conflict      409  retried
│   └── StaleVersion   412
├── Forbidden     403  parked at once
└── Unavailable   503  retried
└── OutcomeUnknown 503  the change may or may not have happened: repeat with the same Idempotency-Key
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple


class Words(NamedTuple):
    """One text in the two languages of the platform; `{name}` stands for an attribute of the error."""

    ru: str
    en: str


@dataclass(eq=False, kw_only=True)
class DomainError(Exception):
    """A request that is understood and refused.

    A subclass is a `@dataclass(eq=False, kw_only=True)` whose fields say what was refused; `code` is stable for
    programs, `title` and `detail` are for people.
    """

    code: ClassVar[str]
    title: ClassVar[Words]
    detail: ClassVar[Words]

    def say(self, language: str) -> tuple[str, str]:
        """Return title and detail in `ru` or `en`."""
        return getattr(self.title, language), getattr(self.detail, language).format(**vars(self))

    def __str__(self) -> str:
        """Return the English detail, for logs."""
        return self.say("en")[1]


class NotFound(DomainError):
    """What the request names does not exist, or not yet, or not for this caller."""


class RuleBroken(DomainError):
    """A rule of the business refuses the change."""


class Conflict(DomainError):
    """The change collides with another one."""


class Forbidden(DomainError):
    """The caller may not do this."""


class Unavailable(DomainError):
    """A dependency does not answer; nothing has been changed."""


@dataclass(eq=False, kw_only=True)
class StaleVersion(Conflict):
    """The caller decided on a version that is no longer current."""

    code: ClassVar = "stale-version"
    title: ClassVar = Words("Запись изменилась", "The record has changed")
    detail: ClassVar = Words(
        "Запись изменена после того, как вы её открыли: текущая версия {current}. Обновите её и повторите.",
        "The record was changed after you read it: the current version is {current}. Reload it and repeat.",
    )
    current: int


@dataclass(eq=False, kw_only=True)
class AlreadyExists(Conflict):
    """A record with the same unique value is stored already."""

    code: ClassVar = "already-exists"
    title: ClassVar = Words("Такая запись уже есть", "The record already exists")
    detail: ClassVar = Words(
        "Запись с такими данными уже внесена ({index}).", "A record with these values exists already ({index})."
    )
    index: str


@dataclass(eq=False, kw_only=True)
class NotPermitted(Forbidden):
    """No role, membership or relation of the caller allows the action."""

    code: ClassVar = "not-permitted"
    title: ClassVar = Words("Действие не разрешено", "Not permitted")
    detail: ClassVar = Words("Ваших прав недостаточно для этого действия.", "Your roles do not allow this action.")


@dataclass(eq=False, kw_only=True)
class ScopeMissing(Forbidden):
    """The caller is of an institution, and its token or key lacks the scope by which that counts."""

    code: ClassVar = "insufficient-scope"
    title: ClassVar = Words("Токену или ключу это не разрешено", "The token or the key does not allow this")
    detail: ClassVar = Words(
        "Нужно разрешение {scope}. Запросите его при входе или у администратора.",
        "This takes the scope {scope}. Ask for it at sign-in, or the administrator.",
    )
    scope: str


@dataclass(eq=False, kw_only=True)
class StoreUnavailable(Unavailable):
    """The database does not answer."""

    code: ClassVar = "store-unavailable"
    title: ClassVar = Words("Хранилище недоступно", "The store is unavailable")
    detail: ClassVar = Words(
        "Хранилище данных не отвечает. Ничего не изменено, повторите запрос позже.",
        "The data store does not answer. Nothing was changed, repeat later.",
    )


@dataclass(eq=False, kw_only=True)
class OutcomeUnknown(Unavailable):
    """The commit was sent and its answer was lost."""

    code: ClassVar = "outcome-unknown"
    title: ClassVar = Words("Результат неизвестен", "The outcome is unknown")
    detail: ClassVar = Words(
        "Ответ хранилища потерян. Повторите запрос с тем же Idempotency-Key: изменение произойдёт один раз.",
        "The store's answer was lost. Repeat with the same Idempotency-Key: the change takes effect once.",
    )
