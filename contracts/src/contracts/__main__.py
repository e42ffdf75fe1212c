"""`python -m contracts write | check`: publish the models as files, or compare them with the files."""

import argparse
import sys
from pathlib import Path

from contracts.publication import ReleaseBroken, differences, write

_CHECKOUT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code: 0 when files and models agree."""
    chosen = _parser().parse_args(arguments)
    return _write(chosen.folder) if chosen.command == "write" else _check(chosen.folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contracts", description="Опубликованные схемы событий")
    parser.add_argument("command", choices=("write", "check"), help="write — записать файлы, check — сравнить их")
    in_checkout = (_CHECKOUT / "pyproject.toml").exists()
    parser.add_argument(
        "folder", type=Path, nargs="?" if in_checkout else None, default=_CHECKOUT, help="папка с файлами"
    )
    return parser


def _write(folder: Path) -> int:
    try:
        changed = write(folder)
    except ReleaseBroken as refusal:
        return _report("Нельзя записать: обещания нарушены или сказано не всё", refusal.reasons)
    return _report("Записано" if changed else "Всё уже записано", changed, code=0)


def _check(folder: Path) -> int:
    if found := differences(folder):
        return _report("Модели и опубликованные файлы расходятся", found)
    return _report("Модели и опубликованные файлы согласны", [], code=0)


def _report(title: str, lines: list[str], *, code: int = 1) -> int:
    sys.stdout.write("\n  ".join([title, *lines]) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
