"""Applications in the database."""

from datetime import date

from chassis.aggregates import Aggregates
from chassis.documents import Database, Index
from expertise.applications.admissibility import Applicant
from expertise.applications.domain import Application, Team
from expertise.applications.errors import ApplicationUnknown
from expertise.references.domain import membership_in_force
from expertise.references.store import institution, memberships_of, statuses_of

_FILTERS = (
    "call_id", "direction_id", "institution_id", "state", "scientific_supervisor_id", "expert_ids",
    "team.supervisor_id", "team.member_ids", "team.lead_id",
)  # fmt: skip

APPLICATIONS = Aggregates(
    Application,
    collection="applications",
    missing=lambda application_id: ApplicationUnknown(application_id=application_id),
    indexes=[Index([(name, 1), ("_id", 1)]) for name in _FILTERS],
)


async def applicant(db: Database, institution_id: str, team: Team, on: date) -> Applicant:
    """Return what the copies say of an institution and of its team's supervisor. Raises: InstitutionUnknown."""
    known = await institution(db, institution_id)
    workplaces = []
    if team.supervisor_id:
        memberships = await memberships_of(db, [team.supervisor_id])
        workplaces = [item.institution_id for item in memberships if membership_in_force(item, on)]
    return Applicant(
        institution=known,
        statuses=await statuses_of(db, [institution_id]),
        supervisor_statuses=await statuses_of(db, workplaces),
    )
