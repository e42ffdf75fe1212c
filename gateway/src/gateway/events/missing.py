"""What a browser is shown for a type that has no page."""

from gateway.events.parts import ROOT
from gateway.html import page, tag
from gateway.markdown import code


def missing_page(event_type: str, reason: str | None) -> bytes:
    """Return the page; `reason` tells why an internal type is not for partners."""
    why = f"Он есть, но партнёрам не сообщается: {reason}." if reason else "Проверьте имя: его нет в каталоге."
    parts = [
        tag("h1", "Такого открытого типа нет"),
        tag("p", code(event_type), ". ", why),
        tag("p", tag("a", "Все события", href=ROOT)),
    ]
    return page("Такого открытого типа нет", ROOT + "/", tag("main", *parts, class_="catalogue"))
