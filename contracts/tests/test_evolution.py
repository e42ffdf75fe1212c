"""Two versions of one fact side by side, and the end of the older one."""

import hashlib
import json
from datetime import date

import pytest

from contracts.asyncapi import document
from contracts.deprecations import DEPRECATED, Deprecation
from contracts.promises import NOTICE_DAYS
from contracts.publication import ReleaseBroken, with_table, write
from contracts.streams import PUBLIC

TYPE = "transfer.event.held.v1"
ENDING = {
    TYPE: Deprecation(since=date(2026, 12, 1), last_day=date(2027, 6, 30), successor="transfer.event.held.v2"),
}
NOTICE = "Устарел с 01.12.2026, публикуется по 30.06.2027; вместо него transfer.event.held.v2"
EMPTY_TABLE = "<!-- типы: начало --><!-- типы: конец -->"


def test_a_deprecated_type_says_so_in_the_document_and_in_the_table():
    channels = document(PUBLIC, ENDING)["channels"]
    assert channels[TYPE]["description"] == NOTICE
    assert NOTICE in with_table(EMPTY_TABLE, ENDING)


def test_a_type_that_goes_on_says_nothing_of_an_end():
    assert "description" not in document(PUBLIC, ENDING)["channels"]["transfer.material.issued.v1"]
    assert "Устарел" not in with_table(EMPTY_TABLE, {})


def test_a_deprecated_type_has_a_successor_and_some_time_to_move():
    for ending in DEPRECATED.values():
        assert (ending.last_day - ending.since).days >= NOTICE_DAYS


def taken_out_of_a_type(past):
    past["properties"]["audience"] = {"type": "string"}


def another_subject(past):
    past["x-subject"] = "host_institution_id"


def taken_out_of_the_headers(past):
    past["properties"]["cloudEvents:partition"] = {"type": "string"}


def no_longer_always_told(past):
    past["required"].append("cloudEvents:actor")


@pytest.mark.parametrize(
    ("name", "change", "place"),
    [
        (f"public/{TYPE}", taken_out_of_a_type, "properties/audience"),
        (f"public/{TYPE}", another_subject, "x-subject"),
        ("public/headers", taken_out_of_the_headers, "properties/cloudEvents:partition"),
        ("inbound/headers", no_longer_always_told, "required"),
    ],
)
def test_what_is_no_longer_told_to_partners_breaks_a_promise(release, name, change, place):
    file = release / "schemas" / f"{name}.json"
    past = json.loads(file.read_bytes())
    change(past)
    file.write_text(json.dumps(past), encoding="utf-8")
    ledger = json.loads((release / "released.json").read_bytes())
    ledger[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    (release / "released.json").write_text(json.dumps(ledger), encoding="utf-8")

    with pytest.raises(ReleaseBroken, match=f"schemas/{name}.json/{place}"):
        write(release)
