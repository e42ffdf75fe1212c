"""Agreements in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.agreements.domain import Agreement, AgreementUnknown

AGREEMENTS = Aggregates(
    Agreement,
    collection="agreements",
    missing=lambda agreement_id: AgreementUnknown(agreement_id=agreement_id),
    indexes=[
        Index([("institution_id", 1), ("signed_on", 1), ("number", 1)], {"unique": True}),
        Index([("institution_id", 1), ("signed_on", -1), ("_id", -1)]),
        Index([("signed_on", -1), ("_id", -1)]),
        Index([("partner", "text"), ("subject", "text")], {"default_language": "russian"}),
    ],
)
