"""The report of 2023: what its author declares beside what the events tell, the two stamps, the addendum (seed 002)."""

from typing import Any

from local_platform.sample.institutions import THEME
from local_platform.sample.story import Story

_NO_DATA = {"kind": "no_data"}
DECLARED: tuple[dict[str, Any], ...] = (
    {"key": "mgmt.q.training_exchange",
     "explanation": "36 – участия в обучении; один специалист участвовал в нескольких формах, всего вовлечено 23 человека"},
    {"key": "mgmt.n.events_held", "value": {"kind": "count_list", "total": 5},
     "explanation": "В перечень отчета не вошло одно мероприятие, проведенное совместно с партнером"},
    {"key": "mgmt.n.recipients_involved", "value": _NO_DATA},
    {"key": "mgmt.n.specialists_involved", "value": {"kind": "int", "number": 23}},
    {"key": "personal.q.motivation",
     "text": "Специалисты, участвующие в деятельности Ресурсного центра, активно участвуют в деятельности опорно-методической "
             "площадки Организации, предлагают новые формы и методы работы, проекты и проектные решения, участвуют в "
             "мероприятиях методического характера, что подтверждается результатами опроса"},
    {"key": "personal.q.satisfaction", "value": {"kind": "percent", "number": 100, "respondents": 23}},
    {"key": "personal.q.effectiveness",
     "text": "Совместная работа сотрудников организаций социального обслуживания в рамках опорно-методической площадки "
             "Организации, динамичность процессов профессионального обмена опытом, взаимодействия и сотрудничества "
             "свидетельствует о системной и стабильной работе в сфере методического обеспечения. Обучение специалистов "
             "технологиям проектирования, использование методических мероприятий для распространения лучшего опыта позволило "
             "сформировать у специалистов организаций мотивационно-ценностное отношение к инновационной деятельности, "
             "способствовало развитию методического сотрудничества, интегрированности сотрудников организаций социального "
             "обслуживания в профессиональное сообщество"},
    {"key": "personal.n.participants_scientific", "value": {"kind": "int", "number": 20}},
    {"key": "personal.n.prize_winners",
     "explanation": "Три сотрудника заняли призовые места в четырех конкурсах: один сотрудник отмечен дважды"},
    {"key": "socio.q.extra_resources", "value": _NO_DATA},
    {"key": "socio.q.low_cost_forms", "value": _NO_DATA},
)  # fmt: skip
PROPOSALS = (
    "в 2024 году необходимо продолжить деятельность опорно-методической площадки (ресурсного центра) по теме "
    "«Социальное проектирование в организациях социального обслуживания»."
)
_EVENTS_BEHIND = {
    "mgmt.q.initiative_incentives": 12, "mgmt.q.training_exchange": 7, "quality.q.conferences_grants": 8,
    "quality.n.grant_applications": 1, "quality.n.bank_entries": 4, "quality.n.publications_media": 3,
    "personal.n.prize_winners": 4, "socio.n.agreements": 19, "socio.n.consultations": 24,
}  # fmt: skip
"""Nobody submits a report before it shows the whole year."""
ADDENDUM = "Объявлены результаты конкурса «Спорт для всех 2024»: заявка не поддержана."


async def draft(story: Story) -> None:
    """Open the report: the events of the year are in it at once."""
    author = story.visitor("october")
    body = {"institution_id": story.institutions["october"], "year": 2023, "theme": THEME}
    story.made["report"] = (await author.do("report", "/v1/reports", body))["id"]
    await author.until(f"/v1/reports/{story.made['report']}", _has_counted_the_year)


def _has_counted_the_year(report: dict[str, Any]) -> bool:
    found = {row["key"]: row["evidence_count"] for row in report["indicators"]}
    return all(found[key] >= count for key, count in _EVENTS_BEHIND.items())


async def declare_and_submit(story: Story) -> None:
    """Declare what no event tells, explain what does not add up, submit."""
    author, path = story.visitor("october"), f"/v1/reports/{story.made['report']}"
    version = (await author.get(path))["version"]
    amended = {"indicators": DECLARED, "proposals": PROPOSALS}
    await author.patch("report-declared", path, amended, version=version)
    await author.do("report-submitted", f"{path}/submission", {"submitted_on": "2024-01-12"})


async def agree(story: Story) -> None:
    """Put СОГЛАСОВАНО by the acting director (C03)."""
    path = f"/v1/reports/{story.made['report']}/agreement"
    await story.visitor("verevokina").do("report-agreed", path, {"agreed_on": "2024-01-15"})


async def approve(story: Story) -> None:
    """Put УТВЕРЖДАЮ by the head of the Department and of its expert council (C04)."""
    path = f"/v1/reports/{story.made['report']}/approval"
    await story.visitor("ryndin").do("report-approved", path, {"approved_on": "2024-01-15"})


async def supplement(story: Story) -> None:
    """Record the result that came in February 2024 and add it to the approved report (T6)."""
    author = story.visitor("october")
    outcome = {"outcome": "not_won", "decided_on": "2024-02-27"}
    await author.do("contest-decided", f"/v1/entries/{story.made['contest-0']}/outcome", outcome)
    path = f"/v1/reports/{story.made['report']}/addenda"
    await author.do("report-supplemented", path, {"text": ADDENDUM, "supplemented_on": "2024-02-28"})
