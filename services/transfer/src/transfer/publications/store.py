"""Publications in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.publications.domain import Publication, PublicationUnknown

_BY_DAY = [("released_on", 1), ("_id", 1)]

PUBLICATIONS = Aggregates(
    Publication,
    collection="publications",
    missing=lambda publication_id: PublicationUnknown(publication_id=publication_id),
    indexes=[
        Index(_BY_DAY),
        Index([("institution_id", 1), *_BY_DAY]),
        Index([("content.channel", 1), *_BY_DAY]),
        Index([("content.practice_id", 1), *_BY_DAY]),
    ],
    derive=lambda publication: {"released_on": publication.content.released_on.isoformat()},
)
