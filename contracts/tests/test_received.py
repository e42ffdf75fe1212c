"""An event as partners read it, from the broker and from JSON."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from contracts import received
from contracts.envelope import Envelope
from contracts.public import CATALOGUE

HELD = CATALOGUE["transfer.event.held.v1"]


def envelope(event_type: str) -> Envelope:
    """The attributes of an event of a type."""
    return Envelope(
        id="e-1",
        source="/transfer",
        type=event_type,
        subject="s-1",
        time=datetime(2023, 11, 20, tzinfo=UTC),
        sequence=1,
    )


def test_an_event_reads_the_same_from_the_broker_and_from_json():
    fact = HELD.model_validate(HELD.example())
    sent = envelope(HELD.type)
    by_broker = received.from_amqp(sent.headers(), fact.model_dump_json().encode())
    by_json = received.from_json(sent.structured(HELD.example()))
    assert by_broker == by_json == (sent, fact)


def test_an_event_of_a_type_that_came_later_is_told_without_its_body():
    later = envelope("transfer.event.moved.v1")
    assert received.from_amqp(later.headers(), b'{"place": "elsewhere"}') == (later, None)
    assert received.from_json(later.structured({"place": "elsewhere"})) == (later, None)


def test_a_body_that_does_not_fit_its_type_is_not_taken_for_an_event():
    with pytest.raises(ValidationError):
        received.from_amqp(envelope(HELD.type).headers(), b"{}")
