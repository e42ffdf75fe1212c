"""What partners may announce."""

import json

import pytest
from pydantic import ValidationError

from contracts import inbound
from contracts.inbound import InboundEnvelope

HEADERS = {
    "cloudEvents:specversion": "1.0",
    "cloudEvents:id": "c-1",
    "cloudEvents:source": "/crm",
    "cloudEvents:type": "partner.consultation.given.v1",
    "cloudEvents:time": "2023-11-20T09:00:00Z",
}


def test_the_published_example_of_every_inbound_type_obeys_its_schema(published, faults):
    for event_type, model in inbound.CATALOGUE.items():
        schema = json.loads((published / "schemas" / "inbound" / f"{event_type}.json").read_bytes())
        assert faults(schema, model.example()) == []
        assert model.model_validate(model.example()).model_dump(mode="json") == model.example()


def test_both_prefixes_of_cloud_events_headers_are_read():
    underscored = {name.replace(":", "_"): value for name, value in HEADERS.items()}
    assert InboundEnvelope.from_headers(underscored) == InboundEnvelope.from_headers(HEADERS)


def test_an_inbound_envelope_writes_the_headers_it_reads():
    assert InboundEnvelope.from_headers(HEADERS).headers() == HEADERS


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("id", ""), ("id", "x" * 65), ("id", "two words"), ("source", ""), ("source", "x" * 201),
        ("time", "2023-11-20T09:00:00"), ("time", "yesterday"), ("specversion", "0.3"), ("type", ""),
    ],
)  # fmt: skip
def test_an_inbound_envelope_with_an_impossible_attribute_is_refused(attribute, value):
    with pytest.raises(ValidationError):
        InboundEnvelope.from_headers(HEADERS | {f"cloudEvents:{attribute}": value})


@pytest.mark.parametrize(("attribute", "value"), [("id", "x" * 64), ("source", "x" * 200)])
def test_an_inbound_attribute_of_the_greatest_length_is_accepted(attribute, value):
    read = InboundEnvelope.from_headers(HEADERS | {f"cloudEvents:{attribute}": value})
    assert getattr(read, attribute) == value
