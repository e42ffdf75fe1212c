"""`python -m tests.seeds.table`: how far the mission is, row by row of the source documents' requirements.

A row is proved by a passing test that carries its id: `@pytest.mark.seed("A18")`.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ROWS = Path(__file__).with_name("rows.tsv")
DOCUMENTS = {
    "A": "Модель социального технопарка (Иркутск)",
    "B": "Институт полиформатного образования (Иркутск)",
    "C": "Отчёт ресурсного центра за год (Вологда)",
    "D": "Школа социальных инноваций (Омск)",
    "E": "Региональная социальная инициатива (Ульяновск)",
    "I": "25 показателей отчёта ресурсного центра (Вологда)",
    "T": "Ловушки в исходных документах",
    "F": "Чего нет ни у одной из известных платформ",
}


def rows() -> dict[str, str]:
    """Return every row's id and its short Russian name, in the order of the documents."""
    return dict(line.split("\t", 1) for line in ROWS.read_text().splitlines())


@dataclass(eq=False)
class Ledger:
    """A pytest plugin that notes the outcome of every test of a row."""

    passed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _ids: dict[str, list[str]] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the rows of each test."""
        self._ids = {item.nodeid: [str(mark.args[0]) for mark in item.iter_markers("seed")] for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a call that passed, or whatever failed."""
        if report.failed or (report.when == "call" and report.passed):
            for row in self._ids.get(report.nodeid, ()):
                (self.failed if report.failed else self.passed)[row].append(report.nodeid)

    def proved(self) -> set[str]:
        """Return the rows with a passing test and no failing one."""
        return self.passed.keys() - self.failed.keys()


def table(names: Mapping[str, str], ledger: Ledger) -> Iterator[str]:
    """Yield the lines of the table."""
    proved = ledger.proved()
    for letter, title in DOCUMENTS.items():
        group = [row for row in names if row.startswith(letter)]
        yield f"\n{title}: {len(proved.intersection(group))} из {len(group)}"
        for row in group:
            sign = "✔" if row in proved else "✘" if row in ledger.failed else "·"
            tests = len(ledger.passed.get(row, ())) + len(ledger.failed.get(row, ()))
            yield f"  {sign} {row:<5}{names[row]}" + (f"  [{tests}]" if tests else "")
    yield f"\nВсего доказано: {len(proved.intersection(names))} из {len(names)}; с упавшим тестом: {len(ledger.failed)}"


def marked(files: Iterable[Path]) -> Iterator[tuple[str, str | None]]:
    """Yield each place of a `seed` mark and the row it names; None when it is not a literal."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "seed":
                argument = node.args[0] if len(node.args) == 1 else None
                literal = argument.value if isinstance(argument, ast.Constant) else None
                yield f"{file}:{node.lineno}", literal if isinstance(literal, str) else None


def sources(root: Path = PROJECT) -> Iterator[Path]:
    """Yield every test file of the house."""
    for folder in ("contracts", "chassis", "services", "gateway", "deploy", "tests"):
        yield from (path for path in sorted((root / folder).rglob("test_*.py")) if ".venv" not in path.parts)


def main(arguments: list[str]) -> int:
    """Run the tests of rows and print the table; the arguments go to pytest. Returns pytest's code."""
    ledger = Ledger()
    code = pytest.main(["-q", "--no-header", "--no-summary", "-m", "seed", *arguments], plugins=[ledger])
    sys.stdout.write("\n".join(table(rows(), ledger)) + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
