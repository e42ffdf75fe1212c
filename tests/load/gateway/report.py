"""The tables that a run ends with, in Russian."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from tests.load.gateway.goals import DIRECT, Goal, cpu, goals, p50, p99, rate
from tests.load.gateway.samples import Case, Rounds
from tests.load.gateway.targets import Target

_COLUMNS = ("запр./с", "занят", "помехи", "мкс CPU", "p50 мкс", "p99 мкс", "+p50", "+p99")


def lines(
    rounds: Rounds, targets: Sequence[Target], cases: Sequence[Case], memory: Mapping[str, float]
) -> Iterator[str]:
    """Yield the whole report."""
    for case in cases:
        yield from _case(rounds, targets, case)
    yield from _memory(targets, memory)
    yield from _goals(rounds)


def _case(rounds: Rounds, targets: Sequence[Target], case: Case) -> Iterator[str]:
    yield ""
    yield f"{case.title:<32}" + "".join(f"{column:>9}" for column in _COLUMNS)
    for target in targets:
        if rounds.has(target.name, case):
            yield f"  {target.title:<30}" + "".join(f"{value:>9}" for value in _cells(rounds, target.name, case))


def _cells(rounds: Rounds, name: str, case: Case) -> Iterator[str]:
    yield f"{rounds.median(name, case, rate):.0f}"
    yield f"{rounds.median(name, case, lambda sample: sample.busy):.0%}"
    yield f"{rounds.median(name, case, lambda sample: sample.disturbed):.0%}"
    yield f"{rounds.median(name, case, cpu):.1f}"
    yield f"{rounds.median(name, case, p50):.0f}"
    yield f"{rounds.median(name, case, p99):.0f}"
    for measure in (p50, p99):
        added = rounds.added(name, case, DIRECT, measure) if rounds.has(DIRECT, case) else []
        yield f"{median(added):+.0f}" if added and name != DIRECT else ""


def _memory(targets: Sequence[Target], memory: Mapping[str, float]) -> Iterator[str]:
    yield ""
    yield "Память (PSS), МиБ"
    told = set()
    for target in targets:
        if target.program.name not in told:
            told.add(target.program.name)
            yield f"  {target.title.partition(', без')[0]:<30}{memory[target.name]:>9.0f}"


def _goals(rounds: Rounds) -> Iterator[str]:
    yield ""
    yield f"{'Цель':<52}{'отношение':>10}{'по CPU':>9}{'граница':>9}{'мечта':>8}"
    for goal in goals():
        yield _goal(goal, rounds) if goal.measured(rounds) else f"{goal.name} {goal.title:<49} не измерено"


def _goal(goal: Goal, rounds: Rounds) -> str:
    value = goal.ratio(rounds)
    by_cpu = f"{goal.by_cpu(rounds):.2f}" if goal.by_cpu else ""
    sign = "≥" if goal.at_least else "≤"
    verdict = "с запасом" if goal.exceeded(value) else "достигнута" if goal.met(value) else "НЕ ДОСТИГНУТА"
    bounds = f"{sign + format(goal.bound, 'g'):>9}{sign + format(goal.stretch, 'g'):>8}"
    return f"{goal.name} {goal.title:<49}{value:>10.2f}{by_cpu:>9}{bounds}  {verdict}"
