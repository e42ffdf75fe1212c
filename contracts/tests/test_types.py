import re
from collections.abc import Iterator
from typing import ClassVar

import pytest

from contracts import glossary
from contracts.catalogue import CATALOGUE, by_type
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.publication import HEADERS
from contracts.streams import INBOUND, STREAMS

TOLD = CATALOGUE | dict(INBOUND.models)
WORDS = r"[a-z]+(?:_[a-z]+)*"
NAME = re.compile(rf"(?P<owner>[a-z]+)\.(?P<noun>{WORDS})\.(?P<participle>{WORDS})\.v(?P<major>[1-9][0-9]*)")
IRREGULAR_PARTICIPLES = {"given", "held"}
WORDLESS = {"created", "updated", "changed", "deleted"}


def naming_faults(model: type[Fact]) -> Iterator[str]:
    name = NAME.fullmatch(model.type)
    if name is None:
        yield "form"
        return
    last_word = name["participle"].rsplit("_", 1)[-1]
    if not last_word.endswith("ed") and last_word not in IRREGULAR_PARTICIPLES:
        yield "not a participle"
    if last_word in WORDLESS:
        yield "the business has a word for it"
    if model.__module__ != f"contracts.{name['owner']}":
        yield "owner"
    if model.__name__ != f"{pascal(name['noun'])}{pascal(name['participle'])}V{name['major']}":
        yield "class"


def pascal(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))


def model_named(event_type: str, *, class_name: str, module: str) -> type[Fact]:
    class Named(Fact):
        type: ClassVar[str] = event_type

    Named.__name__, Named.__module__ = class_name, module
    return Named


def test_every_type_is_named_after_its_owner_what_and_what_happened(model):
    assert list(naming_faults(model)) == []


@pytest.mark.parametrize(
    ("event_type", "class_name", "module", "fault"),
    [
        ("registry.institution.registered", "InstitutionRegisteredV1", "contracts.registry", "form"),
        ("registry.institution.registered.v0", "InstitutionRegisteredV0", "contracts.registry", "form"),
        ("registry.Institution.registered.v1", "InstitutionRegisteredV1", "contracts.registry", "form"),
        ("registry.institution.register.v1", "InstitutionRegisterV1", "contracts.registry", "not a participle"),
        (
            "registry.institution.updated.v1",
            "InstitutionUpdatedV1",
            "contracts.registry",
            "the business has a word for it",
        ),
        ("registry.institution.registered.v1", "InstitutionRegisteredV1", "contracts.transfer", "owner"),
        ("registry.institution.registered.v1", "InstitutionRegisteredEvent", "contracts.registry", "class"),
        ("registry.institution.registered.v2", "InstitutionRegisteredV1", "contracts.registry", "class"),
    ],
)
def test_the_naming_check_notices_a_wrong_name(event_type, class_name, module, fault):
    assert list(naming_faults(model_named(event_type, class_name=class_name, module=module))) == [fault]


def test_two_models_cannot_claim_the_same_type():
    claims = [
        model_named("registry.act.issued.v1", class_name=name, module="contracts.registry") for name in ("A", "B")
    ]

    with pytest.raises(ValueError, match=r"registry\.act\.issued\.v1 is claimed by A and B"):
        by_type(claims)


def test_every_type_has_a_schema_and_an_example_among_the_published_files(published):
    for stream in STREAMS:
        assert {file.stem for file in published.glob(f"schemas/{stream.folder}/*.json")} == {*stream.models, HEADERS}
        assert {file.stem for file in published.glob(f"examples/{stream.folder}/*.json")} == stream.models.keys()


def test_every_owner_publishes_facts_and_says_in_russian_who_it_is():
    assert {event_type.split(".")[0] for event_type in TOLD} == glossary.OWNERS.keys()


def test_every_type_field_and_attribute_means_something_in_russian():
    meanings = [glossary.TYPES[event_type] for event_type in TOLD]
    meanings += [glossary.field_meaning(found.type, name) for found in TOLD.values() for name in found.model_fields]
    meanings += [glossary.ATTRIBUTES[name] for name in Envelope.model_fields]

    assert [meaning for meaning in meanings if not re.search("[А-Яа-яЁё]|SHA", meaning)] == []


def test_the_glossary_explains_nothing_that_is_not_published():
    fields = {name for found in CATALOGUE.values() for name in found.model_fields}
    fields |= {f"{found.type.split('.')[1]}.{name}" for found in CATALOGUE.values() for name in found.model_fields}

    assert glossary.TYPES.keys() == TOLD.keys()
    assert glossary.FIELDS.keys() - fields == set()
    assert glossary.ATTRIBUTES.keys() == glossary.INBOUND_ATTRIBUTES.keys() == Envelope.model_fields.keys()


def test_every_value_of_an_enumeration_is_named_in_the_meaning_of_its_field(schema):
    unexplained = {
        name: value
        for name, field in schema["properties"].items()
        for value in field.get("enum", field.get("items", {}).get("enum", ()))
        if value not in field["description"]
    }

    assert unexplained == {}
