"""What a program costs, read from /proc: processor time to the nanosecond, waiting for a processor, memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_SESSION = 3
"""Index in /proc/<pid>/stat behind the closing bracket of the name (proc(5))."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds since the program's start, over all its threads and processes."""

    cpu_seconds: float
    waited_seconds: float
    """Ready to run while another program had the processor: how disturbed a measurement was."""

    def since(self, before: "Spent") -> "Spent":
        """Return the difference."""
        return Spent(self.cpu_seconds - before.cpu_seconds, self.waited_seconds - before.waited_seconds)


def spent(session: int) -> Spent:
    """Return what the processes of a session have used so far."""
    ran = waited = 0
    for process in _of_session(session):
        for thread in (process / "task").iterdir():
            on_cpu, in_queue, _ = (thread / "schedstat").read_text().split()
            ran, waited = ran + int(on_cpu), waited + int(in_queue)
    return Spent(ran / 1e9, waited / 1e9)


def memory_mib(session: int) -> float:
    """Return the proportional share of memory (PSS) of a session's processes."""
    kib = 0
    for process in _of_session(session):
        lines = (process / "smaps_rollup").read_text().splitlines()
        kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024


def _of_session(session: int) -> Iterator[Path]:
    for process in _PROC.iterdir():
        if not process.name.isdigit():
            continue
        try:
            after_name = (process / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[_SESSION]) == session:
            yield process
