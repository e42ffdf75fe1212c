"""What a refusal looks like to a client: the statuses of the five kinds, and the refusals of the HTTP door itself."""

import re
from collections.abc import Mapping
from functools import lru_cache

from chassis.errors import Conflict, DomainError, Forbidden, NotFound, RuleBroken, StaleVersion, Unavailable, Words

TYPE_ROOT = "urn:technopark:problem:"
STATUS: Mapping[type[DomainError], int] = {
    StaleVersion: 412,
    NotFound: 404,
    RuleBroken: 409,
    Conflict: 409,
    Forbidden: 403,
    Unavailable: 503,
}


class Problem(Exception):
    """A refusal of the HTTP door itself, before any rule of the business."""

    def __init__(
        self, status: int, code: str, title: Words, detail: Words, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.detail, self.headers = status, code, title, detail, headers


INVALID = Problem(
    422, "invalid", Words("Запрос заполнен неверно", "The request is invalid"),
    Words("Исправьте отмеченные поля.", "Correct the fields named in errors."),
)  # fmt: skip
FAILED = Problem(
    500, "internal", Words("Внутренняя ошибка", "Internal error"),
    Words(
        "Запрос не выполнен. Сообщите номер запроса администратору.", "The request failed. Tell the operator its id."
    ),
    headers={"Connection": "close"},
)  # fmt: skip
HTTP_WORDS: Mapping[int, tuple[Words, Words]] = {
    400: (
        Words("Запрос не разобран", "Bad request"),
        Words("Тело должно быть правильным JSON в UTF-8.", "The body must be valid JSON in UTF-8."),
    ),
    404: (Words("Не найдено", "Not found"), Words("По этому адресу ничего нет.", "There is nothing at this address.")),
    405: (
        Words("Метод не поддерживается", "Method not allowed"),
        Words("Этот адрес не принимает такой метод.", "This address does not take the method."),
    ),
}
"""Title and detail of what FastAPI refuses by itself."""


@lru_cache(maxsize=256)
def spoken(accepted: str) -> str:
    """Return `en` or `ru`, whichever an Accept-Language wants more (RFC 9110 §12.5.4); `ru` when it wants neither."""
    choices = re.findall(
        r"(?:^|,)\s*(ru|en)(?:-[a-z0-9-]+)?\s*(?:;\s*q=(0\.0*[1-9]\d*|1(?:\.0*)?)\s*)?(?=,|$)",
        accepted.lower(),
    )
    return str(max(choices, key=lambda chosen: float(chosen[1] or 1), default=("ru", ""))[0])


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal. Raises LookupError for an error that is of none of the five kinds."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def forget(error: Problem) -> None:
    """Drop the frames of an answered problem: most are constants, and each raise adds its frames to those before."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
