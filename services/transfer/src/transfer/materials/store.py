"""Materials in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.materials.domain import Material, MaterialUnknown

_BY_DAY = [("issued_on", 1), ("_id", 1)]

MATERIALS = Aggregates(
    Material,
    collection="materials",
    missing=lambda material_id: MaterialUnknown(material_id=material_id),
    indexes=[Index(_BY_DAY), Index([("institution_id", 1), *_BY_DAY]), Index([("event_id", 1), *_BY_DAY])],
)
