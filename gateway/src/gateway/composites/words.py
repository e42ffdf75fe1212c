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


def quoted(title: str) -> str:
    """Return a title in Russian quotation marks; marks within become the inner ones („ “)."""
    return f"«{title.replace('«', '„').replace('»', '“')}»"


def named(words: Mapping[str, str], kind: str) -> str:
    """Return the word of a kind; the kind itself when it is new."""
    return words.get(kind, kind)
