import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.publication import ReleaseBroken, differences, with_table, write

TYPE = "transfer.event.held.v1"
SCHEMA = f"schemas/{TYPE}.json"

Change = Callable[[dict[str, Any]], object]


def rewrite(file: Path, change: Change) -> None:
    value = json.loads(file.read_bytes())
    change(value)
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def release_other_schema(folder: Path, change: Change) -> None:
    """Make the past different: what was released of the type is not what the model says now."""
    rewrite(folder / SCHEMA, change)
    digest = hashlib.sha256((folder / SCHEMA).read_bytes()).hexdigest()
    rewrite(folder / "released.json", lambda ledger: ledger.update({TYPE: digest}))


def contents(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def command(*arguments: object, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contracts", *map(str, arguments)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_committed_files_are_what_the_models_say(published):
    assert differences(published) == []


def test_a_fresh_release_agrees_with_its_models_and_needs_no_second_write(release):
    assert differences(release) == []
    assert write(release) == []


def test_two_processes_publish_the_same_bytes(tmp_path):
    for seed in ("1", "2"):
        assert command("write", tmp_path / seed, hash_seed=seed).returncode == 0

    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_published_files_are_utf_8_with_russian_letters_and_two_spaces(release):
    text = (release / SCHEMA).read_bytes().decode("utf-8")

    assert "Проведено мероприятие" in text
    assert text.startswith('{\n  "$schema"')
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda folder: (folder / SCHEMA).unlink(), f"{SCHEMA}: выпущенная схема пропала"),
        (
            lambda folder: rewrite(folder / SCHEMA, lambda schema: schema["properties"].pop("venue")),
            f"{SCHEMA}: выпущенная схема исправлена в обход команды write",
        ),
        (
            lambda folder: (folder / SCHEMA).rename(folder / "schemas/transfer.party.held.v1.json"),
            "schemas/transfer.party.held.v1.json: тип выпущен, но модели больше нет",
        ),
        (
            lambda folder: release_other_schema(folder, lambda schema: schema["required"].remove("online")),
            f"{SCHEMA}/required: было",
        ),
        (
            lambda folder: release_other_schema(folder, lambda schema: schema["properties"].update(room={})),
            f"{SCHEMA}/properties/room: было {{}}, стало ничего; такое изменение выходит новым типом",
        ),
        (lambda folder: (folder / f"examples/{TYPE}.json").unlink(), f"examples/{TYPE}.json: файла нет"),
        (
            lambda folder: rewrite(folder / f"examples/{TYPE}.json", lambda example: example.update(online=True)),
            f"examples/{TYPE}.json: расходится с моделями",
        ),
        (
            lambda folder: rewrite(folder / "asyncapi.json", lambda found: found["channels"].pop(TYPE)),
            "asyncapi.json: расходится с моделями",
        ),
        (lambda folder: (folder / "released.json").unlink(), "released.json: файла нет"),
        (lambda folder: (folder / "schemas/notes.txt").touch(), "schemas/notes.txt: лишний файл"),
        (
            lambda folder: (folder / "README.md").write_text("<!-- типы: начало -->\n<!-- типы: конец -->\n"),
            "README.md: расходится с моделями",
        ),
    ],
)
def test_a_spoiled_release_is_noticed_and_the_complaint_says_what_is_wrong(release, spoil, complaint):
    spoil(release)

    assert [found for found in differences(release) if found.startswith(complaint)]


def test_a_schema_that_is_committed_but_not_in_the_ledger_keeps_its_promise_too(release):
    rewrite(release / "released.json", lambda ledger: ledger.pop(TYPE))
    rewrite(release / SCHEMA, lambda schema: schema["properties"].update(room={"type": "string"}))

    assert any("/properties/room" in found for found in differences(release))


def test_nothing_at_all_is_written_over_a_release_that_would_break(release):
    (release / "asyncapi.json").unlink()
    release_other_schema(release, lambda schema: schema["properties"].update(room={"type": "string"}))
    before = contents(release)

    with pytest.raises(ReleaseBroken, match="/properties/room"):
        write(release)

    assert contents(release) == before


def test_a_new_optional_field_is_written_over_the_release_before_it(release):
    release_other_schema(release, lambda schema: schema["properties"].pop("venue"))

    assert differences(release) != []
    assert set(write(release)) == {SCHEMA, "released.json"}
    assert differences(release) == []


def test_a_readme_without_a_place_for_the_table_is_refused():
    with pytest.raises(ValueError, match="нет меток"):
        with_table("# Контракты\n<!-- типы: начало -->\n")


def test_the_check_command_ends_with_one_and_lists_the_differences(release):
    (release / SCHEMA).unlink()
    (release / f"examples/{TYPE}.json").unlink()

    outcome = command("check", release)

    assert outcome.returncode == 1
    assert f"{SCHEMA}: выпущенная схема пропала" in outcome.stdout
    assert f"examples/{TYPE}.json: файла нет" in outcome.stdout


def test_the_check_command_ends_with_zero_when_everything_agrees(release):
    outcome = command("check", release)

    assert (outcome.returncode, outcome.stdout) == (0, "Модели и опубликованные файлы согласны\n")


def test_the_write_command_ends_with_one_when_a_released_schema_would_break(release):
    release_other_schema(release, lambda schema: schema["required"].remove("online"))

    outcome = command("write", release)

    assert outcome.returncode == 1
    assert f"{SCHEMA}/required: было" in outcome.stdout
