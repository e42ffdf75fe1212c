"""What the services leave unsaid: the words of the values of each list, and of the parameters that everybody has."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

_PARAMETERS: Mapping[str, str] = {
    "account_id": "Учётная запись",
    "act_id": "Нормативный акт",
    "agreement_id": "Соглашение",
    "api_key_id": "Ключ партнёра",
    "application_id": "Заявка",
    "appointment_id": "Назначение",
    "attended_by": "Мероприятия, где были люди учреждения",
    "award_id": "Награда",
    "call_id": "Приём заявок",
    "channel": "Каким путём",
    "client_id": "Приложение",
    "cluster_id": "Кластер",
    "code": "Код отказа",
    "consultation_id": "Консультация",
    "council_id": "Экспертный совет",
    "delivery_id": "Доставка вебхука",
    "derived_from": "Выросли из этой практики",
    "direction_id": "Направление",
    "edition_id": "Издание пакета",
    "entry_id": "Запись",
    "event_id": "Мероприятие",
    "expert_id": "Эксперт",
    "form": "Форма участия",
    "held_from": "Проведено не раньше этого дня",
    "held_to": "Проведено не позже этого дня",
    "institution_id": "Учреждение",
    "integration_id": "Подключение системы партнёра",
    "key": "Показатель",
    "kind": "Вид",
    "level": "Уровень",
    "material_id": "Материал",
    "membership_id": "Членство в учреждении",
    "mentor_institution_id": "Учреждение-ментор",
    "on": "На этот день",
    "outcome": "Итог",
    "owner_institution_id": "Чья практика",
    "package_id": "Пакет",
    "participation_id": "Участие",
    "person_id": "Человек",
    "phase": "Этап проекта",
    "practice_id": "Практика",
    "project_id": "Проект",
    "publication_id": "Публикация",
    "recipient_institution_id": "Кого консультировали",
    "replication_id": "Внедрение",
    "report_id": "Отчёт",
    "review_id": "Рецензия",
    "scope": "Для кого",
    "session_id": "Заседание",
    "site_institution_id": "Учреждение-площадка",
    "state": "Состояние",
    "status_id": "Статус",
    "subject_id": "О каком проекте или практике",
    "target_group": "Для кого практика",
    "template": "Шаблон отчёта",
    "type": "Вид события",
    "verdict_id": "Решение совета",
    "webhook_id": "Вебхук",
    "year": "Год",
}
"""Name → what it says, where its service does not."""
_OF_OAUTH: Mapping[str, str] = {
    "client_id": "Приложение",
    "code_challenge": "Отпечаток `code_verifier` (PKCE)",
    "code_challenge_method": "Только `S256`",
    "id_token_hint": "Токен личности сеанса, который закрывают",
    "nonce": "Вернётся в токене личности",
    "post_logout_redirect_uri": "Куда вернуть после выхода",
    "prompt": "`login` — спросить пароль снова, `none` — не показывать страниц",
    "redirect_uri": "Куда вернуть; сравнивается целиком",
    "response_type": "Только `code`",
    "scope": "Чего просит приложение, через пробел",
    "state": "Значение приложения, вернётся как есть",
}


@cache
def words() -> Mapping[frozenset[str], Mapping[str, str]]:
    """Return the words of each list of values."""
    text = (files("gateway") / "openapi" / "values.txt").read_text(encoding="utf-8")
    groups = [[line.split(" ", 1) for line in group.splitlines() if line[0] != "#"] for group in text.split("\n\n")]
    return {frozenset(value for value, _ in group): dict(group) for group in groups if group}


def explained(node: Any) -> Any:
    """Return a copy of a part of a document in which every known value of a list comes with its words."""
    if isinstance(node, list):
        return [explained(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    copy = {key: explained(part) for key, part in node.items() if key not in ("example", "examples")}
    copy |= {key: node[key] for key in ("example", "examples") if key in node}
    if not (known := _known(node.get("enum"))):
        return copy
    worded = {"x-enum-descriptions": [known[value] for value in node["enum"]]}
    return {**copy, **worded, **_told(node.get("description", ""), known)}


def described(parameter: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return a parameter with what it says to people: the page shows no other words of it."""
    schema, usual = parameter.get("schema", {}), _OF_OAUTH if path.startswith("/oauth/") else _PARAMETERS
    said = parameter.get("description") or schema.get("description") or usual.get(parameter["name"], "")
    known = _known(schema.get("enum"))
    return {**parameter, **(_told(said, known) if known else {"description": said} if said else {})}


def _known(values: Any) -> Mapping[str, str] | None:
    return words().get(frozenset(values)) if isinstance(values, Sequence) and not isinstance(values, str) else None


def _told(said: str, known: Mapping[str, str]) -> dict[str, Any]:
    if all(f"{value} —" in said for value in known):
        return {"description": said}
    listed = "; ".join(f"`{value}` — {word}" for value, word in known.items())
    return {"description": f"{said.rstrip('.')}{'.' if ' — ' in said else ':'} {listed}" if said else listed}
