"""Evidence: what a published fact says, in the form that figures are counted from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.policy import Allow
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.transfer import PublicationCorrectedV1, PublicationReleasedV1
from reporting.evidence.telling import tell

MAY_SEE = Allow(
    roles=frozenset({"administrator", "curator"}),
    members=frozenset({"head", "specialist", "official"}),
    institution_fields=("institution_ids",),
)
SUPERSEDING = (PublicationReleasedV1, PublicationCorrectedV1)
"""Facts that carry the whole record: the newest of a subject replaces the earlier ones."""

_STARTS = ("since", "valid_from", "member_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One published fact; `id` is the event's.

    `institution_id` is whose work it is, `institution_ids` everyone concerned, `mentions` every id the fact names.
    `series` is set when a newer fact of the same subject replaces this one.
    """

    id: str
    type: str
    subject: str
    sequence: int
    institution_id: str | None
    institution_ids: tuple[str, ...]
    mentions: tuple[str, ...]
    happened_on: date
    year: int
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    series: str | None = None


def evidence_of(fact: Fact, envelope: Envelope) -> Evidence:
    """Return the evidence that a fact is. A fact without a date of business happened when it was announced."""
    data = fact.model_dump(mode="json")
    happened_on = business_date(fact) or envelope.time.date()
    institutions = [value for name, value in data.items() if name.endswith("institution_id") and value]
    return Evidence(
        id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        sequence=envelope.sequence,
        institution_id=data.get("institution_id") or next(iter(institutions), None),
        institution_ids=tuple(sorted(set(institutions))),
        mentions=tuple(sorted({envelope.subject, *_ids(data)})),
        happened_on=happened_on,
        year=happened_on.year,
        title=tell(fact, happened_on),
        data=data,
        series=f"{envelope.source}:{envelope.subject}" if isinstance(fact, SUPERSEDING) else None,
    )


def business_date(fact: Fact) -> date | None:
    """Return the day on which the fact happened in the business: its first field of the form `…_on`, or its start."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if (name.endswith("_on") or name in _STARTS) and isinstance(value, date):
            return value
    return None


def newest(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return each event once and of each series only its newest, by date; the same for any order and repetition."""
    kept: dict[str, Evidence] = {}
    for item in evidence:
        key = item.series or item.id
        if key not in kept or (kept[key].sequence, kept[key].id) < (item.sequence, item.id):
            kept[key] = item
    return sorted(kept.values(), key=lambda item: (item.happened_on, item.id))


def _ids(data: Mapping[str, Any]) -> Iterable[str]:
    for name, value in data.items():
        if name.endswith("_id") and value:
            yield value
        elif name.endswith("_ids"):
            yield from value
