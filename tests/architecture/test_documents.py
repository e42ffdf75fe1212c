"""Documents that people rely on: what they point to exists, what they name is in the code."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.architecture.sources import PROJECT, everything

from contracts.catalogue import CATALOGUE

DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [*DECISIONS, *sorted((PROJECT / "docs").glob("*.md")), PROJECT / "deploy" / "README.md"]
PARTS = ["## Context", "## Decision", "## Alternatives", "## Check"]
LONGEST_DECISION = 40


def dead_links(document: Path) -> list[str]:
    """Return the relative links of a document that lead nowhere."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text())
    return [link for link in links if "://" not in link and not (document.parent / link).exists()]


def missing_paths(text: str) -> list[str]:
    """Return the files of the house that a text names in backquotes and that do not exist."""
    named = re.findall(r"`((?:chassis|contracts|deploy|docs|gateway|services|tests)/[^`\s]+)`", text)
    return [path for path in named if not list(PROJECT.glob(path.rstrip("/")))]


def faults_of_a_decision(text: str) -> list[str]:
    """Say what a decision lacks: its four parts, its length, a check that exists."""
    found = [] if [line for line in text.splitlines() if line.startswith("## ")] == PARTS else ["has other parts"]
    if len(text.splitlines()) > LONGEST_DECISION:
        found.append(f"is longer than {LONGEST_DECISION} lines")
    check = text.partition(PARTS[-1])[2]
    if not re.search(r"`[\w/*]*tests", check) or missing_paths(check):
        found.append("names no check, or one that is not there")
    return found


def unknown_terms(glossary: str, classes: Iterable[str]) -> list[str]:
    """Return the types of a glossary that the code does not have."""
    named = set(re.findall(r"`([A-Z]\w+)`", glossary)) | set(re.findall(r"`([a-z_]+(?:\.[a-z_]+){2}\.v\d+)`", glossary))
    return sorted(named - set(classes) - CATALOGUE.keys())


def classes() -> set[str]:
    return {name for source in everything(PROJECT) for name in re.findall(r"^class (\w+)", source.text, re.MULTILINE)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_points_to_what_exists(document: Path) -> None:
    assert not dead_links(document)
    assert not missing_paths(document.read_text())


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_short_and_names_its_check(decision: Path) -> None:
    assert not faults_of_a_decision(decision.read_text())


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_glossary_names_only_what_the_code_has() -> None:
    assert not unknown_terms((PROJECT / "docs" / "glossary.md").read_text(), classes())


def test_a_link_to_nowhere_and_a_missing_path_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[b](b.md) and [c](https://example.org/c)")
    assert dead_links(tmp_path / "a.md") == ["b.md"]
    assert missing_paths("`tests/architecture/nothing.py` and `tests/architecture`") == [
        "tests/architecture/nothing.py"
    ]


@pytest.mark.parametrize(
    "text", ["## Context\n## Decision\n", "\n".join([*PARTS, "by review"]), "\n".join([*PARTS, "`tests/nothing.py`"])]
)
def test_an_incomplete_decision_is_noticed(text: str) -> None:
    assert faults_of_a_decision(text)


def test_a_term_that_the_code_lost_is_noticed() -> None:
    assert unknown_terms("| идея | `Idea` | `Act` | `expertise.idea.had.v1`", {"Act"}) == [
        "Idea",
        "expertise.idea.had.v1",
    ]
