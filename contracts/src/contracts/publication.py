"""The published files: schemas, examples, the AsyncAPI document, and the ledger of what has been released."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts import glossary
from contracts.asyncapi import document, owner
from contracts.catalogue import CATALOGUE
from contracts.compatibility import breaks
from contracts.schemas import payload_schema

LEDGER = "released.json"
README = "README.md"
TABLE_START, TABLE_END = "<!-- типы: начало -->", "<!-- типы: конец -->"


class ReleaseBroken(Exception):
    """The models no longer keep what a released schema promises."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def write(folder: Path) -> list[str]:
    """Bring the published files up to date and return the paths that changed; new types become released.

    Raises: ReleaseBroken, with nothing written.
    """
    if reasons := list(_broken_promises(folder)):
        raise ReleaseBroken(reasons)
    changed = {path: text for path, text in _expected(folder).items() if _read(folder / path) != text}
    for path, text in changed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return list(changed)


def differences(folder: Path) -> list[str]:
    """Return every difference between the models and the published files, promises first; empty when there is none."""
    expected = _expected(folder)
    return [
        *_broken_promises(folder),
        *(f"{path}: {_complaint(folder / path)}" for path, text in expected.items() if _read(folder / path) != text),
        *(f"{path}: лишний файл" for path in _present(folder) if path not in expected),
    ]


def _complaint(file: Path) -> str:
    return "расходится с моделями, нужна команда write" if file.exists() else "файла нет, нужна команда write"


def _broken_promises(folder: Path) -> Iterator[str]:
    ledger = _ledger(folder)
    for event_type in sorted({*ledger, *(file.stem for file in folder.glob("schemas/*.json"))}):
        path = f"schemas/{event_type}.json"
        released = _read(folder / path)
        if released is None:
            yield f"{path}: выпущенная схема пропала"
        elif ledger.get(event_type, _digest(released)) != _digest(released):
            yield f"{path}: выпущенная схема исправлена в обход команды write"
        elif event_type not in CATALOGUE:
            yield f"{path}: тип выпущен, но модели больше нет"
        else:
            for change in breaks(json.loads(released), payload_schema(CATALOGUE[event_type])):
                yield f"{path}{change}; такое изменение выходит новым типом"


def _expected(folder: Path) -> dict[str, str]:
    schemas = {event_type: _as_text(payload_schema(model)) for event_type, model in CATALOGUE.items()}
    released = _ledger(folder) | {event_type: _digest(text) for event_type, text in schemas.items()}
    readme = _read(folder / README)
    return {
        **{f"schemas/{event_type}.json": text for event_type, text in schemas.items()},
        **{f"examples/{event_type}.json": _as_text(model.example()) for event_type, model in CATALOGUE.items()},
        "asyncapi.json": _as_text(document()),
        LEDGER: _as_text(dict(sorted(released.items()))),
        **({README: with_table(readme)} if readme is not None else {}),
    }


def with_table(readme: str) -> str:
    """Return a README whose marked part is the table of types. Raises ValueError when it has no such part."""
    head, start, rest = readme.partition(TABLE_START)
    _, end, tail = rest.partition(TABLE_END)
    if not (start and end):
        raise ValueError(f"README.md: нет меток {TABLE_START} и {TABLE_END}")
    rows = [f"| `{event_type}` | {glossary.TYPES[event_type]} | `{owner(event_type)}` |" for event_type in CATALOGUE]
    table = "\n".join(["| Тип | Что произошло | Кто сообщает |", "|---|---|---|", *rows])
    return f"{head}{start}\n\n{table}\n\n{end}{tail}"


def _present(folder: Path) -> list[str]:
    found = [*folder.glob("schemas/*"), *folder.glob("examples/*")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _ledger(folder: Path) -> dict[str, str]:
    recorded = _read(folder / LEDGER)
    return {} if recorded is None else dict(json.loads(recorded))


def _read(file: Path) -> str | None:
    return file.read_bytes().decode() if file.exists() else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
