"""Evidence → value: pure, and the same for any order and repetition of the facts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.evidence.domain import Evidence, newest
from reporting.evidence.words import value_word
from reporting.templates.domain import EvidenceSet, Group, Measure, Selection, Template
from reporting.templates.values import (
    AnnualCumulative,
    Breakdown,
    CountList,
    Narrative,
    Number,
    Part,
    Value,
    ValueKind,
    total_of,
)
from reporting.templates.wording import item_text, part_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A value with the events behind it; no value when the facts only support a text, or there are none."""

    value: Value | None = None
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """The facts of one set that count by the end of the year."""

    year: int
    chosen: Sequence[Evidence]
    related: Mapping[str, Sequence[Evidence]]
    added: Sequence[Evidence]

    @property
    def of_year(self) -> list[Evidence]:
        return [item for item in self.chosen if item.year == self.year]


def compute_all(template: Template, evidence: Iterable[Evidence], year: int) -> dict[str, Computed]:
    """Return the computed value of each slot of a template that has an evidence set."""
    current = newest(evidence)
    kinds = {indicator.slot: indicator.kind for indicator in template.indicators if indicator.evidence}
    return {slot: compute(template.sets[slot], kind, current, year) for slot, kind in kinds.items()}


def compute(wanted: EvidenceSet, kind: ValueKind, evidence: Iterable[Evidence], year: int) -> Computed:
    """Count one set for a year, as known at the end of that year: later outcomes belong to an addendum (T6)."""
    known = [item for item in newest(evidence) if item.happened_on <= date(year, 12, 31)]
    if not wanted.from_the_beginning:
        known = [item for item in known if item.year == year]
    related: dict[str, list[Evidence]] = {}
    for item in _select(known, wanted.related):
        related.setdefault(str(item.data.get(wanted.join)), []).append(item)
    chosen = [item for one in wanted.take for item in _select(known, one)]
    taken = _Taken(year, chosen, related, [item for item in _select(known, wanted.added) if item.year == year])
    return _MEASURES[wanted.measure](wanted, kind, taken)


def _links(_: EvidenceSet, __: ValueKind, taken: _Taken) -> Computed:
    return Computed(value=Narrative() if taken.of_year else None, evidence_ids=_ids(taken.of_year))


def _items(wanted: EvidenceSet, kind: ValueKind, taken: _Taken) -> Computed:
    outcomes = [taken.related.get(str(item.data.get(wanted.join)), [])[-1:] for item in taken.of_year]
    behind = [*taken.of_year, *(item for found in outcomes for item in found)]
    return Computed(value=_shaped(kind, _listed(wanted, taken.of_year, taken.related)), evidence_ids=_ids(behind))


def _groups(wanted: EvidenceSet, kind: ValueKind, taken: _Taken) -> Computed:
    named = {value for group in wanted.groups for value in group.values}
    strange = {str(item.data.get(wanted.by)) for item in taken.of_year} - named
    groups = (*wanted.groups, *(_unnamed(wanted.by, value) for value in sorted(strange)))
    parts = [_group_part(wanted, group, taken.of_year) for group in groups]
    return Computed(value=_shaped(kind, tuple(part for part in parts if part.count)), evidence_ids=_ids(taken.of_year))


def _people(wanted: EvidenceSet, _: ValueKind, taken: _Taken) -> Computed:
    people = {person for item in taken.of_year for person in item.data[wanted.amount]}
    parts = _listed(wanted, taken.of_year, taken.related)
    return Computed(value=CountList(total=len(people), parts=parts), evidence_ids=_ids(taken.of_year))


def _annual_cumulative(wanted: EvidenceSet, _: ValueKind, taken: _Taken) -> Computed:
    in_force = [item for item in taken.chosen if str(item.data.get(wanted.join)) not in taken.related]
    ended = [item for found in taken.related.values() for item in found]
    value = AnnualCumulative(
        annual=len(taken.of_year),
        cumulative=len(in_force),
        addenda=len(taken.added) if wanted.added else None,
        parts=_listed(wanted, taken.of_year, taken.related) if wanted.items else (),
    )
    return Computed(value=value, evidence_ids=_ids([*taken.chosen, *ended, *taken.added]))


def _acts(wanted: EvidenceSet, _: ValueKind, taken: _Taken) -> Computed:
    parts = []
    for act in taken.chosen:
        amendments = taken.related.get(str(act.data.get(wanted.join)), [])
        changes = [f"от {item.happened_on:%d.%m.%Y} года № {item.data['number']}" for item in amendments]
        changed = f", с изменениями {' и '.join(changes)}" if changes else ""
        parts.append(Part(title=f"{item_text(wanted.items[act.type], act)}{changed}", key=str(act.data["number"])))
    behind = [*taken.chosen, *(item for found in taken.related.values() for item in found)]
    return Computed(value=Narrative(parts=tuple(parts)) if parts else None, evidence_ids=_ids(behind))


_MEASURES: Mapping[Measure, Callable[[EvidenceSet, ValueKind, _Taken], Computed]] = {
    "links": _links,
    "items": _items,
    "groups": _groups,
    "people": _people,
    "annual_cum": _annual_cumulative,
    "acts": _acts,
}


def _select(evidence: Iterable[Evidence], wanted: Selection | None) -> list[Evidence]:
    return [
        item
        for item in evidence
        if wanted
        and item.type == wanted.type
        and all(item.data.get(name) in values for name, values in wanted.where.items())
    ]


def _listed(
    wanted: EvidenceSet, chosen: Sequence[Evidence], related: Mapping[str, Sequence[Evidence]]
) -> tuple[Part, ...]:
    """Return one part per distinct line: two internships on one topic are «2 стажировки …»."""
    alike: dict[tuple[str, str], list[tuple[Evidence, Evidence | None]]] = {}
    for item in chosen:
        outcome = next(reversed(related.get(str(item.data.get(wanted.join)), [])), None)
        line = item_text(wanted.items[item.type], item, outcome=outcome)
        alike.setdefault((item.type, line), []).append((item, outcome))
    parts = []
    for same in alike.values():
        item, outcome = same[0]
        title = item_text(wanted.items[item.type], item, count=len(same), outcome=outcome)
        parts.append(Part(title=title, count=len(same), key=str(item.data.get("kind", ""))))
    return tuple(parts)


def _group_part(wanted: EvidenceSet, group: Group, chosen: Sequence[Evidence]) -> Part:
    inside = [item for item in chosen if str(item.data.get(wanted.by)) in group.values]
    count = sum(int(item.data[wanted.amount]) if wanted.amount else 1 for item in inside)
    details = "; ".join(item_text(group.details, item) for item in inside) if group.details else ""
    return Part(title=part_text(group.wording, count, details), count=count, key=group.key)


def _unnamed(field: str, value: str) -> Group:
    return Group(key=value, values=(value,), wording=value_word(field, value) + " – {count}")


def _shaped(kind: ValueKind, parts: tuple[Part, ...]) -> Value | None:
    match kind:
        case "int":
            return Number(number=total_of(parts), parts=parts)
        case "count_list":
            return CountList(total=total_of(parts), parts=parts)
        case "breakdown":
            return Breakdown(parts=parts)
        case _:
            return Narrative(parts=parts) if parts else None


def _ids(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.id for item in sorted(evidence, key=lambda item: (item.happened_on, item.id))))
