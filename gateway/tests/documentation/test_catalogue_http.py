"""The event catalogue at the gateway's door."""

import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

import contracts
from contracts.asyncapi import document
from contracts.entries import entries
from contracts.streams import INBOUND, PUBLIC
from gateway.events.wheel import NAME, wheel

TYPE = "transfer.event.held.v1"
ADDRESSES = [
    "/docs/events",
    "/docs/events.json",
    f"/docs/events/{TYPE}",
    f"/docs/events/{TYPE}/schema.json",
    "/docs/asyncapi-public",
    "/docs/asyncapi-public.json",
    "/docs/asyncapi-inbound",
    "/docs/asyncapi-inbound.json",
]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NEW_VERSION = '''

class EventHeldV2(Fact):
    """An event has been held, with the hour of its beginning."""

    type: ClassVar[str] = "transfer.event.held.v2"

    event_id: EventId
    starts_at: Annotated[str, Field(min_length=5, max_length=5, examples=["10:00"])]
'''
SHOW = """
import sys
from contracts.entries import entries
from gateway.events.index import index
from gateway.events.of_type import type_page
found = entries()
for page in (index(found), *(type_page(found[name], found) for name in sys.argv[1:])):
    sys.stdout.write(page.decode() + "\\0")
"""


@pytest.mark.parametrize("address", ADDRESSES)
async def test_everybody_reads_it_without_signing_in_and_does_not_get_it_twice(door, address):
    first = await door.client.get(address)
    assert (first.status, first.headers["Cache-Control"]) == (200, "no-cache")
    again = await door.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_pages_may_load_nothing_from_elsewhere_and_json_is_sent_as_json(door, address):
    answer = await door.client.get(address)
    policy, media = answer.headers["Content-Security-Policy"], answer.headers["Content-Type"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "unsafe" not in policy
    assert ("json" in media) == address.endswith(".json")
    assert ("text/html" in media) == (not address.endswith(".json"))


async def test_every_link_and_every_part_of_every_page_is_answered(door, read):
    met, waiting = {"/openapi.json"}, ["/docs"]  # openapi.json needs the services
    while waiting:
        address = waiting.pop()
        if address in met:
            continue
        met.add(address)
        answer = await door.client.get(address)
        assert answer.status == 200, address
        if answer.headers["Content-Type"].startswith("text/html"):
            shown = read(answer.body)
            inside = [link for link in (*shown.links, *shown.loaded) if not link.startswith("https://")]
            waiting += [link.partition("#")[0] or address for link in inside]
    assert {f"/docs/events/{name}" for name in entries()} <= met
    assert set(ADDRESSES) <= met


async def test_the_documents_are_those_of_the_installed_contracts(door):
    for stream in (PUBLIC, INBOUND):
        served = (await door.client.get(f"/docs/asyncapi-{stream.folder}.json")).expect(200)
        assert served == document(stream)


async def test_the_package_is_a_whole_wheel_of_the_sources_at_work_and_the_same_each_time(door):
    answer = await door.client.get(f"/docs/{NAME}")
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "application/zip", wheel())
    with ZipFile(BytesIO(answer.body)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    (record,) = (name for name in held if name.endswith(".dist-info/RECORD"))
    rows = [row.split(",") for row in held[record].decode().splitlines()]
    assert [name for name, *_ in rows] == [*held]
    for name, digest, size in rows[:-1]:
        own = urlsafe_b64encode(sha256(held[name]).digest()).rstrip(b"=").decode()
        assert (digest, size) == (f"sha256={own}", str(len(held[name])))
    folder = Path(contracts.__file__).parent
    assert held["contracts/received.py"] == (folder / "received.py").read_bytes()
    assert {f"contracts/{path.name}" for path in folder.glob("*.py")} | {"contracts/py.typed"} <= held.keys()
    metadata = held[record.replace("RECORD", "METADATA")].decode()
    assert "Name: technopark-contracts" in metadata
    assert f"Version: {contracts.__version__}" in metadata


async def test_programs_read_the_whole_catalogue_and_what_is_promised(door):
    told = (await door.client.get("/docs/events.json")).expect(200)
    assert [one["type"] for one in told["events"]] == [*entries()]
    assert told["promises"].keys() == {"public", "inbound"}
    assert all(told["promises"][stream]["order"] for stream in told["promises"])


async def test_the_schema_of_a_type_is_the_published_one(door):
    answer = await door.client.get(f"/docs/events/{TYPE}/schema.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.expect(200) == entries()[TYPE].schema


@pytest.mark.parametrize("name", ["transfer.event.held.v9", "nonsense", "registry.person.appointed.v1", "__init__.py"])
async def test_a_type_that_is_not_open_is_not_there(door, name):
    answer = await door.client.get(f"/docs/events/{name}")
    assert (answer.status, answer.code) == (404, "no-such-address")
    schema = await door.client.get(f"/docs/events/{name}/schema.json")
    assert (schema.status, schema.code) == (404, "no-such-address")


@pytest.mark.parametrize("name", ["asyncapi-facts", "asyncapi-facts.json", "asyncapi-", "asyncapi"])
async def test_the_services_own_stream_has_no_page(door, name):
    assert (await door.client.get(f"/docs/{name}")).status == 404


async def test_a_browser_is_shown_why_a_type_is_not_open(door):
    internal = await door.client.get("/docs/events/registry.person.appointed.v1", headers=BROWSER)
    unknown = await door.client.get("/docs/events/nonsense", headers=BROWSER)
    assert (internal.status, unknown.status) == (404, 404)
    assert "о конкретном человеке" in internal.body.decode()
    assert "его нет в каталоге" in unknown.body.decode()
    assert internal.headers["Cache-Control"] == "no-store"


async def test_nothing_that_could_lead_elsewhere_is_part_of_an_address(door):
    for target in (b"/docs/events/%2e%2e", b"/docs/events/../problems", b"/docs/events/a%2fb"):
        assert await door.status(target) in (400, 404)


async def test_pages_are_counted_together_and_not_by_their_names(door):
    await door.client.get(f"/docs/events/{TYPE}")
    assert TYPE not in await door.metrics()


async def test_the_other_pages_lead_to_the_catalogue(door):
    for address in ("/docs", "/docs/problems", "/docs/events"):
        assert 'href="/docs/events"' in (await door.client.get(address)).body.decode()


def test_a_new_version_shows_with_its_end_without_a_change_at_the_gateway(tmp_path):
    package = Path(contracts.__file__).parent
    copied = tmp_path / "contracts"
    shutil.copytree(package, copied, ignore=shutil.ignore_patterns("__pycache__"))
    _append(copied / "transfer.py", NEW_VERSION)
    _append(copied / "glossary.py", '\nTYPES["transfer.event.held.v2"] = "Проведено мероприятие, известен час"\n')
    _append(copied / "glossary.py", '\nFIELDS["starts_at"] = "Во сколько началось, ЧЧ:ММ"\n')
    _append(copied / "occasions.py", '\nOCCASIONS["transfer.event.held.v2"] = "Тогда же, когда и прежняя версия."\n')
    _append(
        copied / "deprecations.py",
        f'\nDEPRECATED = {{"{TYPE}": Deprecation(since=date(2026, 12, 1), last_day=date(2027, 6, 30), '
        'successor="transfer.event.held.v2")}\n',
    )
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, TYPE, "transfer.event.held.v2"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    first, old, new, _ = shown.stdout.split("\0")
    assert 'id="transfer.event.held.v2"' in first
    assert "Последний день (Sunset) — 30.06.2027" in old
    assert 'href="/docs/events/transfer.event.held.v2"' in old
    assert "Во сколько началось, ЧЧ:ММ" in new
    assert f'href="/docs/events/{TYPE}"' in new


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
