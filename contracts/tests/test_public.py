"""What leaves the house, and what does not."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from contracts import public
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.expertise import AwardGrantedV1
from contracts.fact import Fact, Redaction
from contracts.public import INTERNAL, public_envelope, redacted, redactions
from contracts.transfer import ConsultationGivenV1

MOMENT = datetime(2023, 11, 20, 9, 0, tzinfo=UTC)
PERSONAL = re.compile(r"(person|expert|supervisor|consultant|winner)(_ids?|_name)?$")


def shortened(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()[:32]


def told(model: type[Fact]) -> Fact:
    """The example of a type as partners receive it."""
    return redacted(model.model_validate(model.example()), pseudonym=shortened)


def test_every_type_is_either_public_or_stays_inside_for_a_reason_told_in_russian():
    assert CATALOGUE.keys() == public.CATALOGUE.keys() | INTERNAL.keys()
    assert not public.CATALOGUE.keys() & INTERNAL.keys()
    assert [reason for reason in INTERNAL.values() if not re.search("[а-я]", reason)] == []


def test_no_public_type_has_a_field_about_a_person_except_pseudonyms():
    found = {
        (event_type, name)
        for event_type, model in public.CATALOGUE.items()
        for name in model.model_fields
        if PERSONAL.search(name) and redactions(CATALOGUE[event_type]).get(name) is not Redaction.PSEUDONYM
    }
    assert found == set()


def test_the_check_of_personal_fields_would_notice_them_in_the_internal_types():
    assert any(PERSONAL.search(name) for name in ConsultationGivenV1.model_fields)
    assert any(PERSONAL.search(name) for name in CATALOGUE["registry.person.appointed.v1"].model_fields)


def test_no_identifier_of_a_person_reaches_a_partner(model):
    if model.type in INTERNAL:
        with pytest.raises(KeyError):
            told(model)
    else:
        assert "0190a000-0000-7000-8000-000000000201" not in told(model).model_dump_json()


def test_a_public_fact_obeys_its_published_schema_and_example(published, faults):
    for event_type, model in public.CATALOGUE.items():
        schema = json.loads((published / "schemas" / "public" / f"{event_type}.json").read_bytes())
        example = json.loads((published / "examples" / "public" / f"{event_type}.json").read_bytes())
        assert faults(schema, told(CATALOGUE[event_type]).model_dump(mode="json")) == []
        assert faults(schema, example) == []
        assert model.model_validate(example).model_dump(mode="json") == example
        assert schema["$id"] == f"urn:technopark:schema:public:{event_type}"


def test_a_consultation_is_told_without_its_consultant_topic_and_application():
    fields = told(ConsultationGivenV1).model_dump().keys()
    assert not {"consultant_id", "topic", "application_id"} & fields
    assert {"consultation_id", "institution_id", "kind", "channel", "given_on"} <= fields


def test_winners_are_counted_by_pseudonyms_that_are_the_same_for_the_same_person():
    award = AwardGrantedV1.model_validate(AwardGrantedV1.example() | {"winner_ids": ["a", "b", "a"]})
    first, second, third = redacted(award, pseudonym=shortened).model_dump()["winner_ids"]
    assert first == third != second
    assert not {"a", "b"} & {first, second}


def test_partners_are_not_told_who_acted_nor_the_chain_of_causes():
    inside = Envelope(
        id="e", source="/transfer", type="transfer.event.held.v1", subject="s", time=MOMENT, sequence=3, actor="person",
        correlationid="c", causationid="d", traceparent="t",
    )  # fmt: skip
    outside = public_envelope(inside)
    assert (outside.id, outside.subject, outside.sequence, outside.time) == ("e", "s", 3, inside.time)
    assert sorted(name.removeprefix("cloudEvents:") for name in outside.headers()) == [
        "dataschema", "id", "sequence", "source", "specversion", "subject", "time", "type",
    ]  # fmt: skip
    assert outside.dataschema == "urn:technopark:schema:public:transfer.event.held.v1"


def test_the_table_for_partners_names_what_is_hidden_and_what_stays_inside(published):
    table = (published / "README.md").read_text()
    assert "| да, без `consultant_id`, `topic`, `application_id` |" in table
    assert "| нет: внутренняя работа экспертного совета: публично его решение |" in table
