"""The published files: schemas, examples, the AsyncAPI document, and the ledger of what has been released."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts import glossary
from contracts.asyncapi import document, owner
from contracts.catalogue import CATALOGUE
from contracts.compatibility import breaks
from contracts.deprecations import DEPRECATED, Deprecation
from contracts.entries import unexplained
from contracts.fact import Fact, Redaction
from contracts.public import INTERNAL, redactions
from contracts.schemas import headers_schema, payload_schema
from contracts.streams import FACTS, INBOUND, STREAMS, Stream

LEDGER = "released.json"
README = "README.md"
HEADERS = "headers"
"""Released like a type: the attributes that come with every event of a stream are promised too."""
TABLE_START, TABLE_END = "<!-- типы: начало -->", "<!-- типы: конец -->"


class ReleaseBroken(Exception):
    """The models no longer keep what a released schema promises, or say things that nobody has explained."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def write(folder: Path) -> list[str]:
    """Bring the published files up to date and return the paths that changed; new types become released.

    Raises: ReleaseBroken, with nothing written.
    """
    if reasons := unexplained() or list(_broken_promises(folder)):
        raise ReleaseBroken(reasons)
    changed = {path: text for path, text in _expected(folder).items() if _read(folder / path) != text}
    for path, text in changed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return list(changed)


def differences(folder: Path) -> list[str]:
    """Return every difference between the models and the published files, promises first; empty when there is none."""
    if untold := unexplained():
        return untold
    expected = _expected(folder)
    return [
        *_broken_promises(folder),
        *(f"{path}: {_complaint(folder / path)}" for path, text in expected.items() if _read(folder / path) != text),
        *(f"{path}: лишний файл" for path in _present(folder) if path not in expected),
    ]


def _complaint(file: Path) -> str:
    return "расходится с моделями, нужна команда write" if file.exists() else "файла нет, нужна команда write"


def _broken_promises(folder: Path) -> Iterator[str]:
    ledger, schemas = _ledger(folder), _schemas()
    present = {file.relative_to(folder / "schemas").as_posix()[: -len(".json")] for file in _files(folder, "schemas")}
    for name in sorted({*ledger, *present}):
        path = f"schemas/{name}.json"
        released = _read(folder / path)
        if released is None:
            yield f"{path}: выпущенная схема пропала"
        elif ledger.get(name, _digest(released)) != _digest(released):
            yield f"{path}: выпущенная схема исправлена в обход команды write"
        elif name not in schemas:
            yield f"{path}: тип выпущен, но модели больше нет"
        else:
            for change in breaks(json.loads(released), schemas[name]):
                yield f"{path}{change}; такое изменение выходит новым типом"


def _expected(folder: Path) -> dict[str, str]:
    schemas = {name: _as_text(schema) for name, schema in _schemas().items()}
    released = _ledger(folder) | {name: _digest(text) for name, text in schemas.items()}
    readme = _read(folder / README)
    return {
        **{f"schemas/{name}.json": text for name, text in schemas.items()},
        **{f"examples/{name}.json": _as_text(model.example()) for name, model in _models().items()},
        **{asyncapi_file(stream): _as_text(document(stream)) for stream in STREAMS},
        LEDGER: _as_text(dict(sorted(released.items()))),
        **({README: with_table(readme)} if readme is not None else {}),
    }


def asyncapi_file(stream: Stream) -> str:
    """Return the name of the published AsyncAPI document of a stream."""
    return f"asyncapi-{stream.folder}.json" if stream.folder else "asyncapi.json"


def _schemas() -> dict[str, dict[str, Any]]:
    headers = {stream.name(HEADERS): headers_schema(stream) for stream in STREAMS}
    return headers | {
        stream.name(model.type): payload_schema(model, stream) for stream in STREAMS for model in stream.models.values()
    }


def _models() -> dict[str, type[Fact]]:
    return {stream.name(model.type): model for stream in STREAMS for model in stream.models.values()}


def with_table(readme: str, deprecated: Mapping[str, Deprecation] = DEPRECATED) -> str:
    """Return a README whose marked part is the table of types. Raises ValueError when it has no such part."""
    head, start, rest = readme.partition(TABLE_START)
    _, end, tail = rest.partition(TABLE_END)
    if not (start and end):
        raise ValueError(f"README.md: нет меток {TABLE_START} и {TABLE_END}")
    rows = [_row(event_type, deprecated) for stream in (FACTS, INBOUND) for event_type in stream.models]
    table = "\n".join(["| Тип | Что произошло | Кто сообщает | Партнёрам |", "|---|---|---|---|", *rows])
    return f"{head}{start}\n\n{table}\n\n{end}{tail}"


def _row(event_type: str, deprecated: Mapping[str, Deprecation]) -> str:
    ending = deprecated.get(event_type)
    meaning = glossary.TYPES[event_type] + (f". {ending.notice}" if ending else "")
    return f"| `{event_type}` | {meaning} | `{owner(event_type)}` | {_openness(event_type)} |"


def _openness(event_type: str) -> str:
    if event_type in INBOUND.models:
        return "сообщает партнёр"
    if event_type in INTERNAL:
        return f"нет: {INTERNAL[event_type]}"
    hidden = [f"`{name}`" for name, mark in redactions(CATALOGUE[event_type]).items() if mark is Redaction.DROPPED]
    return f"да, без {', '.join(hidden)}" if hidden else "да"


def _present(folder: Path) -> list[str]:
    found = [*_files(folder, "schemas"), *_files(folder, "examples"), *folder.glob("asyncapi*.json")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _files(folder: Path, part: str) -> list[Path]:
    return [path for path in (folder / part).rglob("*") if path.is_file()]


def _ledger(folder: Path) -> dict[str, str]:
    recorded = _read(folder / LEDGER)
    return {} if recorded is None else dict(json.loads(recorded))


def _read(file: Path) -> str | None:
    return file.read_bytes().decode() if file.exists() else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
