"""Values of indicators. `no_data` is a value of its own: neither 0 nor a blank (T2)."""

from dataclasses import dataclass
from typing import Literal

from contracts.fact import Count

ValueKind = Literal["narrative", "int", "percent", "count_list", "annual_cum", "breakdown", "no_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named part of a value: «2 стажировки по теме …»."""

    title: str
    count: Count = 1
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """A text, which stands beside the value, with what it lists."""

    kind: Literal["narrative"] = "narrative"
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number, perhaps with its parts."""

    kind: Literal["int"] = "int"
    number: Count
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent:
    """A share of 0–100 %, with the number of people asked when it comes from a survey (C11)."""

    kind: Literal["percent"] = "percent"
    number: Count
    respondents: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountList:
    """A total and the list it stands for; the two may disagree, and then somebody explains why (T1)."""

    kind: Literal["count_list"] = "count_list"
    total: Count
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualCumulative:
    """What the year added, what is in force at its end, and addenda of the year (T3)."""

    kind: Literal["annual_cum"] = "annual_cum"
    annual: Count
    cumulative: Count
    addenda: Count | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Counts by named parts."""

    kind: Literal["breakdown"] = "breakdown"
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData:
    """«-»: the author says that there is nothing to tell."""

    kind: Literal["no_data"] = "no_data"


Value = Narrative | Number | Percent | CountList | AnnualCumulative | Breakdown | NoData


def parts_of(value: Value) -> tuple[Part, ...]:
    """Return the parts of a value that has them."""
    return () if isinstance(value, Percent | NoData) else value.parts


def total_of(parts: tuple[Part, ...]) -> int:
    """Return the sum of the counts."""
    return sum(part.count for part in parts)


def figures_of(value: Value | None) -> tuple[int | None, ...]:
    """Return the numbers that two values of one indicator are compared by; texts do not count."""
    match value:
        case Number(number=number) | Percent(number=number) | CountList(total=number):
            return (number,)
        case AnnualCumulative():
            return (value.annual, value.cumulative, value.addenda or 0)
        case Breakdown():
            return (total_of(value.parts),)
        case _:
            return ()
