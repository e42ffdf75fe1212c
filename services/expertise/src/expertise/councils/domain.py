"""An expert council: its composition, its term and the rules by which it decides (C05)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from expertise.dates import in_order

MAY_FORM = Allow(roles=frozenset({"administrator", "official", "curator"}))


@dataclass(eq=False, kw_only=True)
class CouncilUnknown(NotFound):
    """No council has this id."""

    code: ClassVar = "council-unknown"
    title: ClassVar = Words("Совет не найден", "Council not found")
    detail: ClassVar = Words("Экспертного совета {council_id} нет.", "There is no council {council_id}.")
    council_id: str


@dataclass(eq=False, kw_only=True)
class ChairOutside(RuleBroken):
    """The chair is not one of the members."""

    code: ClassVar = "chair-outside"
    title: ClassVar = Words("Председатель не входит в совет", "The chair is not a member")
    detail: ClassVar = Words("Включите председателя {chair_id} в состав.", "Make the chair {chair_id} a member.")
    chair_id: str


@dataclass(eq=False, kw_only=True)
class MemberRepeated(RuleBroken):
    """A person is named as a member twice."""

    code: ClassVar = "member-repeated"
    title: ClassVar = Words("Член совета указан дважды", "A member is named twice")
    detail: ClassVar = Words("Повторяются: {person_ids}.", "Named more than once: {person_ids}.")
    person_ids: str


@dataclass(eq=False, kw_only=True)
class ShareInvalid(RuleBroken):
    """A share is not above zero and at most the whole."""

    code: ClassVar = "share-invalid"
    title: ClassVar = Words("Неверная доля", "Invalid share")
    detail: ClassVar = Words(
        "Доля {numerator}/{denominator} должна быть больше нуля и не больше единицы.",
        "The share {numerator}/{denominator} must be above zero and at most one.",
    )
    numerator: int
    denominator: int


@dataclass(eq=False, kw_only=True)
class TermOver(RuleBroken):
    """The council has no authority on the day."""

    code: ClassVar = "council-term"
    title: ClassVar = Words("Совет в этот день не действует", "The council does not act on this day")
    detail: ClassVar = Words(
        "{on:%d.%m.%Y} вне срока полномочий совета: с {since:%d.%m.%Y} по {until:%d.%m.%Y}.",
        "{on} is outside the council's term: {since} to {until}.",
    )
    on: date
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a council."""

    person_id: str
    name: str
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, such as 2/3; exact, because 6 of 9 must be enough."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority:
    """What carries a question: more than the share when `strict`, at least the share otherwise."""

    share: Share
    strict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """A council with its members, the chair among them; both ends of the term are inclusive."""

    id: str
    version: int = 0
    title: str
    chair_id: str
    members: tuple[Member, ...]
    quorum: Share
    majority: Majority
    since: date
    until: date


def form(council: Council) -> Council:
    """Form or re-form a council. Raises: ChairOutside, MemberRepeated, ShareInvalid, DatesOutOfOrder."""
    in_order(council.since, council.until)
    person_ids = [member.person_id for member in council.members]
    repeated = sorted({person_id for person_id in person_ids if person_ids.count(person_id) > 1})
    if repeated:
        raise MemberRepeated(person_ids=", ".join(repeated))
    if council.chair_id not in person_ids:
        raise ChairOutside(chair_id=council.chair_id)
    for share in (council.quorum, council.majority.share):
        if not 0 < share.numerator <= share.denominator:
            raise ShareInvalid(numerator=share.numerator, denominator=share.denominator)
    return council


def in_term(council: Council, on: date) -> None:
    """Refuse a day outside the term. Raises: TermOver."""
    if not council.since <= on <= council.until:
        raise TermOver(on=on, since=council.since, until=council.until)


def quorum_size(members: int, quorum: Share) -> int:
    """Return how many members make a quorum: the share, rounded up (2/3 of 9 is 6, of 10 is 7)."""
    return -(-members * quorum.numerator // quorum.denominator)


def carries(votes_for: int, entitled: int, majority: Majority) -> bool:
    """Tell whether votes carry a question among those entitled to vote on it, abstainers included."""
    given, needed = votes_for * majority.share.denominator, entitled * majority.share.numerator
    return given > needed or (given == needed and not majority.strict)
