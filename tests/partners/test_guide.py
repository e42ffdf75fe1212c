"""A partner's developer integrates from the documentation alone: every command and program runs as it is printed."""

import asyncio
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from tests.architecture.sources import PROJECT
from tests.clients import workshop
from tests.partners import programs
from tests.partners.conftest import LONG, Starter, Walk

from testkit import eventually

GUIDE = programs.GUIDE.read_text(encoding="utf-8")
PROGRAMS = programs.programs(GUIDE)


@LONG
@pytest.mark.seed("F15")
async def test_the_commands_and_programs_of_the_guide_answer_as_printed(walk: Walk):
    assert len(walk.steps) >= 18
    assert len(walk.answers) == len(walk.steps), walk.errors
    assert not walk.wrong, "\n".join([*walk.wrong, walk.errors])


@LONG
async def test_an_answer_that_the_guide_does_not_print_would_be_noticed(walk: Walk):
    other = replace(walk, answers=["surprise\n", *walk.answers[1:]])
    assert len(other.wrong) == len(walk.wrong) + 1
    assert "surprise" in other.wrong[0]


@LONG
async def test_the_ten_lines_go_on_listening_after_the_broker_has_closed_their_connection(starter: Starter, walk: Walk):
    await starter.up()
    granted = json.loads((walk.folder / "granted.json").read_text())
    address = {"BROKER": granted["url"], "QUEUE": granted["broker"]["queue"]}
    listening = await asyncio.create_subprocess_exec(
        *("env/bin/python", "-u", "listen.py"),
        cwd=walk.folder,
        env={**os.environ, **address},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert listening.stdout
    try:
        for closed in (True, False):
            key = json.loads((walk.folder / "key.json").read_text())["key"]
            await _tell(walk, granted["institution_id"], key, f"again-{closed}")
            heard = await asyncio.wait_for(listening.stdout.readline(), 60)
            assert b"transfer.consultation.given.v1" in heard
            if closed:
                await _close_connections(walk, granted["broker"]["user"])
    finally:
        listening.kill()
        await listening.wait()


async def _tell(walk: Walk, institution: str, key: str, event_id: str) -> None:
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/crm",
        "type": "partner.consultation.given.v1",
        "time": "2024-01-15T09:00:00Z",
        "data": {
            "institution_id": institution,
            "kind": "implementation",
            "channel": "phone",
            "topic": event_id,
            "given_on": "2024-01-15",
        },
    }
    async with (
        aiohttp.ClientSession(walk.address) as http,
        http.post("/v1/contributions", json=event, headers={"X-Api-Key": key}) as answer,
    ):
        assert answer.status == 201, await answer.text()


async def _close_connections(walk: Walk, user: str) -> None:
    """Close a partner's connections as an operator of the broker would."""
    address, password = walk.broker_management
    async with aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth("admin", password)}) as http:

        async def one_is_closed() -> None:
            async with http.get(f"{address}/api/connections") as answer:
                found = [row["name"] for row in await answer.json() if row["user"] == user]
            assert found
            for name in found:
                async with http.delete(f"{address}/api/connections/{name}") as closed:
                    assert closed.status == 204

        await eventually(one_is_closed, 20)


def test_the_consumer_has_ten_lines_beside_its_imports():
    lines = [line for line in PROGRAMS["listen.py"].splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) == 10


def test_the_programs_are_as_clean_and_as_typed_as_the_rest_of_the_house(tmp_path: Path):
    programs.write(programs.GUIDE, tmp_path)
    python = [str(tmp_path / name) for name in PROGRAMS if name.endswith(".py")]
    assert len(python) >= 5
    rules = ("--isolated", "--line-length", "120", "--target-version", "py311")
    known = ("--config", "lint.isort.known-first-party = []")
    for words in (
        ("ruff", "check", *rules, *known, "--select", "E,F,W,I,UP,B,ASYNC,PL,RET,SIM", *python),
        ("ruff", "format", "--check", *rules, *python),
        ("mypy", "--strict", "--config-file", "", "--cache-dir", ".mypy_cache/partners", *python),
    ):
        done = subprocess.run([sys.executable, "-m", *words], cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_installs_the_versions_that_the_house_itself_is_tested_with():
    locked = (PROJECT / "requirements.txt").read_text()
    (install,) = re.findall(r"pip install -q .*", GUIDE)
    named = re.findall(r"\S+==\S+", install)
    assert len(named) == 2
    assert [pin for pin in named if f"\n{pin} " not in locked] == []
    assert re.search(r"amqplib@\d+\.\d+\.\d+\n", GUIDE)


def test_a_program_that_no_words_name_is_no_part_of_a_guide():
    with pytest.raises(ValueError, match="no name"):
        programs.programs("Words.\n\n```python\nprint()\n```\n")
    named = "Words of `one.py`, and of\n`two.py`:\n\n```python\nprint()\n```\n"
    assert programs.programs(named) == {"two.py": "print()\n"}


async def test_a_machine_without_node_hears_what_to_install_before_anything_starts(tmp_path: Path):
    with pytest.raises(workshop.NodeMissing, match="install them"):
        await workshop.present(str(tmp_path))
