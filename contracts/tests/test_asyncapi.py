import copy
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.asyncapi import document
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.publication import asyncapi_file
from contracts.streams import FACTS, INBOUND, PUBLIC, STREAMS

OFFICIAL = Path(__file__).parent / "asyncapi-3.0.0" / "schema.json.gz"
OFFICIAL_DIGEST = "d4571a420e6ffb7fcc7066c95a6db1202f299a3c51daa103d0706bf30f95e626"
TYPE = "transfer.event.held.v1"
DRAFT_07 = {"$schema": "http://json-schema.org/draft-07/schema#"}


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    """The JSON Schema of AsyncAPI 3.0.0, as its authors published it."""
    text = gzip.decompress(OFFICIAL.read_bytes())
    assert hashlib.sha256(text).hexdigest() == OFFICIAL_DIGEST
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def committed(published) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((published / "asyncapi.json").read_bytes())
    return found


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolved(whole: dict[str, Any], reference: str) -> Any:
    found: Any = whole
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.exchange)
def test_the_document_of_every_stream_is_valid_asyncapi_3_by_its_official_schema(official, published, faults, stream):
    found = json.loads((published / asyncapi_file(stream)).read_bytes())

    assert faults(official, found) == []
    assert found == document(stream)
    assert all(reference.startswith("#/") and resolved(found, reference) for reference in set(references(found)))


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.exchange)
def test_every_example_of_every_stream_obeys_the_schemas_in_its_document(faults, stream):
    found = document(stream)
    for message in found["components"]["messages"].values():
        (example,) = message["examples"]
        assert faults(DRAFT_07 | resolved(found, message["payload"]["$ref"]), example["payload"]) == []
        assert faults(DRAFT_07 | resolved(found, message["headers"]["$ref"]), example["headers"]) == []
        assert faults(DRAFT_07 | resolved(found, message["headers"]["$ref"]), {}) != []


def test_partners_receive_the_public_exchange_and_send_to_the_inbound_one():
    assert {operation["action"] for operation in document(PUBLIC)["operations"].values()} == {"send"}
    assert {operation["action"] for operation in document(INBOUND)["operations"].values()} == {"receive"}
    for stream in (PUBLIC, INBOUND):
        channels = document(stream)["channels"]
        names = {channels[event_type]["bindings"]["amqp"]["exchange"]["name"] for event_type in stream.models}
        assert names == {stream.exchange}


@pytest.mark.parametrize("stream", [PUBLIC, INBOUND], ids=lambda stream: stream.exchange)
def test_partners_are_told_where_the_broker_is_how_to_sign_in_and_what_they_may_take(stream):
    told = document(stream)
    (server,) = told["servers"].values()
    assert (server["pathname"], server["protocol"]) == ("/partners", "amqps")
    assert resolved(told, server["security"][0]["$ref"])["type"] == "userPassword"
    assert server["x-limits"] == {"connections": 5, "channels": 20, "queueBytes": 67108864, "logDays": 365}


def test_partners_read_from_a_queue_of_their_own_and_those_who_may_read_all_from_the_log():
    channels = document(PUBLIC)["channels"]
    queues = {name: one for name, one in channels.items() if one["bindings"]["amqp"]["is"] == "queue"}
    assert {name: one["address"] for name, one in queues.items()} == {"queue": "partner.{name}", "log": "public.log"}
    for one in queues.values():
        assert one["messages"].keys() == PUBLIC.models.keys()
        assert one["bindings"]["amqp"]["queue"]["name"] == one["address"]


def test_a_public_message_has_every_documented_header_and_an_inbound_one_may_leave_out_its_subject():
    optional = {}
    for stream in (PUBLIC, INBOUND):
        headers = document(stream)["components"]["schemas"]["CloudEventsHeaders"]
        optional[stream.exchange] = set(headers["properties"]) - set(headers["required"])
    assert optional == {"public": set(), "inbound": {"cloudEvents:subject"}}


def test_the_services_own_document_names_no_broker_of_partners():
    assert not {"servers"} & document(FACTS).keys()
    assert "securitySchemes" not in document(FACTS)["components"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.update(asyncapi="2.6.0"),
        lambda found: found.pop("info"),
        lambda found: found["info"].pop("version"),
        lambda found: found.update(chanels={}),
        lambda found: found["operations"][f"{TYPE}.send"].update(action="publish"),
        lambda found: found["operations"][f"{TYPE}.send"].pop("channel"),
        lambda found: found["channels"][TYPE]["bindings"]["amqp"].update({"is": "exchange"}),
        lambda found: found["channels"][TYPE]["bindings"]["amqp"]["exchange"].update(type="broadcast"),
        lambda found: found["channels"][TYPE]["bindings"]["amqp"].update(queue={"name": "transfer.inbox"}),
        lambda found: found["components"]["messages"][TYPE]["correlationId"].update(location="header"),
        lambda found: found["components"]["messages"][TYPE].update(example={}),
        lambda found: found["components"]["schemas"][TYPE].update(type="record"),
    ],
)
def test_the_official_schema_refuses_a_spoiled_document(official, committed, faults, spoil):
    spoiled = copy.deepcopy(committed)
    spoil(spoiled)

    assert faults(official, spoiled)


def test_every_reference_of_the_document_leads_to_something_in_it(committed):
    for reference in set(references(committed)):
        assert reference.startswith("#/")
        assert resolved(committed, reference)


def test_every_type_is_a_channel_of_the_facts_exchange_with_the_type_as_routing_key(committed):
    assert committed["channels"].keys() == CATALOGUE.keys()
    for event_type, channel in committed["channels"].items():
        assert channel["address"] == event_type
        assert channel["bindings"]["amqp"]["exchange"]["name"] == "facts"
        assert channel["bindings"]["amqp"]["exchange"]["type"] == "topic"


def test_every_type_is_sent_by_its_owner_and_nobody_is_said_to_receive_it(committed):
    sent = {operation["channel"]["$ref"]: operation for operation in committed["operations"].values()}

    assert {operation["action"] for operation in sent.values()} == {"send"}
    for event_type in CATALOGUE:
        assert sent[f"#/channels/{event_type}"]["tags"] == [{"name": event_type.split(".")[0]}]


def test_the_payload_of_a_message_is_the_published_schema_of_its_type(committed, model, schema):
    message = committed["components"]["messages"][model.type]
    payload = resolved(committed, message["payload"]["$ref"])

    assert {name: value for name, value in schema.items() if name not in ("$schema", "$id")} == payload


def test_the_example_of_a_message_obeys_the_schemas_in_the_document(committed, model, faults):
    message = committed["components"]["messages"][model.type]
    (example,) = message["examples"]

    # Schemas in AsyncAPI speak draft 07, the published files 2020-12: the same words must mean the same in both.
    payload = DRAFT_07 | resolved(committed, message["payload"]["$ref"])
    assert faults(payload, example["payload"]) == []
    assert faults(payload, {}) != []
    assert faults(DRAFT_07 | resolved(committed, message["headers"]["$ref"]), example["headers"]) == []


def test_the_example_headers_are_an_envelope_of_the_same_type_by_its_owner(committed, model):
    (example,) = committed["components"]["messages"][model.type]["examples"]
    envelope = Envelope.from_headers(example["headers"])

    assert envelope.type == model.type
    assert envelope.source == f"/{model.type.split('.')[0]}"
    assert envelope.subject in example["payload"].values()
    assert envelope.dataschema == f"urn:technopark:schema:{model.type}"


def test_the_correlation_id_is_found_where_the_document_says(committed, model):
    message = committed["components"]["messages"][model.type]
    header = message["correlationId"]["location"].removeprefix("$message.header#/")

    assert message["examples"][0]["headers"][header] == "0190a000-0000-7000-8000-000000000002"


def test_anyone_with_the_package_can_make_the_document_without_its_files(committed):
    assert document() == committed
