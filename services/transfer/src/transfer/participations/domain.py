"""Participation of an institution's specialists in training and in somebody else's events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.transfer import ParticipationForm, ParticipationRecordedV1
from transfer.access import CURATOR, OVERSEERS, STAFF
from transfer.dates import day_has_come

MAY_RECORD = Allow(roles=CURATOR, members=STAFF)
MAY_SEE = Allow(roles=OVERSEERS, members=STAFF)


@dataclass(eq=False, kw_only=True)
class ParticipationUnknown(NotFound):
    """No participation has this id, or the caller may not see it."""

    code: ClassVar = "participation-unknown"
    title: ClassVar = Words("Участие не найдено", "Participation not found")
    detail: ClassVar = Words(
        "Записи об участии {participation_id} нет.", "There is no participation {participation_id}."
    )
    participation_id: str


@dataclass(eq=False, kw_only=True)
class ExternalEventUnnamed(RuleBroken):
    """Participation in somebody else's event does not say in which."""

    code: ClassVar = "participation-event-unnamed"
    title: ClassVar = Words("Не названо мероприятие", "The event is not named")
    detail: ClassVar = Words(
        "Назовите внешнее мероприятие, в котором участвовали специалисты.", "Name the external event."
    )


@dataclass(eq=False, kw_only=True)
class MorePersonsNamedThanCounted(RuleBroken):
    """A record names more people than it counts."""

    code: ClassVar = "participation-more-named-than-counted"
    title: ClassVar = Words("Названо больше людей, чем указано", "More people are named than counted")
    detail: ClassVar = Words(
        "Указано участников: {persons}, названо: {named}.", "{persons} people are counted, {named} are named."
    )
    persons: int
    named: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """A record counts `persons` participations; `person_ids` name some or all of these people, for distinct counts."""

    id: str
    version: int = 0
    institution_id: str
    form: ParticipationForm
    title: str | None
    persons: int
    person_ids: frozenset[str]
    took_place_on: date

    @property
    def names_everybody(self) -> bool:
        """Tell whether every participant of the record is named."""
        return len(self.person_ids) == self.persons


def record(participation: Participation, *, now: datetime) -> tuple[Participation, ParticipationRecordedV1]:
    """Enter a participation (C12, C21). Raises: DateInFuture, ExternalEventUnnamed, MorePersonsNamedThanCounted."""
    if participation.form == "external_event" and not participation.title:
        raise ExternalEventUnnamed
    named = len(participation.person_ids)
    if named > participation.persons:
        raise MorePersonsNamedThanCounted(persons=participation.persons, named=named)
    day_has_come(participation.took_place_on, now=now)
    fact = ParticipationRecordedV1(
        participation_id=participation.id,
        institution_id=participation.institution_id,
        form=participation.form,
        title=participation.title,
        persons=participation.persons,
        took_place_on=participation.took_place_on,
    )
    return participation, fact
