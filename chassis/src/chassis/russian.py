"""Validation messages for people, in Russian."""

from collections.abc import Mapping
from typing import Any

_RU: Mapping[str, str] = {
    "missing": "обязательное поле",
    "extra_forbidden": "такого поля нет",
    "string_too_short": "не короче {min_length} символов",
    "string_too_long": "не длиннее {max_length} символов",
    "string_pattern_mismatch": "неверный формат",
    "string_type": "ожидается строка",
    "string_unicode": "в тексте есть знаки, которых нет в Юникоде",
    "int_parsing": "ожидается целое число",
    "int_type": "ожидается целое число",
    "int_from_float": "ожидается целое число",
    "finite_number": "ожидается целое число",
    "bool_parsing": "ожидается true или false",
    "bool_type": "ожидается true или false",
    "greater_than_equal": "не меньше {ge}",
    "less_than_equal": "не больше {le}",
    "greater_than": "больше {gt}",
    "literal_error": "допустимо: {expected}",
    "enum": "допустимо: {expected}",
    "date_from_datetime_parsing": "ожидается дата ГГГГ-ММ-ДД",
    "date_from_datetime_inexact": "ожидается дата ГГГГ-ММ-ДД",
    "date_parsing": "ожидается дата ГГГГ-ММ-ДД",
    "date_type": "ожидается дата ГГГГ-ММ-ДД",
    **dict.fromkeys(
        ("datetime_parsing", "datetime_from_date_parsing", "datetime_type", "datetime_object_invalid"),
        "ожидается время по RFC 3339, например 2026-01-31T09:00:00Z",
    ),
    "timezone_aware": "не сказан часовой пояс: 2026-01-31T09:00:00Z или …+08:00",
    "too_short": "не меньше {min_length} элементов",
    "too_long": "не больше {max_length} элементов",
    "tuple_type": "ожидается список",
    "list_type": "ожидается список",
    "frozen_set_type": "ожидается список",
    "model_attributes_type": "ожидается объект JSON",
    "model_type": "ожидается объект JSON",
    "dict_type": "ожидается объект JSON",
    "union_tag_not_found": "укажите {discriminator}",
    "union_tag_invalid": "допустимо: {expected_tags}",
    "json_invalid": "тело запроса — не JSON",
    "value_error": "{error}",
}


def explain(error: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return one pydantic error as `{field, code, message}`; the offered value is never repeated."""
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    # Only this one word of a list of choices is pydantic's own, the rest are values.
    context = {name: str(value).replace("' or '", "' или '") for name, value in error.get("ctx", {}).items()}
    told = _RU[error["type"]].format(**context) if language == "ru" and error["type"] in _RU else str(error["msg"])
    return {"field": field, "code": str(error["type"]), "message": told}
