"""Use cases of contributions: an announcement becomes an ordinary record, or is refused with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import ValidationError

from chassis.identity import Caller
from chassis.russian import explain
from chassis.work import Change, Work
from contracts.fact import Fact
from contracts.inbound import AttendanceRecordedV1, ConsultationGivenV1, InboundEnvelope, PublicationReleasedV1
from transfer.consultations.handlers import GiveConsultation, give_consultation
from transfer.contributions import domain
from transfer.contributions.domain import MAY_SPEAK, Contribution
from transfer.contributions.store import CONTRIBUTIONS
from transfer.events.handlers import RecordAttendance, record_attendance_of_guests
from transfer.institutions.store import InstitutionNotKnown
from transfer.integrations.domain import Integration, IntegrationMissing, is_in_force, may_tell
from transfer.integrations.store import of_institutions
from transfer.publications.handlers import ReleasePublication, release_publication

AS_STAFF = frozenset({"specialist"})
"""What the contact of an integration is at its institution when its system tells something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a partner's system tells; `size` is the body's before it was cut to what is kept."""

    integration: Integration
    headers: Mapping[str, str]
    """CloudEvents attributes as on AMQP, beside other headers."""
    body: bytes
    size: int
    routing_key: str | None = None
    """By which it came through the broker."""


class Taken(NamedTuple):
    """A contribution, and whether it was taken in just now."""

    contribution: Contribution
    fresh: bool


async def take_in(announcement: Announcement, work: Work) -> Taken:
    """Let what a partner tells take effect once, as if its contact had entered it.

    Raises: BodyTooLarge, IntegrationEnded, AttributesInvalid, TypeUnknown, RoutingKeyDiffers, TypeNotGranted,
    ClockAhead, BodyInvalid, InstitutionForeign, EventIdReused, ReferenceUnknown, and what the ordinary one refuses.
    Emits: what the ordinary use case emits, with its origin.
    """
    integration = announcement.integration
    is_in_force(integration, today=work.today)
    domain.body_fits(announcement.size)
    envelope = _envelope(announcement)
    model = domain.model_of(envelope.type)
    if announcement.routing_key is not None:
        domain.routed_as(envelope.type, announcement.routing_key)
    may_tell(integration, envelope.type)
    domain.clock_is_right(envelope.time, now=work.now)
    fact = _fact(model, announcement.body)
    domain.speaks_for_itself(integration.institution_id, fact.model_dump()["institution_id"])
    contribution_id, digest = domain.contribution_id(integration.id, envelope.id), domain.digest(fact)
    if earlier := await work.db[CONTRIBUTIONS.collection].find_one({"_id": contribution_id}):
        domain.is_the_same(earlier["digest"], digest, event_id=envelope.id)
        return Taken(CONTRIBUTIONS.read(earlier), fresh=False)
    contribution = Contribution(
        id=contribution_id,
        integration_id=integration.id,
        institution_id=integration.institution_id,
        event_id=envelope.id,
        type=envelope.type,
        digest=digest,
        record_id=await _effect(fact, integration, work),
        taken_at=work.now,
    )
    return Taken(await CONTRIBUTIONS.save(work, contribution), fresh=True)


def _envelope(announcement: Announcement) -> InboundEnvelope:
    try:
        return InboundEnvelope.from_headers(announcement.headers)
    except ValidationError as error:
        problem = _first_problem(error)
        if announcement.routing_key is not None and not domain.names_attributes(announcement.headers):
            problem |= domain.ELSEWHERE
        raise domain.AttributesInvalid(**problem) from error


def _fact(model: type[Fact], body: bytes) -> Fact:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise domain.BodyInvalid(**_first_problem(error)) from error


def _first_problem(error: ValidationError) -> dict[str, str]:
    found = error.errors()[0]
    # `explain` leaves out the first part of a place, which in a request is `body`.
    placed = {**found, "loc": ("body", *found["loc"])}
    ru, en = explain(placed, "ru"), explain(placed, "en")
    return {"field": ru["field"][:200], "problem_ru": ru["message"][:500], "problem_en": en["message"][:500]}


async def _effect(fact: Fact, integration: Integration, work: Work) -> str:
    """Run the ordinary use case; return the id of the record it made."""
    contact = Caller(subject=integration.contact_person_id, memberships={integration.institution_id: AS_STAFF})
    as_contact = replace(work, caller=contact)
    try:
        return await _record(fact, as_contact, integration.id)
    except InstitutionNotKnown as unknown:
        raise domain.ReferenceUnknown(institution_id=unknown.institution_id) from unknown
    except ValidationError as error:
        raise domain.BodyInvalid(**_first_problem(error)) from error


async def _record(fact: Fact, work: Work, origin: str) -> str:
    match fact:
        case ConsultationGivenV1():
            return await _consultation(fact, work, origin)
        case PublicationReleasedV1():
            return await _publication(fact, work, origin)
        case AttendanceRecordedV1():
            return await _attendance(fact, work, origin)
        case _:
            raise TypeError(f"{fact.type} has no use case")


async def _consultation(fact: ConsultationGivenV1, work: Work, origin: str) -> str:
    command = GiveConsultation(**fact.model_dump(), consultant_id=work.caller.subject)
    return (await give_consultation(command, work, origin=origin)).id


async def _publication(fact: PublicationReleasedV1, work: Work, origin: str) -> str:
    return (await release_publication(ReleasePublication(**fact.model_dump()), work, origin=origin)).id


async def _attendance(fact: AttendanceRecordedV1, work: Work, origin: str) -> str:
    command = RecordAttendance(institution_id=fact.institution_id, persons=fact.persons)
    return (await record_attendance_of_guests(Change(fact.event_id, None, command), work, origin=origin)).id


async def speaker(work: Work, event_type: str) -> Integration:
    """Return the integration that the caller speaks for: of its institutions', rather one that allows the type.

    Raises: ScopeMissing, IntegrationMissing.
    """
    own = [one for one in work.caller.memberships if MAY_SPEAK.permits(work.caller, {"institution_id": one})]
    found = await of_institutions(work.db, own)
    if not found:
        raise IntegrationMissing
    return max(found, key=lambda one: (event_type in one.sends, one.revoked_on is None, one.valid_until))
