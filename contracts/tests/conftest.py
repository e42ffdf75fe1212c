import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]

from contracts.catalogue import CATALOGUE
from contracts.fact import Fact
from contracts.publication import write

JsonSchema = dict[str, Any]


@pytest.fixture(scope="session")
def faults() -> Callable[[JsonSchema, object], list[str]]:
    """What a JSON Schema has against a value; the schema itself must be right."""

    @cache
    def right(text: str) -> Any:
        schema = json.loads(text)
        validator = validator_for(schema, default=Draft202012Validator)
        validator.check_schema(schema)
        return validator(schema, format_checker=validator.FORMAT_CHECKER)

    def found(schema: JsonSchema, value: object) -> list[str]:
        errors = right(json.dumps(schema)).iter_errors(value)
        return [f"{error.json_path}: {error.message}" for error in errors]

    return found


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder with the committed files."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def _released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    (folder / "README.md").write_text("# Типы\n<!-- типы: начало --><!-- типы: конец -->\n", encoding="utf-8")
    write(folder)
    return folder


@pytest.fixture
def release(_released: Path, tmp_path: Path) -> Path:
    """A folder with a fresh release of its own, free to spoil."""
    return shutil.copytree(_released, tmp_path, dirs_exist_ok=True)


@pytest.fixture(params=[*CATALOGUE])
def model(request: pytest.FixtureRequest) -> type[Fact]:
    return CATALOGUE[request.param]


@pytest.fixture
def schema(published: Path, model: type[Fact]) -> JsonSchema:
    """The committed schema of the model."""
    found: JsonSchema = json.loads((published / "schemas" / f"{model.type}.json").read_bytes())
    return found


@pytest.fixture
def example(published: Path, model: type[Fact]) -> dict[str, Any]:
    """The committed example of the model."""
    found: dict[str, Any] = json.loads((published / "examples" / f"{model.type}.json").read_bytes())
    return found
