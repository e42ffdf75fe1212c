"""The programs that `docs/partners.md` prints, each under the name that the words above it give."""

import re
from pathlib import Path

from tests.architecture.sources import PROJECT

GUIDE = PROJECT / "docs" / "partners.md"
_BLOCK = re.compile(r"^```(?:python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`([\w-]+\.(?:py|mjs))`")


def programs(guide: str) -> dict[str, str]:
    """Return name → text, in the guide's order. Raises ValueError for a program that nothing names."""
    found = {}
    for block in _BLOCK.finditer(guide):
        paragraph = guide[: block.start()].rstrip().rpartition("\n\n")[2]
        names = _NAME.findall(paragraph)
        if not names:
            raise ValueError(f"no name for the program after: {paragraph}")
        found[names[-1]] = block[1]
    return found


def write(guide: Path, folder: Path) -> None:
    """Put the programs where a reader would."""
    for name, text in programs(guide.read_text(encoding="utf-8")).items():
        (folder / name).write_text(text, encoding="utf-8")
