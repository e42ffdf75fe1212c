"""A normative act and its amendments: what was in force on a day is what had been amended by then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import ActAmendedV1, ActIssuedV1
from registry.periods import happened

ActKind = Literal["order", "decree", "regulation"]
_KIND_WORDS: Mapping[ActKind, str] = {"order": "приказ", "decree": "постановление", "regulation": "положение"}

MAY_ISSUE = Allow(roles=frozenset({"administrator", "curator", "official"}), members=frozenset({"head"}))


@dataclass(eq=False, kw_only=True)
class ActUnknown(NotFound):
    """No act has this id."""

    code: ClassVar = "act-unknown"
    title: ClassVar = Words("Акт не найден", "Act not found")
    detail: ClassVar = Words("В реестре нет акта {act_id}.", "The registry has no act {act_id}.")
    act_id: str


@dataclass(eq=False, kw_only=True)
class AmendmentBeforeAct(RuleBroken):
    """An act cannot be amended before it was issued."""

    code: ClassVar = "amendment-before-act"
    title: ClassVar = Words("Изменение раньше самого акта", "The amendment is older than the act")
    detail: ClassVar = Words(
        "Акт издан {issued_on:%d.%m.%Y}, изменение не может быть датировано {amended_on:%d.%m.%Y}.",
        "The act was issued on {issued_on}, an amendment cannot be of {amended_on}.",
    )
    issued_on: date
    amended_on: date


@dataclass(eq=False, kw_only=True)
class AmendmentRecorded(RuleBroken):
    """The amendment has been recorded before."""

    code: ClassVar = "amendment-recorded"
    title: ClassVar = Words("Изменение уже внесено", "The amendment is recorded already")
    detail: ClassVar = Words(
        "Изменение № {number} от {amended_on:%d.%m.%Y} уже внесено.",
        "Amendment {number} of {amended_on} is recorded already.",
    )
    number: str
    amended_on: date


@dataclass(eq=False, kw_only=True)
class ActNotYetIssued(NotFound):
    """On this day the act did not exist."""

    code: ClassVar = "act-not-yet-issued"
    title: ClassVar = Words("Акт ещё не издан", "The act was not issued yet")
    detail: ClassVar = Words(
        "Акт издан {issued_on:%d.%m.%Y}: на {on:%d.%m.%Y} его текста нет.",
        "The act was issued on {issued_on}: it has no text on {on}.",
    )
    issued_on: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A later act that changed this one."""

    number: str
    amended_on: date
    text: str | None = None
    """The whole text as amended, where it was entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act of an institution; `amendments` in the order of their dates, whatever the order of entry."""

    id: str
    version: int = 0
    institution_id: str
    kind: ActKind
    number: str
    issued_on: date
    title: str
    text: str | None = None
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An act as it read on a day."""

    on: date
    amendments: tuple[Amendment, ...]
    citation: str
    text: str | None


def issue(act: Act, *, today: date) -> tuple[Act, ActIssuedV1]:
    """Enter an issued act. Raises: DateInFuture."""
    happened(act.issued_on, today=today)
    fact = ActIssuedV1(
        act_id=act.id,
        institution_id=act.institution_id,
        kind=act.kind,
        number=act.number,
        issued_on=act.issued_on,
        title=act.title,
    )
    return act, fact


def amend(act: Act, amendment: Amendment, *, today: date) -> tuple[Act, ActAmendedV1]:
    """Record that a later act changed this one (C06). Raises: DateInFuture, AmendmentBeforeAct, AmendmentRecorded."""
    number, amended_on = amendment.number, amendment.amended_on
    happened(amended_on, today=today)
    if amended_on < act.issued_on:
        raise AmendmentBeforeAct(issued_on=act.issued_on, amended_on=amended_on)
    if any((known.number, known.amended_on) == (number, amended_on) for known in act.amendments):
        raise AmendmentRecorded(number=number, amended_on=amended_on)
    amendments = tuple(sorted([*act.amendments, amendment], key=lambda known: known.amended_on))
    fact = ActAmendedV1(act_id=act.id, institution_id=act.institution_id, number=number, amended_on=amended_on)
    return replace(act, amendments=amendments), fact


def in_force(act: Act, on: date) -> Edition:
    """Return the act as it read at the end of a day. Raises: ActNotYetIssued."""
    if on < act.issued_on:
        raise ActNotYetIssued(issued_on=act.issued_on, on=on)
    amendments = tuple(known for known in act.amendments if known.amended_on <= on)
    texts = [act.text, *(known.text for known in amendments)]
    # An amendment without its text makes the text before it outdated: no text is better than a wrong one.
    return Edition(on=on, amendments=amendments, citation=cite(act, amendments), text=texts[-1])


def cite(act: Act, amendments: tuple[Amendment, ...]) -> str:
    """Return how documents name an act with its amendments."""
    named = f"{_KIND_WORDS[act.kind]} от {act.issued_on:%d.%m.%Y} № {act.number} «{act.title}»"
    changes = ", ".join(f"от {known.amended_on:%d.%m.%Y} № {known.number}" for known in amendments)
    return f"{named} (в ред. {changes})" if changes else named
