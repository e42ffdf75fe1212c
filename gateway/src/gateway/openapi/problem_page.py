"""The catalogue of problems: a page for people, JSON for programs."""

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from chassis.problem import TYPE_ROOT
from gateway.openapi.codes import catalogue
from gateway.openapi.remedies import what_to_do

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
    frame = (files("gateway") / "docs" / "problems.html").read_text(encoding="utf-8")
    found = entries()
    return frame.replace("{count}", str(len(found))).replace("{rows}", "\n".join(map(_row, found))).encode()


def _row(entry: dict[str, Any]) -> str:
    code, title, meaning = escape(entry["code"]), entry["title"], entry["meaning"]
    owners = ", ".join(_OWNERS.get(owner, owner) for owner in entry["answered_by"])
    return (
        f'<article id="{code}"><h2><a href="#{code}"><code>{code}</code></a> <span>{entry["status"]}</span></h2>'
        f'<p><b>{escape(title["ru"])}</b> <i lang="en">{escape(title["en"])}</i></p><p>{escape(meaning["ru"])}</p>'
        f"<p>→ {escape(entry['what_to_do'])}</p><footer>{escape(owners)}</footer></article>"
    )
