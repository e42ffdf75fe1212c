"""The commands of `docs/clients.md`, as they are printed, with what the guide says they answer."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import PROJECT

GUIDE = PROJECT / "docs" / "clients.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
_MARK = "----- step {} -----"


@dataclass(frozen=True)
class Step:
    """A block of commands and the answer printed under it."""

    commands: str
    answer: str | None


def steps(guide: Path = GUIDE) -> list[Step]:
    """Return the steps in the order of the guide."""
    return [Step(commands, answer or None) for commands, answer in _BLOCK.findall(guide.read_text(encoding="utf-8"))]


def script(told: list[Step]) -> str:
    """Return one script: later steps use what earlier ones found out."""
    return "".join(f"echo '{_MARK.format(number)}'\n{step.commands}" for number, step in enumerate(told))


def answers(output: str) -> list[str]:
    """Return what each step printed."""
    return re.split(_MARK.format(r"\d+") + "\n", output)[1:]
