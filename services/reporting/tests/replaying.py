"""A partner's own small program: it knows the feed and the installed contracts, nothing else of the platform."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.public import CATALOGUE

_PLACES = {"journal": "journal", "site": "posts", "social_network": "posts", "talk": "talks"}


@dataclass(frozen=True)
class Figures:
    """What an institution did in a year; `cumulative` counts what is in force at its end."""

    agreements: tuple[int, int, int]
    """Annual, cumulative, addenda."""
    bank: tuple[int, int]
    """Annual, cumulative."""
    consultations: dict[str, int]
    publications: dict[str, int]
    held: dict[str, int]
    """Events by kind."""
    learnt: dict[str, int]
    """Persons by form."""
    external: int
    """Events of others that people of the institution took part in."""
    materials: int
    entries: dict[str, int]
    """Grants and contests applied for, by kind."""
    winners: int
    """Different people, whoever they are."""


def rebuilt(events: Iterable[dict[str, Any]], institution_id: str, year: int) -> Figures:
    """Count the figures of a report from the public feed."""
    told = {(event["source"], event["id"]): _read(event) for event in events}
    own = [(envelope, fact) for envelope, fact in told.values() if _of(fact, institution_id)]
    ended = {fact.agreement_id: fact.terminated_on for fact in _all(told.values(), "registry.agreement.terminated.v1")}
    archived = {fact.entry_id: fact.archived_on for fact in _all(told.values(), "transfer.bank_entry.archived.v1")}
    signed = {fact.agreement_id: fact.signed_on for fact in _all(own, "registry.agreement.signed.v1")}
    entries = {fact.entry_id: fact.activated_on for fact in _all(own, "transfer.bank_entry.activated.v1")}
    addenda = [fact for fact in _all(own, "registry.addendum.signed.v1") if fact.signed_on.year == year]
    given = [fact for fact in _all(own, "transfer.consultation.given.v1") if fact.given_on.year == year]
    held = [fact for fact in _all(own, "transfer.event.held.v1") if fact.held_on.year == year]
    attended = [fact for fact in _all(own, "transfer.participation.recorded.v1") if fact.took_place_on.year == year]
    learnt: Counter[str] = Counter()
    for fact in attended:
        learnt[fact.form] += fact.persons
    learnt.pop("external_event", None)
    issued = [fact for fact in _all(own, "transfer.material.issued.v1") if fact.issued_on.year == year]
    filed = [fact for fact in _all(own, "expertise.entry.filed.v1") if fact.filed_on.year == year]
    awarded = [fact for fact in _all(own, "expertise.award.granted.v1") if fact.granted_on.year == year]
    return Figures(
        agreements=(*_counted(signed, ended, year), len(addenda)),
        bank=_counted(entries, archived, year),
        consultations=dict(Counter(fact.channel for fact in given)),
        publications=_publications(own, year),
        held=dict(Counter(fact.kind for fact in held)),
        learnt=dict(learnt),
        external=sum(fact.form == "external_event" for fact in attended),
        materials=len(issued),
        entries=dict(Counter(fact.kind for fact in filed)),
        winners=len({winner for fact in awarded for winner in fact.winner_ids}),
    )


def _read(event: dict[str, Any]) -> tuple[Envelope, Any]:
    envelope = Envelope.model_validate(event)
    return envelope, CATALOGUE[envelope.type].model_validate(event["data"])


def _of(fact: Fact, institution_id: str) -> bool:
    return getattr(fact, "institution_id", institution_id) == institution_id


def _all(told: Iterable[tuple[Envelope, Any]], event_type: str) -> list[Any]:
    return [fact for envelope, fact in told if envelope.type == event_type]


def _counted(begun: dict[str, date], ended: dict[str, date], year: int) -> tuple[int, int]:
    last_day = date(year, 12, 31)
    standing = [key for key, day in begun.items() if day <= last_day and ended.get(key, date.max) > last_day]
    return sum(day.year == year for day in begun.values()), len(standing)


def _publications(own: Iterable[tuple[Envelope, Any]], year: int) -> dict[str, int]:
    newest: dict[str, tuple[int, Any]] = {}
    for envelope, fact in own:
        if (
            envelope.type.startswith("transfer.publication.")
            and newest.get(envelope.subject, (0,))[0] < envelope.sequence
        ):
            newest[envelope.subject] = (envelope.sequence, fact)
    found: Counter[str] = Counter()
    for _, fact in newest.values():
        if fact.released_on.year == year:
            found[_PLACES.get(fact.channel, fact.channel)] += fact.count
    return dict(found)
