"""Consultations in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from transfer.consultations.domain import Consultation, ConsultationUnknown

_BY_DAY = [("given_on", 1), ("_id", 1)]

CONSULTATIONS = Aggregates(
    Consultation,
    collection="consultations",
    missing=lambda consultation_id: ConsultationUnknown(consultation_id=consultation_id),
    indexes=[
        Index(_BY_DAY),
        *(
            Index([(field, 1), *_BY_DAY])
            for field in ("institution_id", "recipient_institution_id", "consultant_id", "application_id", "channel")
        ),
    ],
)
