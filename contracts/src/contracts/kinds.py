"""What a field of a schema may hold, in the words of its readers."""

from typing import Any

JsonSchema = dict[str, Any]
_NARROW_SPACE, _LONG_NUMBER = "\u202f", 10_000


def kind(field: JsonSchema) -> str:
    """Return what a field holds. Raises ValueError for a schema that these words do not describe."""
    if "anyOf" in field:
        present = [branch for branch in field["anyOf"] if branch.get("type") != "null"]
        return " или ".join([*map(kind, present), "null"])
    match field.get("type"):
        case "string":
            return _text(field)
        case "integer":
            return "целое число" + _between(field.get("minimum"), field.get("maximum"))
        case "boolean":
            return "true или false"
        case "array":
            size = _between(field.get("minItems"), field.get("maxItems"))
            return f"список{size}: {kind(field['items'])}"
        case _:
            pass
    raise ValueError(f"не описать словами: {field}")


def values(field: JsonSchema) -> tuple[str, ...]:
    """Return the values of an enumeration, also of one inside a list; nothing for any other field."""
    inner = field.get("items", field)
    return tuple(inner.get("enum", ()))


def may_be_null(field: JsonSchema) -> bool:
    """Tell whether a field may hold null."""
    return any(branch.get("type") == "null" for branch in field.get("anyOf", ()))


def _text(field: JsonSchema) -> str:
    if "enum" in field:
        return "одно из значений"
    if field.get("format") == "date":
        return "дата, ГГГГ-ММ-ДД"
    if "pattern" in field:
        return f"строка по образцу `{field['pattern']}`"
    return "строка" + _between(field.get("minLength"), field.get("maxLength"), unit=" знаков")


def _between(least: int | None, most: int | None, *, unit: str = "") -> str:
    bounds = [f"{word} {_number(bound)}" for word, bound in (("от", least), ("до", most)) if bound is not None]
    return f", {' '.join(bounds)}{unit}" if bounds else ""


def _number(value: int) -> str:
    return f"{value:,}".replace(",", _NARROW_SPACE) if value >= _LONG_NUMBER else str(value)
