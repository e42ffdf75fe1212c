"""Appointments in the database."""

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.appointments.domain import Appointment, AppointmentUnknown
from registry.wording import normalised

APPOINTMENTS = Aggregates(
    Appointment,
    collection="appointments",
    missing=lambda appointment_id: AppointmentUnknown(appointment_id=appointment_id),
    indexes=[
        Index([("institution_id", 1), ("since", 1), ("_id", 1)]),
        Index([("person_id", 1), ("since", 1), ("_id", 1)]),
        Index([("body_key", 1), ("since", 1), ("_id", 1)]),
        Index([("since", 1), ("_id", 1)]),
    ],
    derive=lambda appointment: {
        "last_day": appointment.period.last_day.isoformat(),
        "body_key": normalised(appointment.body or ""),
    },
)
