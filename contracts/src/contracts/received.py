"""A public event as a partner receives it: from the broker, or as JSON from the feed and by webhooks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.public import CATALOGUE


class Received(NamedTuple):
    """The attributes of an event and its body; `fact` is None when these contracts do not know its type yet."""

    envelope: Envelope
    fact: Fact | None


def from_amqp(headers: Mapping[str, Any], body: bytes) -> Received:
    """Read an AMQP message. Raises pydantic.ValidationError."""
    envelope = Envelope.from_headers(headers)
    model = CATALOGUE.get(envelope.type)
    return Received(envelope, model.model_validate_json(body) if model else None)


def from_json(event: Mapping[str, Any]) -> Received:
    """Read an event of the feed or of a webhook. Raises pydantic.ValidationError."""
    envelope = Envelope.model_validate(event)
    model = CATALOGUE.get(envelope.type)
    return Received(envelope, model.model_validate(event["data"]) if model else None)
