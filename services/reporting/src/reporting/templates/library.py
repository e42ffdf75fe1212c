"""The released editions, read from the package's own data."""

from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from reporting.templates.domain import Template, TemplateUnknown

_SHAPE = TypeAdapter(Template)


@cache
def released() -> dict[tuple[str, int], Template]:
    """Return every released edition by key and number."""
    folder = files("reporting.templates") / "editions"
    found = (_SHAPE.validate_json(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json"))
    return {(template.key, template.edition): template for template in found}


def template_of(key: str, edition: int | None = None) -> Template:
    """Return an edition of a template, the latest unless told. Raises: TemplateUnknown."""
    editions = {number: template for (name, number), template in released().items() if name == key}
    wanted = max(editions, default=0) if edition is None else edition
    if wanted not in editions:
        raise TemplateUnknown(template=key, edition=wanted)
    return editions[wanted]
