"""What is kept of the council's projects."""

from chassis.copies import keep
from chassis.reactions import Reactions
from chassis.work import Work
from contracts.expertise import ProjectStartedV1
from transfer.projects.store import PROJECTS

reactions = Reactions()


@reactions.when(ProjectStartedV1)
async def when_project_started_keep_whose_it_is(fact: ProjectStartedV1, work: Work) -> None:
    """Keep the institution and the title of a project."""
    await keep(work, PROJECTS, fact.project_id, {"institution_id": fact.institution_id, "title": fact.title})
