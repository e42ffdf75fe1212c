"""The copy of the council's innovation projects."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.errors import RuleBroken, Words
from chassis.work import Work

PROJECTS = "projects"


@dataclass(eq=False, kw_only=True)
class ProjectNotKnown(RuleBroken):
    """The institution has no innovation project with this id, or it has not been announced yet."""

    code: ClassVar = "project-not-known"
    title: ClassVar = Words("Проект не известен", "The project is not known")
    detail: ClassVar = Words(
        "У учреждения {institution_id} нет инновационного проекта {project_id}.",
        "Institution {institution_id} has no innovation project {project_id}.",
    )
    institution_id: str
    project_id: str


async def project_is_of(work: Work, project_id: str | None, *, institution_id: str) -> None:
    """Refuse a project that the institution does not run; None is no project. Raises: ProjectNotKnown."""
    if project_id is None:
        return
    found = await work.db[PROJECTS].find_one({"_id": project_id})
    if found is None or found["institution_id"] != institution_id:
        raise ProjectNotKnown(institution_id=institution_id, project_id=project_id)
