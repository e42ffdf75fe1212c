"""Institutions in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.institutions.domain import Institution, InstitutionUnknown


def normalised(text: str) -> str:
    """Return a text as type-ahead compares it: lower case, ё as е."""
    return text.lower().replace("ё", "е").replace("«", "").replace("»", "")


INSTITUTIONS = Aggregates(
    Institution,
    collection="institutions",
    missing=lambda institution_id: InstitutionUnknown(institution_id=institution_id),
    indexes=[
        Index([("inn", 1)], {"unique": True}),
        Index([("ogrn", 1)], {"unique": True}),
        Index([("kind", 1), ("_id", 1)]),
        Index([("short_name_norm", 1), ("_id", 1)]),
        Index([("name", "text"), ("short_name", "text"), ("municipality", "text")], {"default_language": "russian"}),
    ],
    derive=lambda institution: {"short_name_norm": normalised(institution.short_name)},
)
