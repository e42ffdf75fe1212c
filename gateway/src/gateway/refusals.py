"""What the gateway itself answers when it does not pass a request on: RFC 9457 in Russian or English."""

from chassis.errors import Words
from chassis.problem import Problem

BAD_REQUEST = Problem(
    400, "bad-request", Words("Запрос не разобран", "Bad request"),
    Words("Запрос не соответствует HTTP/1.1.", "The request does not conform to HTTP/1.1."),
)  # fmt: skip
BAD_PATH = Problem(
    400, "bad-path", Words("Недопустимый адрес", "Bad path"),
    Words("Адрес содержит неоднозначные символы или слишком длинный.", "The path is ambiguous or too long."),
)  # fmt: skip
BAD_QUERY = Problem(
    400, "bad-query", Words("Недопустимые параметры адреса", "Bad query"),
    Words("Параметры адреса не в ASCII или длиннее 8192 символов.", "The query is not ASCII or over 8192 characters."),
)  # fmt: skip
BAD_HEADER = Problem(
    400, "bad-header", Words("Недопустимый заголовок", "Bad header"),
    Words(
        "Заголовок с подчёркиванием в имени, повторённый или противоречивый заголовок не принимается.",
        "A header name with an underscore, a repeated or a contradictory header is not accepted.",
    ),
)  # fmt: skip
BAD_TIMEOUT = Problem(
    400, "bad-timeout", Words("Недопустимый X-Request-Timeout", "Bad X-Request-Timeout"),
    Words("Ожидаются секунды больше нуля, например 2 или 0.75.", "Seconds above zero are expected, such as 2 or 0.75."),
)  # fmt: skip
HEADERS_TOO_LARGE = Problem(
    431, "headers-too-large", Words("Слишком большие заголовки", "Headers too large"),
    Words("Не больше 100 заголовков и 32 КиБ вместе.", "At most 100 headers and 32 KiB in all."),
    headers={"Connection": "close"},
)  # fmt: skip
HTTP_VERSION = Problem(
    505, "http-version", Words("Версия HTTP не поддерживается", "HTTP version not supported"),
    Words("Нужен HTTP/1.1.", "HTTP/1.1 is needed."), headers={"Connection": "close"},
)  # fmt: skip
EXPECTATION = Problem(
    417, "expectation", Words("Такое ожидание не выполнить", "The expectation cannot be met"),
    Words("Из заголовка Expect понимается только 100-continue.", "Of Expect only 100-continue is understood."),
    headers={"Connection": "close"},
)  # fmt: skip
SLOW_REQUEST = Problem(
    408, "slow-request", Words("Запрос приходил слишком долго", "The request came too slowly"),
    Words("Повторите запрос целиком.", "Send the whole request again."), headers={"Connection": "close"},
)  # fmt: skip
TOO_MANY_CLIENTS = Problem(
    503, "too-many-clients", Words("Слишком много соединений", "Too many connections"),
    Words("Повторите запрос позже.", "Repeat later."), headers={"Retry-After": "2"},
)  # fmt: skip
NO_ROUTE = Problem(
    404, "no-such-address", Words("Такого адреса нет", "No such address"),
    Words("Перечень адресов: /docs.", "See /docs for the addresses."),
)  # fmt: skip
BODY_TOO_LARGE = Problem(
    413, "body-too-large", Words("Слишком большое тело запроса", "Body too large"),
    Words("Уменьшите тело запроса: для этого адреса оно слишком велико.", "The body is too large for this address."),
    headers={"Connection": "close"},
)  # fmt: skip
UNREACHABLE = Problem(
    503, "service-unreachable", Words("Сервис недоступен", "The service is unavailable"),
    Words("Ничего не изменено. Повторите запрос позже.", "Nothing was changed. Repeat later."),
    headers={"Retry-After": "2"},
)  # fmt: skip
SERVICE_FAILING = Problem(
    503, "service-failing", Words("Сервис временно недоступен", "The service is failing"),
    Words(
        "Сервис отвечает ошибками, запрос ему не передан. Ничего не изменено, повторите позже.",
        "The service keeps failing, so the request was not passed on. Nothing was changed; repeat later.",
    ),
    headers={"Retry-After": "5"},
)  # fmt: skip
SERVICE_BUSY = Problem(
    503, "service-busy", Words("Сервис перегружен", "The service is busy"),
    Words("Запрос сервису не передан. Ничего не изменено, повторите позже.", "Not passed on. Repeat later."),
    headers={"Retry-After": "1"},
)  # fmt: skip
ANSWER_LOST = Problem(
    503, "answer-lost", Words("Ответ сервиса потерян", "The answer was lost"),
    Words(
        "Результат неизвестен: повторите запрос с тем же Idempotency-Key.",
        "The outcome is unknown: repeat with the same Idempotency-Key.",
    ),
    headers={"Retry-After": "1"},
)  # fmt: skip
DEADLINE = Problem(
    504, "deadline-exceeded", Words("Сервис не ответил вовремя", "No answer in time"),
    Words(
        "Результат неизвестен: повторите запрос с тем же Idempotency-Key.",
        "The outcome is unknown: repeat with the same Idempotency-Key.",
    ),
)  # fmt: skip


def method_not_allowed(allowed: str) -> Problem:
    """Return the refusal of a method that an address does not have."""
    return Problem(
        405, "method-not-allowed", Words("Метод не поддерживается", "Method not allowed"),
        Words(f"Для этого адреса: {allowed}.", f"This address has: {allowed}."), headers={"Allow": allowed},
    )  # fmt: skip


FORBIDDEN_ROUTE = Problem(
    403, "not-for-you", Words("Адрес закрыт для вас", "This address is not for you"),
    Words("Вашей роли или вашего ключа для этого адреса мало.", "Your role or your key does not reach this address."),
)  # fmt: skip
