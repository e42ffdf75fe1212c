"""What the tests ask of an indicator's row."""

from typing import Any


def counts(row: dict[str, Any]) -> dict[str, int]:
    return {part["key"]: part["count"] for part in row["value"]["parts"]}


def codes(row: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in row["warnings"]]
