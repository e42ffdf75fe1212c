"""The event catalogue tells a partner all of a type, and notices what nobody has told."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar

import pytest
from pydantic import Field

from contracts import glossary, inbound, public
from contracts.deprecations import Deprecation
from contracts.entries import Entry, entries, unexplained
from contracts.envelope import Envelope
from contracts.fact import Fact, RecordId
from contracts.inbound import InboundEnvelope
from contracts.kinds import kind
from contracts.occasions import OCCASIONS
from contracts.streams import INBOUND, PUBLIC, Stream

TYPE = "transfer.event.held.v1"
MENTIONED = re.compile(r"`((?:registry|expertise|transfer|reporting|partner)\.[a-z_]+\.[a-z_]+\.v\d+)`")


@pytest.fixture(scope="module")
def catalogue() -> Mapping[str, Entry]:
    return entries()


def test_the_catalogue_has_every_type_that_partners_receive_or_send(catalogue):
    assert [*catalogue] == [*public.CATALOGUE, *inbound.CATALOGUE]
    assert {one.stream for one in catalogue.values()} == {"public", "inbound"}


def test_nothing_that_partners_read_or_write_is_left_unexplained():
    assert unexplained() == []
    assert OCCASIONS.keys() == public.CATALOGUE.keys() | inbound.CATALOGUE.keys()


def test_a_type_without_meaning_occasion_field_text_and_example_is_complained_of_four_times():
    class ThingMovedV1(Fact):
        type: ClassVar[str] = "transfer.thing.moved.v1"
        thing_id: RecordId
        distance: int
        persons: Annotated[int, Field(examples=[1])]

    complaints = unexplained([Stream(exchange="public", models={ThingMovedV1.type: ThingMovedV1})])

    assert complaints == [
        "transfer.thing.moved.v1: не сказано, что произошло (glossary.TYPES)",
        "transfer.thing.moved.v1: не сказано, кто и когда сообщает (occasions.OCCASIONS)",
        "transfer.thing.moved.v1.thing_id: не сказано, что значит поле (glossary.FIELDS)",
        "transfer.thing.moved.v1.distance: не сказано, что значит поле (glossary.FIELDS)",
        "transfer.thing.moved.v1.distance: у поля нет примера (Field(examples=…))",
    ]


def test_every_occasion_is_told_in_russian_and_names_only_types_that_exist(catalogue):
    for told in OCCASIONS.values():
        assert re.search("[а-я]", told)
        assert set(MENTIONED.findall(told)) <= catalogue.keys()


def test_every_field_is_told_with_what_it_holds_whether_it_must_be_there_and_an_example(catalogue):
    for one in catalogue.values():
        assert [field.name for field in one.fields] == [*one.schema["properties"]]
        assert {field.name for field in one.fields if field.required} == set(one.schema["required"])
        assert {field.name: field.example for field in one.fields} == one.body
        assert [field for field in one.fields if not (field.kind and field.meaning)] == []


def test_the_example_is_the_same_event_as_an_amqp_message_and_as_one_json_object(catalogue):
    for one in catalogue.values():
        read = InboundEnvelope if one.stream == "inbound" else Envelope
        attributes = {name: value for name, value in one.structured.items() if name != "data"}
        assert read.from_headers(one.headers) == read.model_validate(attributes)
        assert one.structured["data"] == one.body
        assert one.structured["datacontenttype"] == "application/json"


def test_the_subject_of_an_addendum_is_its_agreement_and_of_other_types_their_first_field(catalogue):
    public_types = [one for one in catalogue.values() if one.stream == "public"]
    others = {one.type: one.about for one in public_types if one.about != one.fields[0].name}
    assert others == {"registry.addendum.signed.v1": "agreement_id"}
    for one in public_types:
        assert one.structured["subject"] == one.body[one.about]


def test_what_partners_are_not_told_is_named_and_in_no_field(catalogue):
    consultation = catalogue["transfer.consultation.given.v1"]
    assert consultation.dropped == ("consultant_id", "topic", "application_id")
    assert not set(consultation.dropped) & {field.name for field in consultation.fields}
    assert catalogue["expertise.award.granted.v1"].pseudonyms == ("winner_ids",)


def test_the_example_of_a_pseudonym_looks_like_one_and_not_like_an_identifier(catalogue):
    (shown,) = catalogue["expertise.award.granted.v1"].body["winner_ids"]
    assert re.fullmatch("[0-9a-f]{32}", shown)


def test_a_type_on_its_way_out_names_its_last_day_and_its_successor_names_it():
    ending = Deprecation(since=date(2026, 12, 1), last_day=date(2027, 6, 30), successor="transfer.material.issued.v1")
    found = entries([PUBLIC], {TYPE: ending})
    assert found[TYPE].as_json()["deprecation"] == {
        "since": "2026-12-01",
        "last_day": "2027-06-30",
        "successor": "transfer.material.issued.v1",
    }
    assert found["transfer.material.issued.v1"].replaces == TYPE
    assert found["transfer.site.attached.v1"].as_json()["deprecation"] is None


def test_two_versions_of_one_fact_stand_side_by_side_in_the_order_of_their_majors():
    models = dict.fromkeys(("transfer.event.held.v10", "transfer.event.held.v2", TYPE), PUBLIC.models[TYPE])
    (found,) = {one.versions for one in entries([Stream(exchange="public", folder="public", models=models)]).values()}
    assert found == (TYPE, "transfer.event.held.v2", "transfer.event.held.v10")


def test_an_entry_can_be_written_as_json_for_programs(catalogue):
    for one in catalogue.values():
        told = json.loads(json.dumps(one.as_json()))
        assert told["type"] == one.type
        assert told["structured"] == one.structured


def test_partners_are_promised_other_things_than_those_who_send(catalogue):
    received, sent = catalogue[TYPE].promises, catalogue["partner.consultation.given.v1"].promises
    assert (received.order, received.delivery) != (sent.order, sent.delivery)
    assert received.compatibility[0] == sent.compatibility[0]
    assert INBOUND.models.keys() == {one.type for one in catalogue.values() if one.stream == "inbound"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 64}, "строка, от 1 до 64 знаков"),
        ({"type": "string", "format": "date"}, "дата, ГГГГ-ММ-ДД"),
        ({"type": "string", "enum": ["a"]}, "одно из значений"),
        ({"type": "string", "pattern": "^[a-z]$"}, "строка по образцу `^[a-z]$`"),
        ({"type": "integer", "minimum": 2000, "maximum": 2100}, "целое число, от 2000 до 2100"),
        ({"type": "integer", "minimum": 0, "maximum": 1000000}, "целое число, от 0 до 1\u202f000\u202f000"),
        ({"type": "boolean"}, "true или false"),
        ({"type": "array", "maxItems": 5, "items": {"type": "string"}}, "список, до 5: строка"),
        ({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}, "строка, до 9 знаков или null"),
    ],
)
def test_what_a_field_may_hold_is_told_in_words(schema, told):
    assert kind(schema) == told


@pytest.mark.parametrize("schema", [{"type": "object"}, {}, {"type": "array", "items": {"$ref": "#/x"}}])
def test_a_field_that_the_words_cannot_describe_stops_the_catalogue(schema):
    with pytest.raises(ValueError, match="не описать словами"):
        kind(schema)


def test_a_field_is_explained_by_its_noun_before_its_name():
    assert glossary.explains("transfer.attendance.recorded.v1", "institution_id")
    assert glossary.field_meaning("transfer.attendance.recorded.v1", "institution_id").startswith("Учреждение, чьи")
    assert not glossary.explains("transfer.attendance.recorded.v1", "nobody_knows")
