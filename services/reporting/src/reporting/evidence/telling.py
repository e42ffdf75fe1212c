"""Facts told in Russian, one line each: «Консультация: Как описать результат проекта, 12.10.2023, Zoom»."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.fact import Fact
from reporting.evidence.words import value_word

TEMPLATES: Mapping[str, str] = {
    "registry.institution.registered.v1": "Учреждение внесено в реестр: {name}, {date}",
    "registry.institution.renamed.v1": "Учреждение переименовано: {name}, {date}",
    "registry.person.appointed.v1": "Назначение: {person_name}, {office}, {date}",
    "registry.membership.granted.v1": "Специалист принят в учреждение, {date}",
    "registry.membership.ended.v1": "Специалист покинул учреждение, {date}",
    "registry.act.issued.v1": "Издан акт: {kind} № {number} «{title}», {date}",
    "registry.act.amended.v1": "Акт изменён: № {number}, {date}",
    "registry.status.granted.v1": "Присвоен статус: {kind}, {date}",
    "registry.status.extended.v1": "Статус продлён: {kind}, до {valid_until}",
    "registry.status.revoked.v1": "Статус отозван: {kind}, {date}",
    "registry.agreement.signed.v1": "Соглашение о сотрудничестве № {number}: {partner}, {date}",
    "registry.addendum.signed.v1": "Дополнительное соглашение № {number}: {subject}, {date}",
    "registry.agreement.terminated.v1": "Соглашение о сотрудничестве прекращено, {date}",
    "registry.integration.granted.v1": "Разрешено подключение системы партнёра: {name}, {date}",
    "registry.integration.amended.v1": "Изменено подключение системы партнёра: {name}, {date}",
    "registry.integration.revoked.v1": "Подключение системы партнёра прекращено, {date}",
    "expertise.direction.proposed.v1": "Направление внесено на согласование: {title}, {date}",
    "expertise.direction.returned.v1": "Направление возвращено: {remark}, {date}",
    "expertise.direction.agreed.v1": "Направление согласовано: {title}, {date}",
    "expertise.call.opened.v1": "Открыт отбор: {title}, {date}",
    "expertise.application.submitted.v1": "Заявка подана: {title}, {date}",
    "expertise.application.returned.v1": "Заявка возвращена: {remark}, {date}",
    "expertise.application.admitted.v1": "Заявка допущена: {title}, {date}",
    "expertise.opinion.signed.v1": "Подписано заключение научного руководителя, {date}",
    "expertise.expert.assigned.v1": "Назначен эксперт, {date}",
    "expertise.review.completed.v1": "Экспертиза завершена, {date}",
    "expertise.session.scheduled.v1": "Назначено заседание: {title}, {date}",
    "expertise.session.opened.v1": "Заседание открыто: присутствуют {present} из {members}, {date}",
    "expertise.verdict.issued.v1": "Решение экспертного совета: {title} — {outcome}, {date}",
    "expertise.session.closed.v1": "Заседание закрыто, {date}",
    "expertise.protocol.approved.v1": "Утверждён протокол № {number}, {date}",
    "expertise.project.started.v1": "Проект начат: {title}, {date}",
    "expertise.entry.filed.v1": "Заявка на {kind}: {contest}, {organiser}, {date}",
    "expertise.entry.decided.v1": "Результат: {kind} {contest} — {outcome}, {date}",
    "expertise.award.granted.v1": "Награда: {contest}, {result}, {date}",
    "transfer.practice.described.v1": "Описана практика: {title}, {date}",
    "transfer.package.published.v1": "Опубликован пакет практики: {title}, издание {edition}, {date}",
    "transfer.bank_entry.nominated.v1": "Выдвинуто в областной банк: {title}, {date}",
    "transfer.bank_entry.activated.v1": "Включено в областной банк: {title}, {date}",
    "transfer.bank_entry.archived.v1": "Исключено из областного банка, {date}",
    "transfer.cluster.formed.v1": "Создан кластер наставничества, {date}",
    "transfer.site.attached.v1": "Площадка вошла в кластер, {date}",
    "transfer.replication.agreed.v1": "Тиражирование согласовано, {date}",
    "transfer.replication.trained.v1": "Площадка обучена, {date}",
    "transfer.replication.started.v1": "Площадка работает по практике, {date}",
    "transfer.replication.reported.v1": "Площадка отчиталась о тиражировании, {date}",
    "transfer.replication.self_described.v1": "Площадка описала свою практику, {date}",
    "transfer.replication.stopped.v1": "Тиражирование прекращено: {reason}, {date}",
    "transfer.event.held.v1": "Мероприятие: {kind} «{title}», {date}",
    "transfer.attendance.recorded.v1": "Присутствие на мероприятии: {persons} чел., {date}",
    "transfer.consultation.given.v1": "Консультация: {topic}, {date}, {channel}",
    "transfer.publication.released.v1": "Публикация: {title}, {channel}, {count} шт., {date}",
    "transfer.publication.corrected.v1": "Публикация исправлена: {title}, {channel}, {count} шт., {date}",
    "transfer.material.issued.v1": "Методические материалы: {title}, {date}",
    "transfer.participation.recorded.v1": "Участие: {form}, {persons} чел., {date}",
    "reporting.report.drafted.v1": "Открыт отчёт за {year} год, {date}",
    "reporting.report.submitted.v1": "Отчёт за {year} год подан на согласование, {date}",
    "reporting.report.returned.v1": "Отчёт за {year} год возвращён: {remark}, {date}",
    "reporting.report.agreed.v1": "Отчёт за {year} год согласован: {office}, {date}",
    "reporting.report.approved.v1": "Отчёт за {year} год утверждён: {office}, {date}",
    "reporting.report.supplemented.v1": "Дополнение № {number} к отчёту за {year} год, {date}",
    "reporting.webhook.suspended.v1": "Вебхук партнёра приостановлен, {date}",
}


def tell(fact: Fact, happened_on: date) -> str:
    """Return the fact in one Russian line; a type without a sentence of its own is told by its name and date."""
    template = TEMPLATES.get(fact.type, f"{fact.type}, {{date}}")
    spoken = {name: _spoken(name, value) for name, value in fact.model_dump().items()}
    return template.format_map({**spoken, "date": f"{happened_on:%d.%m.%Y}"})


def _spoken(name: str, value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return value_word(name, value) if isinstance(value, str) else str(value)
