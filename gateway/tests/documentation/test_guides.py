"""The guides of the repository as the gateway shows them."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest

from gateway.guides.pages import GUIDES, guide
from gateway.markdown import slug

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", GUIDES)
async def test_everybody_reads_a_guide_without_signing_in_and_does_not_get_it_twice(door, name):
    first = await door.client.get(f"/docs/{name}")
    assert first.status == 200
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = await door.client.get(f"/docs/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_every_heading_and_every_example_of_its_file(name, read):
    lines = (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    shown = read(guide(name))
    fenced, examples = False, 0
    for line in lines:
        if line.startswith("```"):
            fenced, examples = not fenced, examples + (not fenced)
        elif line.startswith("## ") and not fenced:
            assert slug(line.removeprefix("## ")) in shown.ids
    assert [tag for tag, _ in shown.tags].count("pre") == examples > 0


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_loads_nothing_from_elsewhere_and_its_links_lead_to_what_is_served(name, read):
    shown, served = read(guide(name)), {"/docs/events", *(f"/docs/{each}" for each in GUIDES)}
    assert [part for part in shown.loaded if not part.startswith("/docs/")] == []
    assert len(shown.ids) == len(set(shown.ids))
    for link in shown.links:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https"
        elif parts.path in served and parts.path != f"/docs/{name}":
            assert not parts.fragment or unquote(parts.fragment) in read(guide(parts.path.rpartition("/")[2])).ids
        else:
            assert link.startswith("/") or unquote(link).removeprefix("#") in shown.ids, link


def test_the_partners_guide_leads_to_the_catalogue_and_to_the_clients_guide(read):
    links = read(guide("partners")).links
    assert {"/docs/events", "/docs/asyncapi-public.json", "/docs"} <= set(links)
    assert "/docs/clients#как-меняется-api" in {unquote(link) for link in links}


def test_what_the_gateway_does_not_serve_is_named_without_a_link(read):
    shown = read(guide("partners"))
    assert not [link for link in shown.links if ".md" in link or ".." in link]


def test_the_wheel_holds_the_guides_themselves(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=PROJECT / "gateway", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        for name in GUIDES:
            held = archive.read(f"gateway/guides/{name}.md")
            assert held == (PROJECT / "docs" / f"{name}.md").read_bytes()


def test_the_image_is_built_with_the_files_that_the_guides_are_links_to():
    dockerfile = (PROJECT / "deploy" / "service.Dockerfile").read_text()
    kept = (PROJECT / ".dockerignore").read_text().splitlines()
    for name in GUIDES:
        link = PROJECT / "gateway" / "src" / "gateway" / "guides" / f"{name}.md"
        target = link.resolve().relative_to(PROJECT).as_posix()
        assert target in dockerfile
        assert f"!{target}" in kept
