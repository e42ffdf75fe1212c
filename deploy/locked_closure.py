"""Cut out of requirements.txt what one wheel of the house needs: same versions, same hashes, nothing else.

`python locked_closure.py requirements.txt wheel …`: the first wheel is the one to run, the others are the house's own
distributions that it may need. Runs in an environment that holds all locked packages: their metadata tell what needs
what.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename


def requirements_of(wheel: Path) -> list[str]:
    """Return the requirements that a wheel's metadata declare."""
    (found,) = metadata.distributions(path=[str(wheel)])
    return found.requires or []


def closure(wheel: Path, others: dict[str, Path]) -> tuple[list[Path], set[str]]:
    """Return the own wheels and the names of the foreign packages that a wheel needs, directly or through others."""
    own: dict[str, Path] = {}
    foreign: set[str] = set()
    waiting = [(Requirement(text), "") for text in requirements_of(wheel)]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in done or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        done.add(key)
        if name in others:
            own[name] = others[name]
            waiting += [(Requirement(text), "") for text in requirements_of(others[name])]
        else:
            foreign.add(name)
            needed = [Requirement(text) for text in metadata.requires(name) or ()]
            waiting += [(each, wanted) for each in needed for wanted in ("", *requirement.extras)]
    return list(own.values()), foreign


def cut(lock: str, names: set[str]) -> str:
    """Return the entries of a lock file that pin the named packages. Raises LookupError when one is not pinned."""
    texts = (entry[0] for entry in re.finditer(r"^[\w.-]+==(?:.*\\\n)*.*\n", lock, re.MULTILINE))
    pinned: dict[str, str] = {canonicalize_name(text.partition("==")[0]): text for text in texts}
    if missing := names - pinned.keys():
        raise LookupError(f"requirements.txt does not pin {', '.join(sorted(missing))}")
    return "".join(pinned[name] for name in sorted(names))


def main(lock: Path, wheel: Path, *wheels: Path) -> None:
    """Print the lock of one wheel: the foreign packages it needs, with their hashes."""
    others = {str(parse_wheel_filename(other.name)[0]): other for other in wheels}
    _, foreign = closure(wheel, others)
    sys.stdout.write(cut(lock.read_text(), foreign))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
