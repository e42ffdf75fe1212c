"""How partners are, in words: a table of all, everything of one."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.partners.concerns import of_partner, of_platform
from gateway.partners.reading import UNKNOWN, Figures

HIDDEN = "?"
"""Its service is away."""
NONE = "—"
_HEADS = ("партнёр", "ждут", "полна", "старше", "читают", "вебхуки", "доставлено", "принято", "отклонено", "дней", "")
_LACKING = {
    "registry": "очередей и сроков не видно",
    "reporting": "вебхуков и ленты не видно",
    "transfer": "принятого и отклонённого не видно",
}
_STATES = {"active": "работает", "paused": "на паузе", "suspended": "приостановлен", "ended": "закончен"}
_UNITS = ((86400, "дн"), (3600, "ч"), (60, "мин"))


def table(figures: Figures) -> list[str]:
    """Return a line for each partner, then what concerns all."""
    if not figures.partners:
        return ["подключений не видно" if figures.away else "подключений нет", *_platform(figures)]
    rows = [_HEADS, *(_row(figures, name) for name in figures.partners)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, *_platform(figures)]


def _row(figures: Figures, name: str) -> tuple[str, ...]:
    def cell(service: str, measure: str) -> str:
        return HIDDEN if service in figures.away else _number(figures.value(measure, partner=name))

    delivered, failed = (figures.value("webhook_day_rows", partner=name, state=s) for s in ("delivered", "failed"))
    refused = sum(figures.split("quarantine_day_rows", "reason", partner=name).values())
    age = figures.value("partner_queue_oldest_age_seconds", partner=name)
    return (
        name,
        cell("registry", "partner_queue_messages"),
        HIDDEN if "registry" in figures.away else _filled(figures, name),
        HIDDEN if "registry" in figures.away else lasting(age or None),
        cell("registry", "partner_queue_consumers"),
        HIDDEN if "reporting" in figures.away else _webhooks(figures, name),
        HIDDEN if "reporting" in figures.away else _success(delivered, failed),
        cell("transfer", "contributions_day_rows"),
        HIDDEN if "transfer" in figures.away else f"{refused:.0f}",
        cell("registry", "partner_days_left"),
        ", ".join(concern.alert for concern in of_partner(figures, name)),
    )


def whole(figures: Figures, name: str) -> list[str]:
    """Return everything of one partner, then what concerns all."""
    parts = {
        "registry": _of_registry(figures, name),
        "reporting": _of_reporting(figures, name),
        "transfer": _of_transfer(figures, name),
    }
    lines = [line for service, told in parts.items() if service not in figures.away for line in told]
    concerns = [f"  ! {concern.alert}: {concern.words}" for concern in of_partner(figures, name)]
    return [name, *(f"  {line}" for line in lines), *concerns, *_platform(figures)]


def _of_registry(figures: Figures, name: str) -> Iterable[str]:
    days, carried_out = (figures.value(f"partner_{what}", partner=name) for what in ("days_left", "carried_out"))
    if days is None:
        yield "подключение: нет действующего"
        return
    yield f"подключение: осталось дней: {days:.0f}, на брокере {'выдано' if carried_out else 'ещё не выдано'}"
    messages = figures.value("partner_queue_messages", partner=name)
    if messages is None:
        yield f"очередь: {NONE}"
        return
    age, readers = (
        figures.value(f"partner_queue_{what}", partner=name) for what in ("oldest_age_seconds", "consumers")
    )
    yield (
        f"очередь: ждут {messages:.0f}, полна на {_filled(figures, name)}, "
        f"самое старое ждёт не меньше: {lasting(age or None)}, читают: {_number(readers)}"
    )


def _of_reporting(figures: Figures, name: str) -> Iterable[str]:
    if not (states := figures.split("webhook_rows", "state", partner=name)):
        yield f"вебхуки: {NONE}"
        return
    rows = figures.split("webhook_day_rows", "state", partner=name)
    yield f"вебхуки: {_listed(states, _STATES)}"
    yield f"за сутки доставлено: {rows.get('delivered', 0):.0f}, не доставлено: {rows.get('failed', 0):.0f}"
    waiting, behind = (
        figures.value(f"webhook_{what}", partner=name) or 0 for what in ("waiting_rows", "behind_events")
    )
    oldest, failing = (
        figures.value(f"webhook_{what}", partner=name) for what in ("oldest_waiting_age_seconds", "failing_seconds")
    )
    yield f"ждут доставки: {waiting:.0f}, самое старое ждёт {lasting(oldest or None)}; до конца ленты: {behind:.0f}"
    if failing:
        yield f"ни одна попытка не удаётся уже {lasting(failing)}"


def _of_transfer(figures: Figures, name: str) -> Iterable[str]:
    accepted = figures.value("contributions_day_rows", partner=name)
    latest = figures.value("contributions_latest_age_seconds", partner=name)
    if accepted is not None:
        ago = f"последнее {lasting(latest)} назад" if latest is not None else "ещё ничего"
        yield f"за сутки принято: {accepted:.0f}, {ago}"
    kept, refused = (
        figures.split(f"quarantine_{what}", label, partner=name)
        for what, label in (("rows", "state"), ("day_rows", "reason"))
    )
    why = f" ({_listed(refused)})" if refused else ""
    yield f"за сутки отклонено: {sum(refused.values()):.0f}{why}"
    yield (
        f"в карантине: {kept.get('quarantined', 0):.0f}, ждут новой попытки: {kept.get('waiting', 0):.0f}, "
        f"отложено навсегда: {kept.get('discarded', 0):.0f}"
    )


def _platform(figures: Figures) -> list[str]:
    lines = []
    if (position := figures.value("feed_position")) is not None:
        waiting = [figures.value(f"feed_{kind}_rows") or 0 for kind in ("unnumbered", "unpublished")]
        lines.append(
            "лента: последний номер {:.0f}, ждут номера: {:.0f}, ждут брокера: {:.0f}".format(position, *waiting)
        )
    if (told := figures.value("inbound_queue_messages", queue="inbound")) is not None:
        readers = figures.value("inbound_queue_consumers", queue="inbound")
        lines.append(f"приём: ждут {told:.0f}, принимают: {_number(readers)}")
    if kept := sum(figures.split("quarantine_rows", "state", partner=UNKNOWN).values()):
        lines.append(f"от неизвестных отправителей в карантине: {kept:.0f}")
    lines += [f"! {concern.alert}: {concern.words}" for concern in of_platform(figures)]
    return lines + [f"! {name} не отвечает ({why}): {_LACKING[name]}" for name, why in figures.away.items()]


def lasting(seconds: float | None) -> str:
    """Return a duration by its largest unit."""
    if seconds is None:
        return NONE
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} с"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.0f}"


def _filled(figures: Figures, name: str) -> str:
    size, limit = (figures.value(f"partner_queue_{what}", partner=name) for what in ("bytes", "limit_bytes"))
    return f"{size / limit:.0%}" if size is not None and limit else NONE


def _webhooks(figures: Figures, name: str) -> str:
    states = figures.split("webhook_rows", "state", partner=name)
    return _listed(states, _STATES) if states else NONE


def _success(delivered: float | None, failed: float | None) -> str:
    if delivered is None:
        return NONE
    return f"{delivered:.0f}" if not failed else f"{delivered:.0f} из {delivered + failed:.0f}"


def _listed(counts: Mapping[str, float], words: Mapping[str, str] | None = None) -> str:
    named: Sequence[tuple[str, float]] = sorted(counts.items())
    return ", ".join(f"{(words or {}).get(name, name)}: {count:.0f}" for name, count in named)
