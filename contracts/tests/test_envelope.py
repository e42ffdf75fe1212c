import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.schemas import headers_schema

NEEDED = ("id", "source", "type", "subject", "time", "sequence")

short_texts = st.text(min_size=1, max_size=64)
envelopes = st.builds(
    Envelope,
    id=short_texts,
    source=st.sampled_from(["/registry", "/expertise", "/transfer", "/reporting"]),
    type=st.sampled_from(sorted(CATALOGUE)),
    subject=short_texts,
    time=st.datetimes(timezones=st.just(UTC)),
    dataschema=st.none() | short_texts,
    sequence=st.integers(min_value=1, max_value=2**63 - 1),
    actor=st.none() | short_texts,
    correlationid=st.none() | short_texts,
    causationid=st.none() | short_texts,
    traceparent=st.none() | short_texts,
)


def envelope() -> Envelope:
    return Envelope.model_validate(
        {
            "id": "0190a000-0000-7000-8000-000000000001",
            "source": "/transfer",
            "type": "transfer.event.held.v1",
            "subject": "0190a000-0000-7000-8000-000000000951",
            "time": datetime(2023, 11, 20, 9, 0, tzinfo=UTC),
            "sequence": 1,
        }
    )


@given(envelopes)
def test_an_envelope_comes_back_from_its_amqp_headers_unchanged(sent):
    assert Envelope.from_headers(sent.headers()) == sent


@given(envelopes)
def test_headers_are_text_and_obey_their_published_schema(faults, sent):
    headers = sent.headers()

    assert {type(value) for value in headers.values()} == {str}
    assert faults(headers_schema(), headers) == []


@given(envelopes)
def test_an_event_in_structured_form_says_what_its_headers_say_and_reads_back(sent):
    event = json.loads(json.dumps(sent.structured({"persons": 3})))

    assert event.pop("data") == {"persons": 3}
    assert event.pop("datacontenttype") == "application/json"
    assert {f"cloudEvents:{name}": value for name, value in event.items()} == sent.headers()
    assert Envelope.model_validate(sent.structured({"id": "of the body"})) == sent


def test_names_of_attributes_in_structured_form_are_those_that_cloudevents_allows():
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in envelope().structured({}))


def test_an_attribute_nobody_set_has_no_header():
    assert set(envelope().headers()) == {f"cloudEvents:{name}" for name in ("specversion", *NEEDED)}


def test_headers_of_other_protocols_and_unknown_extensions_are_ignored():
    headers = {**envelope().headers(), "x-delivery-count": 3, "traceparent": "other", "cloudEvents:tomorrow": "?"}

    assert Envelope.from_headers(headers) == envelope()


@pytest.mark.parametrize("name", NEEDED)
def test_an_envelope_without_a_required_attribute_is_refused(name, faults):
    headers = envelope().headers()
    del headers[f"cloudEvents:{name}"]

    with pytest.raises(ValidationError, match=name):
        Envelope.from_headers(headers)
    assert faults(headers_schema(), headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("id", ""),
        ("source", "transfer"),
        ("type", "transfer.event.held"),
        ("type", "transfer.event.held.v0"),
        ("sequence", "0"),
        ("sequence", "second"),
        ("dataschema", ""),
    ],
)
def test_an_envelope_with_a_wrong_attribute_is_refused_by_model_and_schema(name, value, faults):
    headers = {**envelope().headers(), f"cloudEvents:{name}": value}

    with pytest.raises(ValidationError, match=name):
        Envelope.from_headers(headers)
    assert faults(headers_schema(), headers)


def test_a_time_without_its_zone_is_refused_because_it_is_no_moment():
    headers = {**envelope().headers(), "cloudEvents:time": "2023-11-20T09:00:00"}

    with pytest.raises(ValidationError, match="time"):
        Envelope.from_headers(headers)


def test_an_envelope_cannot_be_changed_on_its_way():
    with pytest.raises(ValidationError, match="frozen"):
        setattr(envelope(), "sequence", 2)  # noqa: B010 - the type checker refuses it as well
