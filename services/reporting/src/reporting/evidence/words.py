"""Values of the published facts in Russian: one form, or three for counting («стажировка|стажировки|стажировок»)."""

from collections.abc import Mapping

PLAIN: Mapping[str, Mapping[str, str]] = {
    "channel": {
        "in_person": "лично", "zoom": "Zoom", "whatsapp": "WhatsApp", "phone": "по телефону", "journal": "журнал",
        "site": "официальный сайт", "social_network": "социальная сеть", "media": "СМИ", "talk": "выступление",
    },
    "form": {
        "professional_education": "получение профессионального образования",
        "qualification": "повышение квалификации по специальности",
        "programmes": "обучение по различным программам",
        "retraining": "переподготовка по специальности",
        "seminars_webinars": "обучающие семинары, вебинары",
        "conferences_forums": "конференции, форумы, круглые столы",
        "consultative_sessions": "областные консультативные методические площадки",
        "external_event": "участие в мероприятии",
    },
    "outcome": {
        "won": "победа", "not_won": "без победы", "supported": "поддержано",
        "supported_with_remarks": "поддержано с замечаниями", "not_supported": "не поддержано",
    },
    "subject_kind": {"project": "проект", "practice": "практика"},
}  # fmt: skip

KINDS: Mapping[str, str] = {
    "analytical_seminar": "аналитический семинар|аналитических семинара|аналитических семинаров",
    "training_seminar": "обучающий семинар|обучающих семинара|обучающих семинаров",
    "design_seminar": "проектировочный семинар|проектировочных семинара|проектировочных семинаров",
    "hand_over_seminar": "семинар по передаче опыта|семинара по передаче опыта|семинаров по передаче опыта",
    "workshop": "инновационная мастерская|инновационные мастерские|инновационных мастерских",
    "master_class": "мастер-класс|мастер-класса|мастер-классов",
    "round_table": "круглый стол|круглых стола|круглых столов",
    "consultative_session": (
        "областная методическая консультативная площадка|областные методические консультативные площадки"
        "|областных методических консультативных площадок"
    ),
    "internship": "стажировка|стажировки|стажировок",
    "practical_class": "практическое занятие|практических занятия|практических занятий",
    "forum": "форум|форума|форумов",
    "meeting": "рабочее совещание|рабочих совещания|рабочих совещаний",
    "order": "приказ|приказа|приказов",
    "decree": "постановление|постановления|постановлений",
    "regulation": "положение|положения|положений",
    "practice": "практика|практики|практик",
    "technology": "технология|технологии|технологий",
    "programme": "программа|программы|программ",
    "project": "социально значимый проект|социально значимых проекта|социально значимых проектов",
    "grant": "грантовый конкурс|грантовых конкурса|грантовых конкурсов",
    "contest": "конкурс|конкурса|конкурсов",
    "project_design": "проектирование|проектирования|проектирований",
    "implementation": "внедрение|внедрения|внедрений",
    "innovation_experience": "применение инновационного опыта|применения|применений",
    "core": "ядро технопарка|ядра|ядер",
    "rip": "РИП|РИП|РИП",
    "site": "площадка по внедрению инноваций|площадки по внедрению инноваций|площадок по внедрению инноваций",
    "resource_centre": "ресурсный центр|ресурсных центра|ресурсных центров",
}

_MONTHS = (
    "январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе", "сентябре", "октябре", "ноябре",
    "декабре",
)  # fmt: skip


def plural(count: int, forms: str) -> str:
    """Return the form that goes with a count: 1 стажировка, 2 стажировки, 5 and 11 стажировок, 21 стажировка."""
    one, few, many = forms.split("|")
    if count % 100 in range(11, 15):
        return many
    return one if count % 10 == 1 else few if count % 10 in (2, 3, 4) else many


def kind_word(kind: str, count: int = 1) -> str:
    """Return the word of a kind for a count; the kind itself when it is not known."""
    return plural(count, KINDS[kind]) if kind in KINDS else kind


def value_word(name: str, value: str) -> str:
    """Return the word of a field's value."""
    return kind_word(value) if name == "kind" else PLAIN.get(name, {}).get(value, value)


def in_month(month: int) -> str:
    """Return «феврале» for 2."""
    return _MONTHS[month - 1]


def quoted(title: str) -> str:
    """Put a title into quotation marks unless it brings its own: names of forums and contests often do."""
    return title if "«" in title else f"«{title}»"
