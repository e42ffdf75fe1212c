"""How values read in Russian: counted words, items of lists, lead sentences."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reporting.evidence.domain import Evidence
from reporting.evidence.words import in_month, kind_word, plural, quoted, value_word
from reporting.templates.values import AnnualCumulative, CountList, Number, Part, Percent, Value, parts_of


class Counted(int):
    """A number that reads with its word: `{n:заявка|заявки|заявок}` is «2 заявки», after `~` only the word."""

    def __format__(self, forms: str) -> str:
        """Return the number, the number with the right form, or after `~` the form alone."""
        if "|" not in forms:
            return super().__format__(forms)
        return plural(self, forms[1:]) if forms.startswith("~") else f"{int(self)} {plural(self, forms)}"


def item_text(wording: str, evidence: Evidence, *, count: int = 1, outcome: Evidence | None = None) -> str:
    """Return one line of a list, such as «2 стажировки «…» (онлайн)»."""
    data = evidence.data
    spoken: dict[str, Any] = {
        name: value_word(name, value) if isinstance(value, str) else value for name, value in data.items()
    }
    kind = kind_word(str(data.get("kind", "")), count)
    spoken |= {
        "what": f"{count} {kind}" if count > 1 else kind,
        "title": quoted(str(data.get("title") or data.get("contest") or "")),
        "place": _place(data),
        "project": f" (с социально значимым проектом «{data['project_title']}»)" if data.get("project_title") else "",
        "outlet": f" ({data['outlet']})" if data.get("outlet") else "",
        "result": _result(data, outcome),
        "award": data.get("result", ""),
        "date": f"{evidence.happened_on:%d.%m.%Y}",
    }
    return wording.format_map(spoken)


def part_text(wording: str, count: int, details: str = "") -> str:
    """Return a part of a breakdown, such as «116 публикаций на официальном сайте»."""
    return wording.format_map({"count": Counted(count), "details": f": {details}" if details else ""})


def lead(wording: str, value: Value, year: int) -> str:
    """Return the sentence that says a value; parts stand where the wording puts them, or else follow as a list."""
    words: dict[str, Any] = {"year": year, "parts": spoken_list([part.title for part in parts_of(value)])}
    match value:
        case Number(number=number) | Percent(number=number):
            words["number"] = Counted(number)
        case CountList(total=total):
            words["total"] = Counted(total)
        case AnnualCumulative():
            words |= {"annual": Counted(value.annual), "cumulative": Counted(value.cumulative)}
            words["addenda"] = Counted(value.addenda or 0)
        case _:
            pass
    return " ".join(wording.format_map(words).split())


def bullets(wording: str, value: Value) -> tuple[str, ...]:
    """Return the parts that follow a lead sentence as a list."""
    return () if "{parts}" in wording else tuple(_counted_part(part) for part in parts_of(value))


def spoken_list(texts: list[str]) -> str:
    """Return «a», «a и b», «a, b и c»."""
    return " и ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def _counted_part(part: Part) -> str:
    return part.title if part.count <= 1 or str(part.count) in part.title else f"{part.title} – {part.count}"


def _place(data: Mapping[str, Any]) -> str:
    if data.get("online"):
        return " (онлайн)"
    return f" (на базе: {data['venue']})" if data.get("venue") else ""


def _result(data: Mapping[str, Any], outcome: Evidence | None) -> str:
    if outcome is not None:
        return f", результат: {value_word('outcome', outcome.data['outcome'])}"
    if not data.get("result_due"):
        return ""
    due = date.fromisoformat(data["result_due"])
    return f", результаты будут объявлены в {in_month(due.month)} {due.year} года"
