"""What statuses do when facts arrive."""

from chassis import copies
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.reporting import ReportApprovedV1
from registry.statuses.store import APPROVED_REPORTS

reactions = Reactions()


@reactions.when(ReportApprovedV1)
async def when_report_approved_remember_its_year(fact: ReportApprovedV1, work: Work) -> None:
    """Keep which years of an institution have an approved report (C25)."""
    said = {"institution_id": fact.institution_id, "year": fact.year, "approved_on": fact.approved_on}
    await copies.keep(work, APPROVED_REPORTS, fact.report_id, said)
