"""A report template: criteria, indicators in their order, and the sets of evidence that fill them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from chassis.errors import NotFound, Words
from reporting.templates.values import ValueKind

Nature = Literal["qualitative", "quantitative"]
Measure = Literal["links", "items", "groups", "people", "annual_cum", "acts"]
Check = Literal["listed", "people_and_awards", "participations_and_people"]


@dataclass(eq=False, kw_only=True)
class TemplateUnknown(NotFound):
    """No edition of a template has this name."""

    code: ClassVar = "template-unknown"
    title: ClassVar = Words("Шаблон отчёта не найден", "Report template not found")
    detail: ClassVar = Words("Нет шаблона {template} издания {edition}.", "There is no {template}, edition {edition}.")
    template: str
    edition: int


@dataclass(eq=False, kw_only=True)
class IndicatorUnknown(NotFound):
    """The template has no such indicator."""

    code: ClassVar = "indicator-unknown"
    title: ClassVar = Words("Показатель не найден", "Indicator not found")
    detail: ClassVar = Words("В шаблоне отчёта нет показателя {key}.", "The report template has no indicator {key}.")
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Facts of one type; `where` names fields and the values that are taken."""

    type: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named part of a breakdown: values of the field, how the part reads, what is told of each fact in it."""

    key: str
    values: tuple[str, ...]
    wording: str
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSet:
    """Which facts a figure is counted from, and how. Indicators that name the same set share value and evidence (T4).

    `related` facts belong to taken ones by the id field `join`: they end them (`annual_cum`), amend them (`acts`)
    or tell their outcome (`items`). `amount` is the field that is summed; without it each fact counts as one.
    """

    measure: Measure
    take: tuple[Selection, ...]
    related: Selection | None = None
    added: Selection | None = None
    join: str = ""
    amount: str = ""
    by: str = ""
    groups: tuple[Group, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_the_beginning(self) -> bool:
        """Tell whether facts of earlier years count too."""
        return self.measure in ("annual_cum", "acts")

    @property
    def types(self) -> frozenset[str]:
        """The types of facts it needs."""
        return frozenset(one.type for one in (*self.take, self.related, self.added) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A row of the report. `wording` is how its value reads unless the author says it otherwise."""

    key: str
    title: str
    nature: Nature
    kind: ValueKind
    evidence: str | None = None
    wording: str = ""
    checks: tuple[Check, ...] = ()

    @property
    def slot(self) -> str:
        """Where its value is kept: indicators of one evidence set have one value."""
        return self.evidence or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A part of the report."""

    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A released edition of a report template; it never changes, a change is a new edition."""

    key: str
    edition: int
    name: str
    title: str
    people: str
    """Indicator that says how many specialists took part."""
    criteria: tuple[Criterion, ...]
    sets: Mapping[str, EvidenceSet]

    @property
    def indicators(self) -> Iterator[Indicator]:
        """All indicators in their order."""
        return (indicator for criterion in self.criteria for indicator in criterion.indicators)

    def indicator(self, key: str) -> Indicator:
        """Return an indicator. Raises: IndicatorUnknown."""
        for indicator in self.indicators:
            if indicator.key == key:
                return indicator
        raise IndicatorUnknown(key=key)

    def types(self, *, from_the_beginning: bool) -> frozenset[str]:
        """Return the types of facts needed for the year, or from the beginning."""
        wanted = [one.types for one in self.sets.values() if one.from_the_beginning == from_the_beginning]
        return frozenset().union(*wanted)
