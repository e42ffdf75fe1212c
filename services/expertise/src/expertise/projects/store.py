"""Projects in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from expertise.projects.domain import Project, ProjectUnknown

PROJECTS = Aggregates(
    Project,
    collection="projects",
    missing=lambda project_id: ProjectUnknown(project_id=project_id),
    indexes=[
        Index([("application_id", 1)], {"unique": True}),
        *(Index([(name, 1), ("_id", 1)]) for name in ("institution_id", "direction_id", "phase")),
    ],
    derive=lambda project: {"phase": project.phase},
)
