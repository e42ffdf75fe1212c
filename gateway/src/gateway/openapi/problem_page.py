"""The catalogue of problems: a page for people, JSON for programs."""

import json
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from chassis.problem import TYPE_ROOT
from gateway.html import page as framed
from gateway.html import tag
from gateway.markdown import blocks
from gateway.openapi.codes import catalogue
from gateway.openapi.remedies import what_to_do

_FOREWORD = """Каждый отказ — `application/problem+json` (RFC 9457). Поле `type` — `urn:technopark:problem:` и код из
этого перечня; коды не меняются, список растёт: незнакомый код понимайте по статусу. «…» стоит там, где каждый ответ
называет своё. Для программ: [problems.json](/docs/problems.json)."""
_OWNERS = {
    "chassis": "любой адрес",
    "gateway": "шлюз",
    "registry": "реестр",
    "expertise": "экспертиза",
    "transfer": "передача",
    "reporting": "отчётность",
}


def entries() -> list[dict[str, Any]]:
    """Return the catalogue in the order of statuses."""
    rows = sorted(catalogue().items(), key=lambda row: (row[1]["status"], row[0]))
    return [
        {
            "code": code,
            "type": TYPE_ROOT + code,
            "status": told["status"],
            "title": told["title"],
            "meaning": told["detail"],
            "what_to_do": what_to_do(code, told["status"]),
            "answered_by": told["of"],
        }
        for code, told in rows
    ]


@cache
def as_json() -> bytes:
    """Return the catalogue for programs."""
    return json.dumps({"problems": entries()}, ensure_ascii=False).encode()


@cache
def page() -> bytes:
    """Return the catalogue for people."""
    found = entries()
    find = tag(
        "input",
        id="find",
        type="search",
        placeholder=f"Найти среди {len(found)}: код, статус, слово",
        aria_label="Найти ошибку",
    )
    parts = [tag("h1", "Ошибки API"), *blocks(_FOREWORD), tag("p", find, hidden="hidden"), *map(_row, found)]
    main = tag("main", *parts, class_="catalogue")
    return framed("Ошибки API социального технопарка", "/docs/problems", main, scripts=("find.js",))


def _row(entry: dict[str, Any]) -> Element:
    code, title, meaning = entry["code"], entry["title"], entry["meaning"]
    owners = ", ".join(_OWNERS.get(owner, owner) for owner in entry["answered_by"])
    return tag(
        "article",
        tag("h2", tag("a", tag("code", code), href=f"#{code}"), " ", tag("span", str(entry["status"]))),
        tag("p", tag("b", title["ru"]), " ", tag("i", title["en"], lang="en")),
        tag("p", meaning["ru"]),
        tag("p", f"→ {entry['what_to_do']}"),
        tag("footer", owners),
        id=code,
    )
