import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.compatibility import SUBJECT, breaks
from contracts.schemas import payload_schema
from contracts.transfer import EventHeldV1

Schema = dict[str, Any]


def changed(change: Callable[[Schema], object], schema: Schema | None = None) -> Schema:
    found = copy.deepcopy(schema or payload_schema(EventHeldV1))
    change(found)
    return found


def setting(field: str, **keywords: Any) -> Callable[[Schema], object]:
    return lambda schema: schema["properties"][field].update(keywords)


def without(field: str, keyword: str) -> Callable[[Schema], object]:
    return lambda schema: schema["properties"][field].pop(keyword)


def renamed(schema: Schema) -> None:
    schema["properties"]["place"] = schema["properties"].pop("venue")


def test_a_schema_that_stays_the_same_breaks_nobody(schema):
    assert breaks(schema, copy.deepcopy(schema)) == []


def test_every_published_schema_may_gain_an_optional_field(schema):
    grown = changed(lambda found: found["properties"].update(tomorrow={"type": "string"}), schema)

    assert breaks(schema, grown) == []


def test_every_published_schema_may_be_worded_better(schema):
    def reword(found: Schema) -> None:
        found.update(title="Other", description="Другими словами")
        for field in found["properties"].values():
            field.update(description="Другими словами", examples=["other"])

    assert breaks(schema, changed(reword, schema)) == []


def test_the_order_of_fields_and_values_is_nobodys_business(schema):
    def reverse(found: Schema) -> None:
        found["required"].reverse()
        found["properties"] = dict(reversed(found["properties"].items()))
        for field in found["properties"].values():
            field.get("enum", []).reverse()

    assert breaks(schema, changed(reverse, schema)) == []


def test_no_field_of_any_published_schema_can_be_removed_unnoticed(schema):
    for name in schema["properties"]:

        def remove(found: Schema, name: str = name) -> None:
            del found["properties"][name]
            found["required"] = [other for other in found["required"] if other != name]

        assert any(f"/properties/{name}:" in found for found in breaks(schema, changed(remove, schema)))


def test_no_bound_of_any_published_schema_can_be_dropped_unnoticed(schema):
    for name, field in schema["properties"].items():
        for keyword in field.keys() - {"title", "description", "examples"}:
            assert breaks(schema, changed(without(name, keyword), schema)), (name, keyword)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (renamed, "/properties/venue"),
        (lambda schema: schema["required"].append("venue"), "/required"),
        (lambda schema: schema["required"].remove("online"), "/required"),
        (setting("title", maxLength=499), "/properties/title/maxLength"),
        (setting("title", maxLength=501), "/properties/title/maxLength"),
        (setting("title", minLength=2), "/properties/title/minLength"),
        (setting("title", pattern="^[А-Я]"), "/properties/title/pattern"),
        (setting("title", type="integer"), "/properties/title/type"),
        (setting("kind", enum=["forum"]), "/properties/kind/enum"),
        (lambda schema: schema["properties"]["kind"]["enum"].append("webinar"), "/properties/kind/enum"),
        (without("held_on", "format"), "/properties/held_on/format"),
        (setting("held_on", format="date-time"), "/properties/held_on/format"),
        (setting("online", const=True), "/properties/online/const"),
        (without("venue", "default"), "/properties/venue/default"),
        (setting("venue", default="Вологда"), "/properties/venue/default"),
        (lambda schema: schema["properties"]["venue"]["anyOf"].pop(), "/properties/venue/anyOf"),
        (lambda schema: schema["properties"]["venue"]["anyOf"][0].update(maxLength=100), "/properties/venue/anyOf/0"),
        (lambda schema: schema.update(additionalProperties=False), "/additionalProperties"),
        (lambda schema: schema.update({"$id": "urn:technopark:schema:other.v1"}), "/$id"),
        (lambda schema: schema.update(type="array"), "/type"),
    ],
)
def test_every_other_change_of_a_released_schema_is_named_by_its_place(change, place):
    assert [found for found in breaks(payload_schema(EventHeldV1), changed(change)) if found.startswith(place)]


def test_a_new_field_that_is_required_breaks_the_events_already_stored():
    def require(schema: Schema) -> None:
        schema["properties"]["tomorrow"] = {"type": "string"}
        schema["required"].append("tomorrow")

    assert [found.partition(":")[0] for found in breaks(payload_schema(EventHeldV1), changed(require))] == ["/required"]


def test_inside_a_list_of_values_nothing_is_free_but_an_optional_field_of_theirs():
    value = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    released = {"properties": {"parts": {"type": "array", "items": value}}}

    def of_items(schema: Schema) -> Schema:
        items: Schema = schema["properties"]["parts"]["items"]
        return items

    grown = changed(lambda found: of_items(found)["properties"].update(count={"type": "integer"}), released)
    assert breaks(released, grown) == []
    narrowed = changed(lambda found: of_items(found).update(maxProperties=1), released)
    assert [found.partition(":")[0] for found in breaks(released, narrowed)] == [
        "/properties/parts/items/maxProperties"
    ]


@pytest.mark.parametrize("other", ["string", ["string"], None])
def test_a_schema_that_is_no_longer_of_its_kind_is_named_and_not_passed_over(other):
    for place in ("properties", "required"):
        released = payload_schema(EventHeldV1)
        assert [found.partition(":")[0] for found in breaks(released, released | {place: other})] == [f"/{place}"]


def test_which_field_is_the_subject_may_be_told_later_and_never_changes() -> None:
    released = payload_schema(EventHeldV1)
    silent = {name: value for name, value in released.items() if name != SUBJECT}
    assert breaks(silent, released) == []
    assert breaks(released, {**released, SUBJECT: "host_institution_id"})
    assert breaks(released, silent)
