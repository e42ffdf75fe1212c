"""Write down what clients are told, from the code as it is.

python -m tests.clients                  additions; what breaks a promise is refused
python -m tests.clients --breaking WHY   that too, and the changelog says why
"""

import argparse
import json
import sys
from datetime import UTC, date, datetime

from tests.clients import catalogue, contract
from tests.clients.promises import broken


def write(today: date, why: str) -> list[str]:
    """Write catalogue, contract and changelog; return the promises that stand in the way of it."""
    catalogue.KEPT.write_text(catalogue.as_kept(), encoding="utf-8")
    new = contract.current()
    old, changes = contract.kept()
    faults = broken(old, new, today)
    if faults and not why:
        return faults
    if found := contract.difference(old, new):
        changes.append({"on": today.isoformat(), **({"why": why} if faults else {}), **found})
    kept = json.dumps({"changes": changes, **new.as_kept()}, ensure_ascii=False, indent=1)
    contract.KEPT.write_text(f"{kept}\n", encoding="utf-8")
    contract.CHANGELOG.write_text(contract.changelog(changes), encoding="utf-8")
    return []


def main() -> int:
    """Return the exit code."""
    words = argparse.ArgumentParser(prog="python -m tests.clients")
    words.add_argument("--breaking", metavar="WHY", default="", help="почему обещание клиентам нарушается")
    faults = write(datetime.now(UTC).date(), words.parse_args().breaking)
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
