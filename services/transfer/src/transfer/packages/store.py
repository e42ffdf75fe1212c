"""Packages and their editions in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.work import Work
from transfer.packages.domain import Edition, EditionUnknown, Package, PackageUnknown

PACKAGES = Aggregates(
    Package,
    collection="packages",
    missing=lambda package_id: PackageUnknown(package_id=package_id),
    indexes=[
        Index([("practice_id", 1)], {"unique": True}),
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("authors.institution_id", 1), ("_id", 1)]),
    ],
)

EDITIONS = Aggregates(
    Edition,
    collection="package_editions",
    missing=lambda edition_id: EditionUnknown(edition_id=edition_id),
    indexes=[
        Index([("package_id", 1), ("number", 1)], {"unique": True}),
        Index([("practice_id", 1), ("_id", 1)]),
        Index([("institution_id", 1), ("_id", 1)]),
        Index([("state", 1), ("_id", 1)]),
    ],
)


async def edition_in_force(work: Work, practice_id: str) -> Edition | None:
    """Return the published edition of a practice's package, if there is one."""
    found = await EDITIONS.find(work, {"practice_id": practice_id, "state": "published"})
    return found[0] if found else None
