"""The table of requirements: its rows, and the marks that claim to prove them."""

from pathlib import Path

import pytest
from tests.seeds.table import DOCUMENTS, Ledger, marked, rows, sources, table

COUNTS = {"A": 67, "B": 31, "C": 27, "D": 27, "E": 104, "I": 25, "T": 20, "F": 15}


@pytest.mark.parametrize("letter", DOCUMENTS)
def test_the_rows_of_a_document_are_numbered_without_gaps(letter: str) -> None:
    numbers = [int(row[1:]) for row in rows() if row.startswith(letter)]
    assert numbers == list(range(1, COUNTS[letter] + 1))


def test_every_marked_row_is_a_row_of_the_documents() -> None:
    assert not [(place, row) for place, row in marked(sources()) if row not in rows()]


@pytest.mark.parametrize("mark", ['"A99"', "ROW", '"A18", "A19"', ""])
def test_a_mark_of_no_row_is_noticed(mark: str, tmp_path: Path) -> None:
    file = tmp_path / "test_marked.py"
    file.write_text(f"@pytest.mark.seed({mark})\ndef f(): ...")
    assert [row for _, row in marked([file]) if row not in rows()]


def test_a_row_is_proved_only_while_none_of_its_tests_fails() -> None:
    ledger = Ledger(passed={"A18": ["one"], "A19": ["two"]}, failed={"A19": ["three"]})
    lines = list(table({"A18": "Открытая защита", "A19": "Реализация", "A20": "Семинары"}, ledger))
    assert [line.split()[0] for line in lines if line.startswith("  ")] == ["✔", "✘", "·"]
    assert lines[-1] == "\nВсего доказано: 1 из 3; с упавшим тестом: 1"
