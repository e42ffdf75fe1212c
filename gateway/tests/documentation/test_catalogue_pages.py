"""What a partner reads of the events: complete, escaped, and leading nowhere else."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest

from contracts.deprecations import Deprecation
from contracts.entries import entries
from contracts.streams import INBOUND, PUBLIC
from gateway.events.index import index
from gateway.events.missing import missing_page
from gateway.events.of_type import type_page
from gateway.html import page, tag
from gateway.markdown import blocks

TYPE = "transfer.event.held.v1"
NASTY = '<script>alert(1)</script><img src=x onerror="y"> & \''


def test_every_type_that_partners_receive_or_send_is_on_the_first_page_and_has_a_page(pages, read):
    listed = [link.rpartition("/")[2] for link in read(pages["/docs/events"]).links if ".v1" in link]
    assert sorted(listed) == sorted([*PUBLIC.models, *INBOUND.models])
    assert {f"/docs/events/{event_type}" for event_type in listed} <= pages.keys()


def test_every_link_and_every_part_of_every_page_leads_to_this_gateway(pages, read):
    for html in pages.values():
        shown = read(html)
        assert shown.loaded
        for address in (*shown.links, *shown.loaded):
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc) == ("", "")
        assert {part for part in shown.loaded if not part.startswith("/docs/")} == set()


def test_every_place_that_a_link_names_is_on_the_page_it_leads_to(pages, read):
    ids = {address: set(read(html).ids) for address, html in pages.items()}
    for address, html in pages.items():
        for link in read(html).links:
            target, _, place = link.partition("#")
            assert not place or place in ids[target or address], (address, link)


def test_no_page_has_script_or_style_of_its_own(pages, read):
    for html in pages.values():
        for name, attributes in read(html).tags:
            assert name != "style"
            assert not [key for key in attributes if key == "style" or key.startswith("on")]
            assert name != "script" or attributes["src"].startswith("/docs/")


def test_no_id_occurs_twice_on_a_page(pages, read):
    for html in pages.values():
        ids = read(html).ids
        assert len(ids) == len(set(ids))


def test_the_page_of_a_type_tells_meaning_occasion_fields_example_and_promises(pages, read, catalogue):
    for name, entry in catalogue.items():
        text = read(pages[f"/docs/events/{name}"]).text
        for told in (entry.meaning, *(field.name for field in entry.fields), entry.exchange, entry.schema["$id"]):
            assert told in text
        for told in (entry.occasion, *entry.promises.order, *entry.promises.delivery, *entry.promises.compatibility):
            assert " ".join(told.replace("`", "").split()) in text
        assert all(header in text for header in (*entry.headers, *entry.properties))


def test_what_is_hidden_from_partners_is_named_on_the_page(pages, read):
    text = read(pages["/docs/events/transfer.consultation.given.v1"]).text
    assert "Внутри платформы у события есть ещё consultant_id, topic, application_id" in text
    assert "псевдонимы" in read(pages["/docs/events/expertise.award.granted.v1"]).text
    assert "Ничего не скрыто" in read(pages["/docs/events/registry.act.issued.v1"]).text


def test_the_page_of_an_addendum_says_that_its_agreement_orders_it(pages, read):
    assert (
        "Запись (subject) этого события — agreement_id." in read(pages["/docs/events/registry.addendum.signed.v1"]).text
    )


def test_a_partner_who_sends_reads_what_is_checked_and_nothing_of_what_is_hidden(pages, read):
    text = read(pages["/docs/events/partner.consultation.given.v1"]).text
    for told in ("Что проверяется", "user_id", "POST /v1/contributions", "64 КиБ", "GET /v1/quarantine"):
        assert told in text
    assert "скрыто" not in text


def test_a_type_on_its_way_out_shows_its_last_day_and_leads_to_its_successor_and_back(read):
    new = "transfer.material.issued.v1"
    ending = Deprecation(since=date(2026, 12, 1), last_day=date(2027, 6, 30), successor=new)
    found = entries(deprecated={TYPE: ending})
    old_page, new_page = read(type_page(found[TYPE], found)), read(type_page(found[new], found))
    assert "Устарел с 01.12.2026. Последний день (Sunset) — 30.06.2027." in old_page.text
    assert f"/docs/events/{new}" in old_page.links
    assert f"Приходит на смену {TYPE}." in new_page.text
    assert "устарел, по 30.06.2027" in read(index(found)).text


def test_the_versions_of_a_fact_lead_to_each_other(catalogue, read):
    versions = (TYPE, "transfer.event.held.v2")
    shown = read(type_page(replace(catalogue[TYPE], versions=versions), versions))
    assert {f"/docs/events/{each}" for each in versions} <= set(shown.links)


def test_what_a_contract_says_stays_text_whatever_it_is(catalogue, read):
    entry = catalogue[TYPE]
    fields = tuple(replace(one, name=NASTY, meaning=NASTY, kind=NASTY) for one in entry.fields)
    spoiled = replace(
        entry,
        meaning=NASTY,
        occasion=NASTY,
        fields=fields,
        body={NASTY: NASTY},
        headers={NASTY: NASTY},
        dropped=(NASTY,),
    )
    shown = read(type_page(spoiled, {TYPE}))
    assert NASTY in shown.text
    assert {name for name, _ in shown.tags} & {"script", "img"} == set()


def test_the_name_of_a_missing_type_stays_text_on_the_page_that_says_so(read):
    shown = read(missing_page(NASTY, None))
    assert NASTY in shown.text
    assert {name for name, _ in shown.tags} & {"script", "img"} == set()


def test_html_in_markdown_is_text(read):
    shown = read(page("x", "/x", tag("main", *blocks(f"{NASTY}\n\n* `{NASTY}`"))))
    assert {name for name, _ in shown.tags} & {"script", "img"} == set()
    assert "<script>alert(1)</script>" in shown.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_in_markdown_cannot_be_a_script(link, read):
    assert not [each for each in read(page("x", "/x", *blocks(f"[x]({link})"))).links if ":" in each]


def test_the_values_of_an_enumeration_stand_apart_in_its_meaning(pages):
    html = pages["/docs/events/transfer.consultation.given.v1"].decode()
    for value in ("in_person", "zoom", "whatsapp", "phone"):
        assert f"<code>{value}</code>" in html


def test_the_page_of_each_document_names_broker_queue_headers_and_every_type(pages, read):
    public, inbound = read(pages["/docs/asyncapi-public"]), read(pages["/docs/asyncapi-inbound"])
    for told in ("amqps://{host}/partners", "partner.{name}", "public.log", "cloudEvents:sequence", "Совместимость"):
        assert told in public.text
    for told in ("amqps://{host}/partners", "inbound", "user_id", "64 КиБ", "cloudEvents:id"):
        assert told in inbound.text
    assert {f"/docs/events/{name}" for name in PUBLIC.models} <= set(public.links)
    assert {f"/docs/events/{name}" for name in INBOUND.models} <= set(inbound.links)


def test_a_table_cell_says_its_column_to_a_narrow_screen(pages, read):
    cells = [attributes for name, attributes in read(pages[f"/docs/events/{TYPE}"]).tags if name == "td"]
    assert cells
    assert all(attributes.get("data-label") for attributes in cells)
