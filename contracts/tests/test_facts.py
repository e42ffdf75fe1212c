import re

import pytest
from pydantic import ValidationError

from contracts.registry import InstitutionRegisteredV1
from contracts.schemas import payload_schema


def test_the_published_example_reads_as_its_model_and_writes_itself_back(model, example):
    assert model.model_validate(example).model_dump(mode="json") == example


def test_the_published_example_names_every_field_of_its_model(model, example):
    assert example.keys() == model.model_fields.keys()


def test_the_published_example_obeys_the_published_schema(schema, example, faults):
    assert faults(schema, example) == []


def test_the_schema_names_its_dialect_and_the_type_it_is_for(model, schema):
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:technopark:schema:{model.type}"


def test_the_schema_stands_alone_without_references_and_lets_unknown_fields_pass(schema, example, faults):
    assert "$ref" not in str(schema)
    assert faults(schema, {**example, "field_of_tomorrow": "?"}) == []


def test_a_fact_without_a_required_field_is_refused_by_model_and_schema(model, schema, example, faults):
    for name in schema["required"]:
        spoiled = {other: value for other, value in example.items() if other != name}

        assert faults(schema, spoiled) == [f"$: {name!r} is a required property"]
        with pytest.raises(ValidationError):
            model.model_validate(spoiled)


def test_a_fact_without_its_optional_fields_is_accepted_by_model_and_schema(model, schema, example, faults):
    bare = {name: example[name] for name in schema["required"]}

    assert faults(schema, bare) == []
    assert model.model_validate(bare).model_dump(include=set(bare), mode="json") == bare


def test_a_fact_cannot_be_changed_after_it_happened(model, example):
    fact = model.model_validate(example)

    for name in model.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(fact, name, getattr(fact, name))


def test_a_fact_holds_no_value_that_could_be_changed_in_place(model, example):
    fact = model.model_validate(example)

    assert hash(fact) == hash(model.model_validate(example))


def test_a_reader_ignores_fields_it_does_not_know(model, example):
    assert model.model_validate({**example, "field_of_tomorrow": "?"}) == model.model_validate(example)


def test_the_first_field_of_a_fact_names_the_record_it_is_about(example):
    assert next(iter(example)).endswith("_id")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inn", "381100000"),
        ("inn", "38110000071"),
        ("inn", "٣٨١١٠٠٠٠٠٧"),
        ("ogrn", "118380000000"),
        ("oktmo", "2570300"),
        ("region", "IRK"),
        ("name", ""),
        ("kind", "club"),
        ("institution_id", "x" * 65),
    ],
)
def test_model_and_schema_refuse_the_same_wrong_values_of_an_institution(field, value, faults):
    spoiled = {**InstitutionRegisteredV1.example(), field: value}

    assert faults(payload_schema(InstitutionRegisteredV1), spoiled)
    with pytest.raises(ValidationError):
        InstitutionRegisteredV1.model_validate(spoiled)


def test_patterns_mean_the_same_in_every_language_of_regular_expressions(schema):
    # \d and \w are wider in Rust and Python than in ECMAScript, which JSON Schema speaks.
    patterns = [field["pattern"] for field in schema["properties"].values() if "pattern" in field]

    assert [pattern for pattern in patterns if re.search(r"\\[dws]", pattern, re.IGNORECASE)] == []
