"""Words of the screens, in Russian: kinds, states and what is to be done."""

from collections.abc import Mapping

STATUSES: Mapping[str, str] = {
    "core": "ядро технопарка",
    "rip": "РИП",
    "site": "площадка по внедрению инноваций",
    "resource_centre": "ресурсный центр",
}
PHASES: Mapping[str, str] = {
    "design": "проектирование",
    "implementation": "реализация",
    "generalisation": "обобщение",
}
OUTCOMES: Mapping[str, str] = {
    "supported": "поддержано",
    "supported_with_remarks": "поддержано с замечаниями",
    "not_supported": "не поддержано",
}
STEPS: Mapping[str, str] = {
    "drafted": "Начат черновик заявки",
    "submitted": "Заявка подана",
    "returned": "Заявка возвращена на доработку",
    "admitted": "Заявка допущена к экспертизе",
    "withdrawn": "Заявка отозвана",
    "opinion_signed": "Подписано заключение научного руководителя",
    "expert_assigned": "Назначен эксперт",
    "expert_recused": "Эксперт взял самоотвод",
    "review_completed": "Закончена рецензия",
}
"""Steps of an application that a timeline shows; hearings and verdicts come from the council."""


def quoted(title: str) -> str:
    """Return a title in Russian quotation marks; marks within become the inner ones („ “)."""
    return f"«{title.replace('«', '„').replace('»', '“')}»"


def named(words: Mapping[str, str], kind: str) -> str:
    """Return the word of a kind; the kind itself when it is new."""
    return words.get(kind, kind)
